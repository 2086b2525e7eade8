// What runs in containers, as the engine's own `ps` on its machine sees it: one call for each container. Changes nothing.
import type { Process } from "../../../ports/use.ts";
import type { DockerContext } from "../context.ts";
import { ofRunning } from "./running.ts";

export async function processes(
  context: DockerContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly Process[]>> {
  const engine = await context.engine();
  return await ofRunning(context, names, async (id) => {
    const { Titles, Processes } = (await engine.getContainer(id).top()) as Listed;
    return processesIn({ titles: Titles ?? [], rows: Processes ?? [] });
  });
}

interface Listed {
  readonly Titles?: readonly string[] | null;
  readonly Processes?: readonly (readonly string[])[] | null;
}

/** Columns are known by what stands above them: busybox and procps name and order them differently. */
export function processesIn({
  titles,
  rows,
}: {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): readonly Process[] {
  const at = (...names: readonly string[]) => titles.findIndex((title) => names.includes(title));
  const [user, pid, parent, time, command] = [
    at("UID", "USER"),
    at("PID"),
    at("PPID"),
    at("TIME"),
    at("CMD", "COMMAND"),
  ];
  return rows.map((row) => ({
    pid: Number(row[pid]),
    ...(row[parent] !== undefined && { parent: Number(row[parent]) }),
    user: row[user] ?? "",
    cpuSeconds: secondsOf(row[time] ?? ""),
    command: row[command] ?? "",
  }));
}

/** `[[days-]hours:]minutes:seconds`, of ps(1). */
function secondsOf(text: string): number {
  const [, days = "0", rest = ""] = /^(?:(\d+)-)?([\d:]+)/.exec(text) ?? [];
  const clock = rest.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return Number(days) * 86_400 + clock;
}
