// A person's command in a role's instance: a process with the instance's environment, in its work tree, beside the agent. Its
// bytes go through as they are. It ends with the instance.
import { type ChildProcess, type SpawnOptions, type StdioOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { CrewError } from "../../errors.ts";
import type { ExecEnd, ExecRequest, ExecStreams } from "../../ports/runtime.ts";
import type { ProcessContext } from "./context.ts";
import { guestEnvironment } from "./environment.ts";
import { roleFolder } from "./folders.ts";
import { holderOf } from "./holder.ts";
import { isStopped } from "./identity.ts";
import { readText, statPlain } from "./reading.ts";
import { parseRecord } from "./record.ts";

export interface Exec {
  readonly role: string;
  readonly request: ExecRequest;
}

/** A terminal is the person's own: the command inherits it, and crew keeps its hands off. */
export async function exec(context: ProcessContext, given: Exec, streams: ExecStreams): Promise<ExecEnd> {
  const { stdin, stdout, stderr, signal } = streams;
  const options = await optionsFor(context, given);
  const handedOn = handing(streams.terminal !== undefined);
  const child = begin(given, { ...options, stdio: [handedOn(stdin), handedOn(stdout), handedOn(stderr)] });
  const pass = () => child.kill(asSignal(signal.reason));
  if (signal.aborted) pass();
  signal.addEventListener("abort", pass, { once: true });
  copyThrough(child, streams);
  try {
    return await endOf(child, given);
  } finally {
    signal.removeEventListener("abort", pass);
    if (child.stdin) stdin.unpipe(child.stdin);
  }
}

export async function execDetached(context: ProcessContext, given: Exec): Promise<void> {
  const child = begin(given, { ...(await optionsFor(context, given)), stdio: "ignore", detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(notRun(given, error)));
  });
  child.unref();
}

async function optionsFor(context: ProcessContext, { role, request }: Exec): Promise<SpawnOptions> {
  const folder = roleFolder(context.folders, role);
  const reading = await readText(join(folder.path, "instance.json"), 1_048_576);
  const record = reading.kind === "text" ? parseRecord(reading.text) : undefined;
  if (!record) throw new CrewError("failed", `${role} has no instance.`, { hint: "crew up" });
  const holder = await holderOf(folder);
  if (!holder) throw new CrewError("failed", `${role} is not running.`, { hint: `crew start ${role}` });
  if (await isStopped(holder.pid))
    throw new CrewError("failed", `${role} is paused.`, { hint: `crew unpause ${role}` });
  if (request.user !== undefined) {
    throw new CrewError("failed", "runtime: process runs everything as you.", { hint: "Leave out --user" });
  }
  const cwd = resolve(folder.path, "work", request.directory ?? ".");
  const stats = await statPlain(cwd);
  if (typeof stats !== "object") throw new CrewError("failed", `${role} has no folder ${cwd}.`, { hint: "crew ps" });
  const around = { host: context.host, folder, role };
  return { cwd, env: { ...guestEnvironment(around, record.spec.environment, request.environment) } };
}

function begin({ request }: Exec, options: SpawnOptions): ChildProcess {
  const [file, ...args] = request.argv;
  return spawn(file, args, options);
}

/** What has a descriptor is handed on itself, with all that it can do; anything else, and a terminal that is not for the command, is copied. */
function handing(withTerminal: boolean): (stream: Readable | Writable) => Extract<StdioOptions, unknown[]>[number] {
  return (stream) => {
    const { fd, isTTY } = stream as { readonly fd?: unknown; readonly isTTY?: boolean };
    return typeof fd === "number" && fd >= 0 && (withTerminal || isTTY !== true) ? fd : "pipe";
  };
}

function copyThrough({ stdin, stdout, stderr }: ChildProcess, streams: ExecStreams): void {
  if (stdin) {
    // It may end without reading all of its input.
    stdin.on("error", () => undefined);
    streams.stdin.pipe(stdin);
  }
  stdout?.pipe(streams.stdout, { end: false });
  stderr?.pipe(streams.stderr, { end: false });
}

function endOf(child: ChildProcess, given: Exec): Promise<ExecEnd> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      const exitCode = notRunCodes[error.code ?? ""];
      const problem = notRun(given, error);
      if (exitCode === undefined) reject(problem);
      else resolve({ exitCode, problem: problem.message });
    });
    child.once("close", (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
}

/** As shells have them (POSIX, Shell Command Language, 2.8.2). */
const notRunCodes: Readonly<Record<string, number>> = {
  ENOENT: 127,
  ENOTDIR: 127,
  EACCES: 126,
  ENOEXEC: 126,
  E2BIG: 126,
};

function notRun({ role, request }: Exec, cause: NodeJS.ErrnoException): CrewError {
  const [file] = request.argv;
  const why = notRunCodes[cause.code ?? ""] === 127 ? "there is no such command" : (cause.code ?? cause.message);
  return new CrewError("failed", `${role}: ${file}: ${why}`, { cause });
}

function asSignal(reason: unknown): NodeJS.Signals {
  return typeof reason === "string" && reason in constants.signals ? (reason as NodeJS.Signals) : "SIGTERM";
}
