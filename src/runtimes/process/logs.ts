// The lines of a role's or a gate's log, cleaned for a terminal; followed across rotation where asked.
import { join } from "node:path";
import { cleanText } from "../../agents/clean-text.ts";
import { LineCutter } from "../../agents/line-cutter.ts";
import { CrewError } from "../../errors.ts";
import type { LogOptions } from "../../ports/runtime.ts";
import type { ProcessContext } from "./context.ts";
import { gateFolder, isSafeName, roleFolder } from "./folders.ts";
import { keptLogPath } from "./gate-logs.ts";
import { listNames, openPlain, readText, statPlain } from "./reading.ts";
import { parseGateRecord } from "./record.ts";

const pollMs = 200;
const mostAtOnce = 16_777_216;

export async function* readLogs(context: ProcessContext, name: string, options: LogOptions): AsyncIterable<string> {
  const path = await logPath(context, name);
  const lines = new LineCutter({ isWhole: options.retell !== undefined });
  const older = await readFrom(`${path}.1`, 0);
  let { bytes, inode, end } = await readFrom(path, 0);
  const first = [...lines.push(older.bytes), ...lines.push(bytes)];
  if (!options.follow) first.push(...lines.rest());
  const all = shown(timedBySteps(first, context.clock.nowMs()), options);
  yield* options.tail === undefined ? all : all.slice(Math.max(0, all.length - options.tail));
  const fresh = (said: readonly string[]) => {
    const atMs = context.clock.nowMs();
    return shown(
      said.map((text) => ({ text, atMs })),
      options,
    );
  };
  while (options.follow && !options.signal.aborted) {
    await context.clock.sleep(pollMs, options.signal);
    const stats = await statPlain(path);
    if (typeof stats === "string") continue;
    if (inode !== undefined && stats.ino !== inode) {
      const rotated = await readFrom(`${path}.1`, end);
      if (rotated.inode === inode) yield* fresh(lines.push(rotated.bytes));
      end = 0;
    }
    if (stats.size < end) end = 0;
    ({ bytes, inode, end } = await readFrom(path, end));
    yield* fresh(lines.push(bytes));
  }
}

/** `backend`, or `gate:<name>`: its run that began last, else what was kept of a removed one. */
async function logPath(context: ProcessContext, name: string): Promise<string> {
  const gate = /^gate:(.*)$/s.exec(name)?.[1];
  if (gate === undefined) {
    if (isSafeName(name) && typeof (await statPlain(roleFolder(context.folders, name).path)) === "object") {
      return join(roleFolder(context.folders, name).path, "log", "agent");
    }
    throw new CrewError("failed", `There is no log of ${JSON.stringify(name)}.`, { hint: "crew ps" });
  }
  const keys = await listNames(context.folders.gates, 100_000);
  let latest: { readonly path: string; readonly startedAtMs: number } | undefined;
  for (const key of typeof keys === "string" ? [] : keys.filter(isSafeName)) {
    const { path } = gateFolder(context.folders, key);
    const reading = await readText(join(path, "gate.json"), 65_536);
    const record = reading.kind === "text" ? parseGateRecord(reading.text) : undefined;
    if (record?.gate !== gate || (latest && latest.startedAtMs >= record.startedAtMs)) continue;
    latest = { path: join(path, "log", "gate"), startedAtMs: record.startedAtMs };
  }
  if (latest) return latest.path;
  const kept = keptLogPath(context, gate);
  if (typeof (await statPlain(kept)) === "object") return kept;
  throw new CrewError("failed", `There is no log of gate ${JSON.stringify(gate)}: it has not run.`, {
    hint: "crew status",
  });
}

interface Chunk {
  readonly bytes: Buffer;
  readonly inode: number | undefined;
  readonly end: number;
}

async function readFrom(path: string, offset: number): Promise<Chunk> {
  const nothing = { bytes: Buffer.alloc(0), inode: undefined, end: offset };
  const file = await openPlain(path);
  if (file === "absent" || file === "unreadable") return nothing;
  try {
    const { size, ino } = await file.stat();
    const from = Math.max(offset, size - mostAtOnce);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return { bytes: buffer.subarray(0, bytesRead), inode: ino, end: from + bytesRead };
  } catch {
    return nothing;
  } finally {
    await file.close().catch(() => undefined);
  }
}

interface Line {
  readonly text: string;
  readonly atMs: number;
}

/** Nobody writes down when a line was said: it counts as said when its step began, by the mark that supervisor.sh sets there. */
function timedBySteps(lines: readonly string[], nowMs: number): readonly Line[] {
  let atMs = lines.map(stepTime).find((each) => each !== undefined) ?? nowMs;
  return lines.map((text) => {
    atMs = stepTime(text) ?? atMs;
    return { text, atMs };
  });
}

function stepTime(line: string): number | undefined {
  const [, day, time] = /^--- crew: .*, (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ---$/.exec(line) ?? [];
  const at = Date.parse(`${day}T${time}`);
  return Number.isNaN(at) ? undefined : at;
}

function shown(
  lines: readonly Line[],
  { sinceMs = 0, untilMs, timestamps, retell = itself }: LogOptions,
): readonly string[] {
  const end = untilMs ?? Number.POSITIVE_INFINITY;
  return lines
    .flatMap(({ text, atMs }) => retell(cleanText(text)).map((line) => ({ text: line, atMs })))
    .filter(({ atMs }) => atMs >= sinceMs && atMs <= end)
    .map(({ text, atMs }) => `${timestamps === true ? `${new Date(atMs).toISOString()} ` : ""}${text}`);
}

function itself(line: string): readonly string[] {
  return [line];
}
