// Which process is which: a pid is only trusted together with its start time and the machine's boot, so that a recycled
// pid is never taken for the one that was meant. Reads; signals nothing. supervisor.sh writes the same text.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readText } from "./reading.ts";

export interface ProcessIdentity {
  readonly pid: number;
  /** `<ticks since boot>@<boot id>` on Linux; elsewhere the time that `ps -o lstart=` gives. */
  readonly startTime: string;
}

/** `<pid> <start time>`, as in a `pid` file. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^([1-9]\d{0,9}) (\S{1,100})\n?$/.exec(text);
  return match?.[1] && match[2] ? { pid: Number(match[1]), startTime: match[2] } : undefined;
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await startTimeOf(identity.pid)) === identity.startTime;
}

/** Undefined when there is no such process, or only its zombie. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (!(await hasProc())) return await startTimeByPs(pid);
  const stat = await readStat(pid);
  return stat && `${stat.startTicks}@${await bootId()}`;
}

export interface ProcessStat {
  readonly pid: number;
  /** Stopped by a signal (proc(5)'s `T`). */
  readonly isStopped: boolean;
  readonly parent: number;
  readonly session: number;
  /** Since boot; field 22 of proc(5)'s stat. */
  readonly startTicks: string;
}

/** proc(5)'s stat; the name in parentheses may hold anything, so fields are counted from its last `)`. */
export async function readStat(pid: number): Promise<ProcessStat | undefined> {
  const reading = await readText(`/proc/${pid}/stat`, 4096);
  if (reading.kind !== "text") return undefined;
  const [state, parent, , session, ...fields] = reading.text.slice(reading.text.lastIndexOf(")") + 2).split(" ");
  const startTicks = fields[15];
  if (startTicks === undefined || state === "Z" || state === "X") return undefined;
  return { pid, isStopped: state === "T", parent: Number(parent), session: Number(session), startTicks };
}

/** Whether it is stopped by a signal. */
export async function isStopped(pid: number): Promise<boolean> {
  if (await hasProc()) return (await readStat(pid))?.isStopped === true;
  return (await psFields(pid))[0]?.startsWith("T") === true;
}

let proc: Promise<boolean> | undefined;

export function hasProc(): Promise<boolean> {
  proc ??= remembered(
    readText("/proc/self/stat", 4096).then((reading) => reading.kind === "text"),
    () => {
      proc = undefined;
    },
  );
  return proc;
}

let boot: Promise<string> | undefined;

function bootId(): Promise<string> {
  boot ??= remembered(
    readText("/proc/sys/kernel/random/boot_id", 4096).then((reading) =>
      reading.kind === "text" ? reading.text.trim() : "-",
    ),
    () => {
      boot = undefined;
    },
  );
  return boot;
}

/** An answer that did not come is asked for again. */
function remembered<T>(answer: Promise<T>, forget: () => void): Promise<T> {
  answer.catch(forget);
  return answer;
}

/** State, then the words of the start time. */
async function psFields(pid: number): Promise<readonly string[]> {
  const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C" };
  const args = ["-o", "stat=", "-o", "lstart=", "-p", `${pid}`];
  const { stdout } = await promisify(execFile)("ps", args, { env: environment }).catch(() => ({ stdout: "" }));
  return stdout.trim().split(/\s+/);
}

async function startTimeByPs(pid: number): Promise<string | undefined> {
  const [state, ...start] = await psFields(pid);
  return state === undefined || state === "" || state.startsWith("Z") ? undefined : start.join("_");
}
