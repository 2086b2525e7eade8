// Runs one program to its end, in a process group of its own. Knows nothing of git and decides nothing about exit codes.
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";

export interface Program {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** A promise: the program starts at once, and reads what there is to read once it is known; nothing where it rejects. */
  readonly stdin?: string | Uint8Array | Promise<string> | { readonly fd: number };
  /** Where stdout goes instead of memory. */
  readonly stdoutFd?: number;
  /** What the program finds behind descriptor 3, in both directions. */
  readonly socket?: Duplex;
  readonly timeoutMs: number;
  /** More on stdout than this ends the program. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. Only `exited` says that it ran to its end by itself. */
export type Ending =
  | { readonly kind: "exited"; readonly exitCode: number; readonly stdout: Buffer; readonly stderr: string }
  | { readonly kind: "killed"; readonly by: "timeout" | "output" | "abort" | NodeJS.Signals; readonly stderr: string }
  | { readonly kind: "not-started"; readonly cause: NodeJS.ErrnoException };

/** After TERM, programs get this long to remove their lock files. */
const graceMs = 2_000;
/** A program that has ended but left a child holding its output gets this long. */
const stragglerMs = 1_000;
const maxStderrBytes = 64 * 1024;

export function runProgram(program: Program): Promise<Ending> {
  if (program.signal?.aborted) return Promise.resolve({ kind: "killed", by: "abort", stderr: "" });
  const [file, ...args] = program.argv;
  const child = spawn(file, args, {
    cwd: program.cwd,
    env: program.environment,
    // A session of its own, so that the whole group can be ended and a terminal's Ctrl-C does not reach it.
    detached: true,
    stdio: [stdinOf(program), program.stdoutFd ?? "pipe", "pipe", ...(program.socket ? (["pipe"] as const) : [])],
  });
  if (program.socket) join(program.socket, child.stdio[3] as Duplex);
  return new Promise((resolve) => follow(child, program, resolve));
}

function stdinOf(program: Program): "ignore" | "pipe" | number {
  if (program.stdin === undefined) return "ignore";
  return typeof program.stdin === "object" && "fd" in program.stdin ? program.stdin.fd : "pipe";
}

/** Either side's end is the other's; what breaks one ends both, and the program's exit code tells. */
function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.once("error", () => to.destroy());
    from.once("close", () => to.end());
  }
}

function follow(child: ChildProcess, program: Program, resolve: (ending: Ending) => void): void {
  const stdout: Buffer[] = [];
  let stdoutBytes = 0;
  let stderr = Buffer.alloc(0);
  let reason: "timeout" | "output" | "abort" | undefined;
  const timers: NodeJS.Timeout[] = [];

  const end = (why: "timeout" | "output" | "abort"): void => {
    if (reason !== undefined) return;
    reason = why;
    killGroup(child, "SIGTERM");
    timers.push(setTimeout(() => killGroup(child, "SIGKILL"), graceMs));
  };
  const onAbort = (): void => end("abort");
  timers.push(setTimeout(() => end("timeout"), program.timeoutMs));
  program.signal?.addEventListener("abort", onAbort, { once: true });

  child.stdout?.on("data", (chunk: Buffer) => {
    stdoutBytes += chunk.length;
    if (stdoutBytes > program.maxOutputBytes) end("output");
    else stdout.push(chunk);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-maxStderrBytes);
  });
  // A program may end without reading all of its input; its exit code tells.
  child.stdin?.on("error", () => {});
  if (program.stdin instanceof Promise) {
    program.stdin.then((text) => child.stdin?.end(text)).catch(() => child.stdin?.end());
  } else child.stdin?.end(program.stdin);

  const finish = (ending: Ending): void => {
    for (const timer of timers) clearTimeout(timer);
    program.signal?.removeEventListener("abort", onAbort);
    resolve(ending);
  };
  child.once("error", (cause) => finish({ kind: "not-started", cause }));
  child.once("exit", () => {
    timers.push(setTimeout(() => killGroup(child, "SIGKILL"), stragglerMs));
    // One that has left the group may hold the pipes for ever; they are let go.
    timers.push(setTimeout(() => letGo(child), 2 * stragglerMs));
  });
  child.once("close", (exitCode, signal) => {
    const text = stderr.toString("utf8");
    const by = reason ?? signal;
    if (by !== null) finish({ kind: "killed", by, stderr: text });
    else finish({ kind: "exited", exitCode: exitCode ?? -1, stdout: Buffer.concat(stdout), stderr: text });
  });
}

function letGo(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** The group exists as long as one member does, so its id cannot have been given to somebody else while output is held. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the last member has gone meanwhile.
  }
}
