// What roles' processes use of the machine, summed over all that carry their markers, a person's commands included. Reads /proc
// once for all of them; where there is none nobody can tell. Networks are not counted by process.
import { readdir } from "node:fs/promises";
import { CrewError } from "../../errors.ts";
import type { Usage } from "../../ports/runtime.ts";
import type { ProcessContext } from "./context.ts";
import { roleFolder } from "./folders.ts";
import { hasProc } from "./identity.ts";
import { aFewAtOnce, readText } from "./reading.ts";

/** USER_HZ, which Linux keeps at 100 for programs whatever the kernel counts in (time(7)). */
const msPerTick = 10;

export async function usage(
  { folders, clock }: ProcessContext,
  roles: readonly string[],
): Promise<ReadonlyMap<string, Usage>> {
  if (!(await hasProc())) {
    throw new CrewError("failed", "What processes use can only be told where there is /proc.", { hint: "crew ps" });
  }
  const byMarker = new Map(roles.map((role) => [roleFolder(folders, role).marker, role]));
  const found = new Map<string, Usage>();
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  await aFewAtOnce(pids, async (pid) => {
    const environment = await textOf(`/proc/${pid}/environ`, 4_194_304);
    const marker = /(?:^|\0)CREW_(?:INSTANCE|GUEST)=([^\0]*)/.exec(environment)?.[1] ?? "";
    const role = byMarker.get(marker);
    const used = role === undefined ? undefined : await usedBy(pid, clock.nowMs());
    if (role !== undefined && used) found.set(role, sum(found.get(role), used));
  });
  return found;
}

/** proc(5): stat, whose name in parentheses may hold anything, status and io. Undefined: it is gone, or its zombie. */
async function usedBy(pid: number, atMs: number): Promise<Usage | undefined> {
  const [stat, status, io] = await Promise.all(
    ["stat", "status", "io"].map((name) => textOf(`/proc/${pid}/${name}`, 65_536)),
  );
  const fields = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
  const number = (text: string | undefined, name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(text ?? "")?.[1] ?? 0);
  if (fields.length < 15 || fields[0] === "Z" || fields[0] === "X") return undefined;
  // Its own, and that of children that it has waited for: user and system.
  const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
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

async function textOf(path: string, limitBytes: number): Promise<string> {
  const reading = await readText(path, limitBytes);
  return reading.kind === "text" ? reading.text : "";
}
