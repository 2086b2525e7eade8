// What roles' processes use of the machine, summed over all that carry their markers. Networks are not counted by process.
import type { Usage } from "../../ports/use.ts";
import type { ProcessContext } from "./context.ts";
import { eachProcess, procText, statOf, ticksPerSecond } from "./role-processes.ts";

const msPerTick = 1000 / ticksPerSecond;

export async function usage(context: ProcessContext, roles: readonly string[]): Promise<ReadonlyMap<string, Usage>> {
  const found = new Map<string, Usage>();
  await eachProcess(context, roles, async (role, pid) => {
    const used = await usedBy(pid, context.clock.nowMs());
    if (used) found.set(role, sum(found.get(role), used));
  });
  return found;
}

/** proc(5): stat, status and io. */
async function usedBy(pid: number, atMs: number): Promise<Usage | undefined> {
  const [stat, status, io] = await Promise.all([statOf(pid), procText(pid, "status"), procText(pid, "io")]);
  if (!stat) return undefined;
  const number = (text: string, name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(text)?.[1] ?? 0);
  // Its own, and that of children that it has waited for: user and system.
  const ticks = stat.fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
  return {
    atMs,
    cpuMs: ticks * msPerTick,
    memoryBytes: number(status, "VmRSS") * 1024,
    pids: number(status, "Threads"),
    blocks: { readBytes: number(io, "read_bytes"), writtenBytes: number(io, "write_bytes") },
  };
}

function sum(one: Usage | undefined, other: Usage): Usage {
  if (!one) return other;
  return {
    atMs: one.atMs,
    cpuMs: one.cpuMs + other.cpuMs,
    memoryBytes: one.memoryBytes + other.memoryBytes,
    pids: one.pids + other.pids,
    blocks: {
      readBytes: (one.blocks?.readBytes ?? 0) + (other.blocks?.readBytes ?? 0),
      writtenBytes: (one.blocks?.writtenBytes ?? 0) + (other.blocks?.writtenBytes ?? 0),
    },
  };
}
