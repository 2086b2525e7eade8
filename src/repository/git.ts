// One git command in one git directory, and the sentence for a person when it fails. Decides nothing about refs or merges.
import type { Duplex } from "node:stream";
import { CrewError, machineError, machineErrorIn, noSpace } from "../errors.ts";
import type { GitRunner } from "../ports/git.ts";
import { type Ending, runProgram } from "../program.ts";
import { isFull } from "../room.ts";

export interface GitPlace {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that a command may take which names no time of its own. */
  readonly timeoutMs?: number | undefined;
  /** Looks at how each command ended; may try it again. */
  readonly mend?: (result: GitOutcome, again: () => Promise<GitOutcome>) => Promise<GitOutcome>;
}

export interface GitOptions {
  readonly stdin?: string | Uint8Array | Promise<string> | { readonly fd: number };
  readonly stdoutFd?: number;
  /** What git finds behind descriptor 3. */
  readonly socket?: Duplex;
  /** Added to the place's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
  /** Command that git is started under, such as a shell that sets limits. */
  readonly under?: readonly [string, ...string[]];
}

export interface GitOutcome {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Git {
  readonly place: GitPlace;
  /** Resolves whatever the exit code is. */
  attempt(args: readonly string[], options?: GitOptions): Promise<GitOutcome>;
  /** Rejects with a CrewError unless git exits with 0. */
  bytes(args: readonly string[], options?: GitOptions): Promise<Buffer>;
  text(args: readonly string[], options?: GitOptions): Promise<string>;
}

const defaultTimeoutMs = 60_000;
const defaultMaxOutputBytes = 256 * 1024 * 1024;

export function gitAt(place: GitPlace): Git {
  const once = async (args: readonly string[], options: GitOptions): Promise<GitOutcome> => {
    const {
      under = [],
      env = {},
      timeoutMs = place.timeoutMs ?? defaultTimeoutMs,
      maxOutputBytes = defaultMaxOutputBytes,
    } = options;
    const [file, ...rest] = [...under, "git", ...args];
    const ending = await runProgram({
      argv: [file ?? "git", ...rest],
      cwd: place.cwd,
      environment: { ...place.environment, ...env },
      timeoutMs,
      maxOutputBytes,
      signal: options.signal ?? place.signal,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(options.stdoutFd === undefined ? {} : { stdoutFd: options.stdoutFd }),
      ...(options.socket && { socket: options.socket }),
    });
    return outcome(ending, { args, timeoutMs, at: place.cwd });
  };
  const attempt = async (args: readonly string[], options: GitOptions = {}): Promise<GitOutcome> => {
    const result = await once(args, options);
    return place.mend && result.exitCode !== 0 ? await place.mend(result, () => once(args, options)) : result;
  };
  const bytes = async (args: readonly string[], options?: GitOptions): Promise<Buffer> => {
    const result = await attempt(args, options);
    if (result.exitCode !== 0) throw gitFailure(args, result);
    return result.stdout;
  };
  const text = async (args: readonly string[], options?: GitOptions): Promise<string> =>
    (await bytes(args, options)).toString("utf8");
  return { place, attempt, bytes, text };
}

/** The same hardened git for other adapters that keep something in the repository. */
export function gitRunner(git: Git): GitRunner {
  return {
    run: async (args, options = {}) => {
      const result = await git.attempt(args, options);
      return { exitCode: result.exitCode, stdout: result.stdout.toString("utf8"), stderr: result.stderr };
    },
  };
}

/** Of the work tree that this git stands in. */
export async function gitDirOf(there: Git): Promise<string> {
  return (await there.text(["rev-parse", "--absolute-git-dir"])).replace(/\n$/, "");
}

export function gitFailure(args: readonly string[], result: { readonly stderr: string }): CrewError {
  return new CrewError("failed", `${commandName(args)} failed: ${lastWords(result.stderr)}`);
}

/** The line in which git says what is wrong. */
export function lastWords(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? "git said nothing";
  return telling.replace(/^(fatal|error): /, "").trim();
}

interface Run {
  readonly args: readonly string[];
  readonly timeoutMs: number;
  readonly at: string;
}

function outcome(ending: Ending, { args, timeoutMs, at }: Run): GitOutcome {
  const name = commandName(args);
  switch (ending.kind) {
    case "exited": {
      // Whatever was asked, a machine that refuses is no answer to it.
      const refused = ending.exitCode === 0 ? undefined : refusalIn(ending.stderr, at);
      if (refused) throw refused;
      return ending;
    }
    case "not-started": {
      const refused = machineError(ending.cause, at);
      if (refused) throw refused;
      if (ending.cause.code !== "ENOENT") {
        throw new CrewError("failed", `${name} could not be started: ${ending.cause.message}`, { cause: ending.cause });
      }
      throw gitMissing(ending.cause);
    }
    case "killed":
      switch (ending.by) {
        case "timeout":
          throw new CrewError("failed", `${name} took longer than ${timeoutMs / 1000} s and was stopped.`);
        case "output":
          throw new CrewError("failed", `${name} wrote more than crew reads and was stopped.`);
        case "abort":
          throw new CrewError("failed", `${name} was stopped with crew.`);
        default:
          throw new CrewError("failed", `${name} was ended by ${ending.by}: ${lastWords(ending.stderr)}`);
      }
  }
}

export function gitMissing(cause?: unknown): CrewError {
  return new CrewError("failed", "git could not be started: it is not on the PATH, or the repository is gone.", {
    hint: "Install git 2.39 or newer, then run the command again.",
    cause,
  });
}

/** In git's own lines: those of the other side of a transport begin otherwise, and fsck's quote what an object holds. */
function refusalIn(stderr: string, at: string): CrewError | undefined {
  const own = stderr
    .split("\n")
    .filter((line) => /^(fatal|error): (?!object [0-9a-f]+: |remote error: )/.test(line))
    .join("\n");
  const refused = machineErrorIn(own, at);
  if (refused) return refused;
  return /(could not|couldn't|unable to|failed to) write/.test(own) && isFull(at) ? noSpace(at) : undefined;
}

function commandName(args: readonly string[]): string {
  return `git ${args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? ""}`.trim();
}
