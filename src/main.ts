// argv → command → exit code, nothing else. The only file that touches the process.
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { compiledFolder, loadCompiled } from "./cli/compiled.ts";
import type { Invocation } from "./cli/invocation.ts";
import type { runProgram } from "./cli/program.ts";
import { version } from "./cli/version.ts";

const argv = process.argv.slice(2);

if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V" || argv[0] === "version")) {
  process.stdout.write(`crew ${version}\n`);
} else void main();

async function main(): Promise<never> {
  // `crew logs | head`: a reader that went away ends the reading quietly.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      if (stream === process.stdout) process.exit(0);
    });
  }
  const code = await run().catch(withoutFiles);
  // Handles that a library keeps open must not keep a finished command alive.
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  return process.exit(code);
}

/** The file beside this one that all the rest is bundled into. */
interface Program {
  readonly runProgram: typeof runProgram;
}

async function run(): Promise<number> {
  const path = join(dirname(import.meta.filename), "program.cjs");
  const { exports, keep } = loadCompiled<Program>(path, compiledFolder(process.env), process.env.NODE_OPTIONS);
  const { exitCode, command } = await exports.runProgram(invocation());
  if (command !== undefined) keep(command);
  return exitCode;
}

/** Where not even crew's own files can be opened, nothing else can say so. */
function withoutFiles(error: unknown): number {
  if (!["EMFILE", "ENFILE"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  process.stderr.write(
    "! crew may not open more files.\n  Raise the limit (ulimit -n 1024), then type the same command again\n",
  );
  return 5;
}

function invocation(): Invocation {
  const stop = new AbortController();
  let interrupts = 0;
  let areInterruptsLeft = false;
  const interrupt = (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => {
    if (areInterruptsLeft && signal === "SIGINT") return;
    interrupts += 1;
    stop.abort(signal);
    if (interrupts > 2) process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt(signal));
  const wakers = new Set<() => void>();
  process.on("SIGUSR2", () => {
    for (const wake of wakers) wake();
  });
  return {
    argv,
    cwd: process.cwd(),
    environment: definedVariables(process.env),
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: () => process.stdin,
    signal: stop.signal,
    leaveInterrupts: () => {
      areInterruptsLeft = true;
      return () => {
        areInterruptsLeft = false;
      };
    },
    onWake: (wake) => {
      wakers.add(wake);
      return () => wakers.delete(wake);
    },
    process: { pid: process.pid, host: hostname(), program: [process.execPath, import.meta.filename] },
    crashAt: process.env.CREW_CRASH,
    kill: (pid, signal) => process.kill(pid, signal),
  };
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

function definedVariables(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
