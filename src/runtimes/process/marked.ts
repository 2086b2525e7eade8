// Finds and ends every process of an instance: those that carry its marker, their descendants and their sessions, again
// and again until none is found. Never touches crew itself or what started it.
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { CrewError } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import {
  hasProc,
  isAlive,
  isStopped,
  type ProcessIdentity,
  type ProcessStat,
  readStat,
  startTimeOf,
} from "./identity.ts";
import { aFewAtOnce, readText } from "./reading.ts";

/**
 * An environment variable and its value: `CREW_INSTANCE` for what runs in an instance, a person's commands in it included,
 * `CREW_GUEST` for those alone, `CREW_READER` for crew's own readers.
 */
export interface Marker {
  readonly variable: "CREW_INSTANCE" | "CREW_GUEST" | "CREW_READER";
  readonly value: string;
}

export interface Ending {
  readonly marker: Marker;
  /** Time between TERM and KILL; 0: KILL at once. */
  readonly graceMs: number;
  readonly clock: Clock;
}

/** Readers that a killed crew left at work, such as a rescue. What this crew has begun beside goes on. */
export async function endLeftReaders(value: string, clock: Clock): Promise<void> {
  await endAll({ marker: { variable: "CREW_READER", value }, graceMs: 0, clock }, (table, pid) =>
    ancestors(table, pid).includes(process.pid),
  );
}

/** Resolves when none is left; `failed` when some will not go. */
export async function endMarked(ending: Ending): Promise<void> {
  await endAll(ending, () => false);
}

type Spared = (table: ProcessTable, pid: number) => boolean;

async function endAll({ marker, graceMs, clock }: Ending, isSpared: Spared): Promise<void> {
  const never = new AbortController().signal;
  const begun = clock.nowMs();
  let told = false;
  for (;;) {
    const left = await findMarked(marker, isSpared);
    if (left.length === 0) return;
    const waitedMs = clock.nowMs() - begun;
    if (waitedMs > graceMs + 15_000) {
      throw new CrewError(
        "failed",
        `Processes of ${marker.value} will not end: ${left.map(({ pid }) => pid).join(", ")}.`,
        {
          hint: "End them by hand, then type the same command again",
        },
      );
    }
    if (waitedMs >= graceMs) {
      // Stopped first, none forks or reports another's end meanwhile.
      for (const name of ["SIGSTOP", "SIGKILL"] as const) for (const each of left) await signal(each, name);
    } else if (!told) for (const each of left) await signal(each, "SIGTERM");
    told = true;
    await clock.sleep(20, never);
  }
}

/** Stops all that still run but the one that is left out. True: none did. Whoever forks meanwhile is found the next time. */
export async function freezeMarked(marker: Marker, { except }: { readonly except: number }): Promise<boolean> {
  const others = (await findMarked(marker)).filter(({ pid }) => pid !== except);
  const stopped = await Promise.all(others.map(({ pid }) => isStopped(pid)));
  const running = others.filter((_, n) => !stopped[n]);
  for (const each of running) await signal(each, "SIGSTOP");
  return running.length === 0;
}

export async function thawMarked(marker: Marker, { except }: { readonly except: number }): Promise<void> {
  for (const each of await findMarked(marker)) if (each.pid !== except) await signal(each, "SIGCONT");
}

export async function hasMarker(pid: number, { variable, value }: Marker): Promise<boolean> {
  if (!(await hasProc())) return true;
  return (await variablesOf(pid)).has(`${variable}=${value}`);
}

async function variablesOf(pid: number): Promise<ReadonlySet<string>> {
  const reading = await readText(`/proc/${pid}/environ`, 4_194_304);
  return new Set(reading.kind === "text" ? reading.text.split("\0") : []);
}

/** Signals the process if it is still that one. */
export async function signal(identity: ProcessIdentity, name: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(identity))) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Where the system shows no environments, nothing but the supervisor itself can be found; it ends its own. */
async function findMarked(marker: Marker, isSpared: Spared = () => false): Promise<readonly ProcessIdentity[]> {
  if (!(await hasProc())) return await findByArguments(marker);
  const table = await processTable();
  const seeds = new Set<number>();
  const guests = new Set<number>();
  await aFewAtOnce([...table.keys()], async (pid) => {
    const variables = await variablesOf(pid);
    if (variables.has(`${marker.variable}=${marker.value}`)) seeds.add(pid);
    else if (marker.variable === "CREW_INSTANCE" && variables.has(`CREW_GUEST=${marker.value}`)) guests.add(pid);
  });
  const found = withSessions(table, { seeds, guests, marker });
  for (const pid of ancestors(table, process.pid)) found.delete(pid);
  const ending = [...found].filter((pid) => !isSpared(table, pid));
  const identities = await aFewAtOnce(ending, async (pid) => ({ pid, startTime: await startTimeOf(pid) }));
  return identities.flatMap(({ pid, startTime }) => (startTime === undefined ? [] : [{ pid, startTime }]));
}

/** The process itself first. */
function ancestors(table: ProcessTable, pid: number): readonly number[] {
  const found: number[] = [];
  for (let each = pid; each > 0 && !found.includes(each); each = table.get(each)?.parent ?? 0) found.push(each);
  return found;
}

type ProcessTable = ReadonlyMap<number, ProcessStat>;

interface Seeds {
  readonly seeds: ReadonlySet<number>;
  readonly guests: ReadonlySet<number>;
  readonly marker: Marker;
}

/**
 * Adds descendants, and the sessions whose leader is one of them or is dead. Readers and guests run in the session of the
 * crew that began them, which is a person's: only their descendants count.
 */
function withSessions(table: ProcessTable, { seeds, guests, marker }: Seeds): Set<number> {
  const found = new Set(seeds);
  const orphaned = new Set<number>();
  for (const pid of seeds) {
    const session = table.get(pid)?.session ?? 0;
    if (session > 1 && !table.has(session)) orphaned.add(session);
  }
  const isOurs = (session: number) =>
    marker.variable === "CREW_INSTANCE" && (found.has(session) || orphaned.has(session));
  addWhile(found, table, ({ parent, session }) => found.has(parent) || isOurs(session));
  for (const pid of guests) found.add(pid);
  addWhile(found, table, ({ parent }) => found.has(parent));
  return found;
}

function addWhile(found: Set<number>, table: ProcessTable, isOne: (stat: ProcessStat) => boolean): void {
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [pid, stat] of table) if (isOne(stat)) found.add(pid);
  }
}

async function processTable(): Promise<ProcessTable> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await aFewAtOnce(pids, readStat);
  return new Map(stats.flatMap((stat) => (stat ? [[stat.pid, stat] as const] : [])));
}

async function findByArguments(marker: Marker): Promise<readonly ProcessIdentity[]> {
  const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C" };
  const { stdout } = await promisify(execFile)("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], {
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
  }).catch(() => ({ stdout: "" }));
  const pids = stdout
    .split("\n")
    .filter((line) => line.includes(`${marker.variable}=${marker.value}`))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid !== process.pid);
  const identities = await Promise.all(pids.map(async (pid) => ({ pid, startTime: await startTimeOf(pid) })));
  return identities.flatMap(({ pid, startTime }) => (startTime === undefined ? [] : [{ pid, startTime }]));
}
