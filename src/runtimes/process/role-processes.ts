// Processes of roles: all that carry their markers, a person's commands included. Reads /proc once for all of them; where there is
// none nobody can tell.
import { readdir } from "node:fs/promises";
import { CrewError } from "../../errors.ts";
import type { Process } from "../../ports/use.ts";
import type { ProcessContext } from "./context.ts";
import { roleFolder } from "./folders.ts";
import { hasProc } from "./identity.ts";
import { aFewAtOnce, readText } from "./reading.ts";

/** USER_HZ, which Linux keeps at 100 for programs whatever the kernel counts in (time(7)). */
export const ticksPerSecond = 100;

export async function eachProcess(
  { folders }: ProcessContext,
  roles: readonly string[],
  visit: (role: string, pid: number) => Promise<void>,
): Promise<void> {
  if (!(await hasProc())) {
    throw new CrewError("failed", "What processes there are can only be told where there is /proc.", {
      hint: "crew ps",
    });
  }
  const byMarker = new Map(roles.map((role) => [roleFolder(folders, role).marker, role]));
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  await aFewAtOnce(pids, async (pid) => {
    const environment = await procText(pid, "environ", 4_194_304);
    const marker = /(?:^|\0)CREW_(?:INSTANCE|GUEST)=([^\0]*)/.exec(environment)?.[1] ?? "";
    const role = byMarker.get(marker);
    if (role !== undefined) await visit(role, pid);
  });
}

/** By role, the oldest process first. */
export async function processes(
  context: ProcessContext,
  roles: readonly string[],
): Promise<ReadonlyMap<string, readonly Process[]>> {
  const found = new Map<string, Process[]>();
  await eachProcess(context, roles, async (role, pid) => {
    const process = await processOf(pid);
    if (process) found.set(role, [...(found.get(role) ?? []), process]);
  });
  for (const all of found.values()) all.sort((a, b) => a.pid - b.pid);
  return found;
}

async function processOf(pid: number): Promise<Process | undefined> {
  const [stat, status, line] = await Promise.all([statOf(pid), procText(pid, "status"), procText(pid, "cmdline")]);
  if (!stat) return undefined;
  const { name, fields } = stat;
  return {
    pid,
    parent: Number(fields[1]),
    user: /^Uid:\s*(\d+)/m.exec(status)?.[1] ?? "",
    cpuSeconds: Math.floor((Number(fields[11]) + Number(fields[12])) / ticksPerSecond),
    command: line.split("\0").join(" ").trim() || `[${name}]`,
  };
}

/** proc(5): its fields from the third on, after the name in parentheses, which may hold anything. Undefined: it is gone, or its zombie. */
export async function statOf(
  pid: number,
): Promise<{ readonly name: string; readonly fields: readonly string[] } | undefined> {
  const text = await procText(pid, "stat");
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  if (fields.length < 15 || fields[0] === "Z" || fields[0] === "X") return undefined;
  return { name: text.slice(text.indexOf("(") + 1, end), fields };
}

export async function procText(pid: number, file: string, limitBytes = 65_536): Promise<string> {
  const reading = await readText(`/proc/${pid}/${file}`, limitBytes);
  return reading.kind === "text" ? reading.text : "";
}
