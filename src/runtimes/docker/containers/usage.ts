// What containers of roles and services use, by the engine's stats: one call for each, side by side. Changes nothing.
import type { ContainerStats } from "dockerode";
import type { Usage } from "../../../ports/use.ts";
import type { DockerContext } from "../context.ts";
import { ofRunning } from "./running.ts";

export async function usage(context: DockerContext, names: readonly string[]): Promise<ReadonlyMap<string, Usage>> {
  const engine = await context.engine();
  // At once, without a second look of the engine's own (API 1.41 on; an older one takes a second or two).
  return await ofRunning(context, names, async (id) =>
    used(await engine.getContainer(id).stats({ stream: false, "one-shot": true })),
  );
}

function used(stats: ContainerStats): Usage | undefined {
  const { read, cpu_stats, memory_stats, pids_stats, networks, blkio_stats } = stats;
  if (memory_stats?.usage === undefined) return undefined;
  const kinds = memory_stats.stats as unknown as Readonly<Record<string, number>> | undefined;
  // What the kernel gives back at once counts as free, as for the docker client: cgroup v1, v2.
  const cache = kinds?.total_inactive_file ?? kinds?.inactive_file ?? 0;
  const nets = Object.values(networks ?? {});
  const blocks = (blkio_stats?.io_service_bytes_recursive ?? []) as readonly { op: string; value: number }[];
  const bytes = (op: string) =>
    blocks.reduce((total, each) => total + (each.op.toLowerCase() === op ? each.value : 0), 0);
  return {
    atMs: Date.parse(read),
    cpuMs: cpu_stats.cpu_usage.total_usage / 1_000_000,
    memoryBytes: Math.max(0, memory_stats.usage - cache),
    memoryLimitBytes: memory_stats.limit,
    pids: pids_stats?.current ?? 0,
    network: {
      receivedBytes: nets.reduce((total, each) => total + each.rx_bytes, 0),
      sentBytes: nets.reduce((total, each) => total + each.tx_bytes, 0),
    },
    blocks: { readBytes: bytes("read"), writtenBytes: bytes("write") },
  };
}
