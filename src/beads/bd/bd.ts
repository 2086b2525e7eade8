// Starts bd, one at a time, and says which bd it is. Reads no bead and decides nothing about one.
import { statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { CrewError, machineErrorIn } from "../../errors.ts";
import { runProgram } from "../../program.ts";
import { bdEnvironment, type Workspace } from "./environment.ts";
import { type Generation, probe } from "./generation.ts";
import { createQueue } from "./queue.ts";
import type { Answer } from "./reply.ts";

export interface BdCall {
  readonly args: readonly string[];
  /** Reaches bd as a file that this flag names: arguments are short, and hold no text that may begin with a dash. */
  readonly file?: { readonly flag: string; readonly text: string };
  /** Who does it, in bd's audit trail. */
  readonly actor?: string;
}

export interface Bd {
  /**
   * Waits its turn, then runs bd to its end. Rejects (`failed`) where it could not be started, was killed, or had not
   * ended after 90 s: whether it wrote is unknown then.
   */
  run(call: BdCall): Promise<Answer>;
  /** Asked once for each program: another file, or another time of the same file, is asked again. */
  generation(): Promise<Generation>;
}

export interface BdProgram {
  /** A name on PATH, or a path. */
  readonly command: string;
  readonly workspace: Workspace;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly actor: string;
  readonly signal?: AbortSignal | undefined;
  /** Told once for each program: what a person should know about it. */
  readonly warn?: ((words: string) => void) | undefined;
  /** How long one call may take. Under load a write of the embedded generations was seen to take 33 s, a read 65 s. */
  readonly limitMs?: number | undefined;
}

export function openBd(program: BdProgram): Bd {
  const { workspace, environment, actor, limitMs = defaultLimitMs } = program;
  const queue = createQueue();
  let known: { readonly key: string; readonly generation: Promise<Generation> } | undefined;

  const start = async (path: string, call: BdCall): Promise<Answer> =>
    await withFile(call.file, async (fileArgs) => await finish(path, call, [...call.args, ...fileArgs]));
  const finish = async (path: string, call: BdCall, args: readonly string[]): Promise<Answer> => {
    const ending = await runProgram({
      argv: [path, ...args],
      cwd: workspace.root,
      environment: bdEnvironment(environment, workspace, call.actor ?? actor),
      timeoutMs: limitMs,
      maxOutputBytes: outputLimitBytes,
      signal: program.signal,
    });
    if (ending.kind === "exited") {
      const full = ending.exitCode === 0 ? undefined : machineErrorIn(ending.stderr, workspace.beadsDir);
      if (full) throw full;
      return { exitCode: ending.exitCode, stdout: ending.stdout.toString("utf8"), stderr: ending.stderr };
    }
    throw brokenOff({ path, call, limitMs }, ending);
  };

  return {
    run: (call) =>
      queue.run(async () => {
        mustBeThere(workspace);
        return await start(findProgram(program), call);
      }),
    generation: async () => {
      mustBeThere(workspace);
      const path = findProgram(program);
      const { mtimeMs, size, ino } = statSync(path);
      const key = [path, mtimeMs, size, ino].join(" ");
      if (known?.key === key) return known.generation;
      const generation = queue.run(() => probe((args) => start(path, { args }), { path, workspace }));
      known = { key, generation };
      generation.then(
        ({ warning }) => warning !== undefined && program.warn?.(warning),
        () => {
          // What could not be asked is asked again.
          if (known?.generation === generation) known = undefined;
        },
      );
      return generation;
    },
  };
}

async function withFile<T>(file: BdCall["file"], use: (args: readonly string[]) => Promise<T>): Promise<T> {
  if (file === undefined) return await use([]);
  const folder = await mkdtemp(join(tmpdir(), "crew-bd-"));
  try {
    const path = join(folder, "text");
    await writeFile(path, file.text, { mode: 0o600 });
    return await use([`${file.flag}=${path}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const defaultLimitMs = 90_000;
/** 5,000 beads are 5 MB. */
const outputLimitBytes = 512 * 1024 * 1024;

/** The file that the command names; looked up each time, since it may be replaced while crew runs. */
function findProgram({ command, environment, workspace }: BdProgram): string {
  const candidates = command.includes("/")
    ? [isAbsolute(command) ? command : resolve(workspace.root, command)]
    : (environment.PATH ?? "").split(delimiter).flatMap((folder) => (folder === "" ? [] : [join(folder, command)]));
  const path = candidates.find(isProgram);
  if (path !== undefined) return path;
  throw new CrewError("failed", `There is no ${command}, and this repository keeps its beads with it.`, {
    at: workspace.beadsDir,
    hint: "Install beads (bd), or name the program in the crew file: tracker: {kind: bd, command: /path/to/bd}",
  });
}

/** bd takes another workspace without a word where the one that is named is not there. */
function mustBeThere({ beadsDir }: Workspace): void {
  if (statSync(beadsDir, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new CrewError("failed", `The beads workspace ${beadsDir} is not there any more.`, {
    hint: "Bring it back; or see bd where, and BEADS_DIR",
  });
}

function isProgram(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && (stats.mode & 0o111) !== 0;
}

type Broken = Exclude<Awaited<ReturnType<typeof runProgram>>, { kind: "exited" }>;

interface Tried {
  readonly path: string;
  readonly call: BdCall;
  readonly limitMs: number;
}

function brokenOff({ path, call, limitMs }: Tried, ending: Broken): CrewError {
  const what = `bd ${call.args.slice(0, 2).join(" ")}`;
  if (ending.kind === "not-started") {
    return new CrewError("failed", `${path} cannot be run: ${ending.cause.message}`, {
      cause: ending.cause,
      hint: `Try it by hand: ${path} version`,
    });
  }
  const hint = "Try the same by hand, and see whether another bd is running: bd list";
  if (ending.by === "timeout") {
    return new CrewError("failed", `${what} had not ended after ${limitMs / 1000} s and was stopped.`, { hint });
  }
  if (ending.by === "abort") return new CrewError("failed", `${what} was broken off.`);
  return new CrewError("failed", `${what} was killed (${ending.by}).`, { hint });
}
