// A scratch repository with a crew file, and the real program run on it as a process of its own. Leaves nothing behind.
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = join(top, "dist", "main.js");
/** The newest Node, where the run is asked to prove the program there too. */
export const newestNode = process.env.CREW_TEST_NODE;

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nobody else may be able to read the folder that this runs in. */
function programForOthers(root: string): string {
  const copy = join(root, "program");
  if (!existsSync(copy)) cpSync(dirname(program), copy, { recursive: true });
  return join(copy, "main.js");
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly cwd?: string;
  /** The user that it runs as; only root can choose. */
  readonly uid?: number;
  /** Command that crew is started under. */
  readonly under?: readonly string[];
  /** That it may take. */
  readonly limitMs?: number;
  /** What it reads on stdin; absent: nothing. */
  readonly input?: string;
  /** Told as soon as it runs. */
  readonly onStart?: (pid: number) => void;
  /** Told what it says on stderr, as it comes. */
  readonly onSaid?: (text: string) => void;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves once stderr holds the text; rejects when the program ended without it. */
  says(text: string): Promise<void>;
}

export interface Bench {
  readonly repository: string;
  readonly state: string;
  /** All that crew is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs crew to its end. */
  crew(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Starts crew in a process group of its own, as a shell does. */
  start(args: readonly string[], options?: RunOptions): Started;
  git(...args: readonly string[]): string;
  write(path: string, content: string): void;
  commit(message: string): string;
  /** The file that stands at the path, as soon as one does, under the state folder (or another), `*` for any one name; rejects when that takes too long. */
  until(path: string, folder?: string): Promise<string>;
  /** Paths under the state folder, `*` for any one name. */
  find(path: string): readonly string[];
  touch(path: string): void;
  /** By SIGKILL. */
  killDriver(): void;
  /** Pids of every process that carries a marker of this bench's instances. */
  survivors(): readonly number[];
  /** Where this process finds a path that crew is told: another place only where crew's own disks are. */
  seen(path: string): string;
  remove(): void;
}

const limitMs = 120_000;

/** `folder` is the repository's own name. */
export function aBench(files: Readonly<Record<string, string>>, folder = "repo"): Bench {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "crew-e2e-")));
  const repository = join(root, folder);
  const state = join(root, "state");
  mkdirSync(repository);
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: join(root, "home"),
    XDG_STATE_HOME: state,
    NO_COLOR: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    LC_ALL: "C.UTF-8",
  };
  mkdirSync(environment.HOME);
  writeFileSync(join(environment.HOME, ".gitconfig"), "[user]\n\tname = A Person\n\temail = person@example.org\n");
  const git = (...args: readonly string[]) =>
    execFileSync("git", [...args], {
      cwd: repository,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
  };
  const commit = (message: string) => {
    git("add", "-A");
    git("commit", "-qm", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "-q", "-b", "main");
  for (const [path, content] of Object.entries(files)) write(path, content);
  commit("Start");

  const start = (args: readonly string[], options: RunOptions = {}): Started => {
    const built = options.uid === undefined ? program : programForOthers(root);
    const [command = "", ...rest] = [...(options.under ?? []), options.node ?? process.execPath, built, ...args];
    const child = spawn(command, rest, {
      cwd: options.cwd ?? repository,
      env: { ...environment, ...options.env },
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    // Whoever reads none of it may have ended before.
    child.stdin.on("error", () => undefined).end(options.input);
    const output = { stdout: "", stderr: "" };
    const ownLimitMs = options.limitMs ?? limitMs;
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr += text;
      options.onSaid?.(text);
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`crew ${args.join(" ")} took more than ${ownLimitMs / 1000} s\n${output.stderr}`));
      }, ownLimitMs);
      child.on("error", reject);
      if (child.pid !== undefined) options.onStart?.(child.pid);
      child.on("close", (code, signal) => {
        clearTimeout(timer);
        resolve({ code, signal, ...output });
      });
    });
    const says = (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => output.stderr.includes(text) && resolve();
        child.stderr.on("data", look);
        child.on("close", () => reject(new Error(`crew ${args.join(" ")} never said ${text}\n${output.stderr}`)));
        look();
      });
    return { pid: child.pid ?? 0, ended, says };
  };
  const crew = (args: readonly string[], options?: RunOptions) => start(args, options).ended;

  const until = async (path: string, folder = state) => {
    const deadline = Date.now() + limitMs;
    while (true) {
      const [found] = globSync(join(folder, path));
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`${path} never came`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const survivors = () => processesWith(state);
  return {
    repository,
    state,
    environment,
    crew,
    start,
    git,
    write,
    commit,
    until,
    find: (path) => globSync(join(state, path)),
    touch: (path) => writeFileSync(path, ""),
    killDriver: () => {
      const refs = git("for-each-ref", "--format=%(objectname)", "refs/crew/lease/*/driver");
      const { pid } = JSON.parse(git("cat-file", "blob", refs)) as { readonly pid: number };
      process.kill(pid, "SIGKILL");
    },
    survivors,
    seen: (path) => path,
    remove: () => {
      for (const pid of survivors()) kill(pid);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** fs.globSync comes with Node 22. */
function globSync(pattern: string): readonly string[] {
  return pattern.split("/").reduce<readonly string[]>(
    (found, part) =>
      found.flatMap((folder) => {
        if (part !== "*") return existsSync(`${folder}/${part}`) || part === "" ? [`${folder}/${part}`] : [];
        return readdirSync(folder).map((name) => `${folder}/${name}`);
      }),
    [""],
  );
}

/** Processes in whose environment or arguments the text stands: the bench's state folder is in each one's HOME. */
export function processesWith(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) =>
        pid !== process.pid && read(`/proc/${pid}/environ`).includes(`=${text}`) && existsSync(`/proc/${pid}/exe`),
    );
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
