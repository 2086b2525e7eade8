// A real repository in a temporary folder (its path has spaces), with a person in it and an agent's clone beside it.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mailId, type Oid, type OrderId } from "../../src/model/names.ts";
import type { UploadPack } from "../../src/ports/runtime.ts";
import type { ImportLimits, ProcessIdentity } from "../../src/repository/context.ts";
import { type OpenRepository, openRepository } from "../../src/repository/open.ts";
import type { Bench } from "./contract.ts";

export interface GitBenchOptions {
  readonly format?: "sha1" | "sha256";
  readonly limits?: Partial<ImportLimits>;
  /** Prepares the repository before crew opens it. */
  readonly prepare?: (bench: GitBench) => void;
  readonly identity?: ProcessIdentity;
  /** The person stands in a linked work tree. */
  readonly linked?: boolean;
}

export interface GitBench extends Bench {
  readonly repository: OpenRepository;
  readonly root: string;
  /** The person's work tree. */
  readonly work: string;
  /** The agent's clone. */
  readonly clone: string;
  readonly environment: Readonly<Record<string, string>>;
  git(cwd: string, args: readonly string[], input?: string): string;
  tryGit(cwd: string, args: readonly string[]): { readonly status: number; readonly stderr: string };
  file(path: string, content: string): void;
  open(identity?: ProcessIdentity): Promise<OpenRepository>;
}

/** Only this process, as the operating system of the test's imagination knows it. */
export function identityOf(pid: number, living: ReadonlyMap<number, string>, host = hostname()): ProcessIdentity {
  return { host, pid, startTimeOf: async (other) => living.get(other) };
}

const self = identityOf(process.pid, new Map([[process.pid, "1"]]));

/** For git-fast-import(1): one process where adding and committing take several. */
const firstCommit = [
  "commit refs/heads/main",
  "committer Pat <pat@example.invalid> 1700000000 +0000",
  "data <<.\nStart\n.",
  ...Object.entries({ "README.md": "one\ntwo\nthree", "src/app.txt": "a\nb\nc", ".beads/issues.jsonl": "{}" }).map(
    ([path, content]) => `M 644 inline ${path}\ndata <<.\n${content}\n.`,
  ),
  "",
].join("\n");

export async function gitBench(options: GitBenchOptions = {}): Promise<GitBench> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "crew repository ")));
  const main = join(root, "the work");
  const home = join(root, "home");
  for (const folder of [main, home]) mkdirSync(folder);
  const environment = { PATH: process.env.PATH ?? "", HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
  const run = (cwd: string, args: readonly string[], input?: string) =>
    spawnSync("git", [...args], { cwd, env: environment, encoding: "utf8", ...(input === undefined ? {} : { input }) });
  const git = (cwd: string, args: readonly string[], input?: string): string => {
    const result = run(cwd, args, input);
    if (result.status !== 0) throw new Error(`git ${args.join(" ")} in ${cwd}: ${result.stderr}${result.stdout}`);
    return result.stdout.trim();
  };
  writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Pat\n\temail = pat@example.invalid\n");
  git(main, ["init", "-q", "-b", "main", `--object-format=${options.format ?? "sha1"}`]);
  const file = (path: string, content: string): void => {
    mkdirSync(dirname(join(main, path)), { recursive: true });
    writeFileSync(join(main, path), content);
  };
  git(main, ["fast-import", "--quiet"], firstCommit);
  git(main, ["checkout", "-q", "--detach", "main"]);
  const work = options.linked ? join(root, "linked tree") : main;
  if (options.linked) git(main, ["worktree", "add", "-q", "-b", "elsewhere", work]);
  const clone = join(root, "role one", "work tree");
  // Only when a test asks for it: most need no agent.
  const agentsClone = (): string => {
    if (!existsSync(clone)) git(root, ["clone", "-q", "--shared", main, clone]);
    return clone;
  };
  const uploadPack: UploadPack = { kind: "program", argv: ["git", "upload-pack", clone] };

  const open = (identity: ProcessIdentity = options.identity ?? self) =>
    openRepository({ cwd: work, environment, identity, ...(options.limits ? { limits: options.limits } : {}) });
  const commitIn = (cwd: string, { parents, files, message }: Parameters<Bench["agentCommit"]>[0]): Oid => {
    const index = join(root, `index-${Math.random().toString(36).slice(2)}`);
    const withIndex = (args: readonly string[], input?: string): string => {
      const result = spawnSync("git", [...args], {
        cwd,
        env: { ...environment, GIT_INDEX_FILE: index },
        encoding: "utf8",
        ...(input === undefined ? {} : { input }),
      });
      if (result.status !== 0) throw new Error(`git ${args.join(" ")}: ${result.stderr}`);
      return result.stdout.trim();
    };
    const [first] = parents;
    if (first) withIndex(["read-tree", first]);
    for (const [path, content] of Object.entries(files)) {
      if (content === null) withIndex(["update-index", "--force-remove", path]);
      else {
        const oid = withIndex(["hash-object", "-w", "--stdin"], content);
        withIndex(["update-index", "--add", "--cacheinfo", `100644,${oid},${path}`]);
      }
    }
    const tree = withIndex(["write-tree"]);
    const oid = withIndex(["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", message]);
    rmSync(index, { force: true });
    return oid;
  };

  const partial = {
    root,
    work,
    get clone() {
      return agentsClone();
    },
    environment,
    git,
    tryGit: (cwd: string, args: readonly string[]) => {
      const { status, stderr } = run(cwd, args);
      return { status: status ?? -1, stderr };
    },
    file,
    open,
    base: git(main, ["rev-parse", "main"]),
    agentCommit: async (commit: Parameters<Bench["agentCommit"]>[0]) => commitIn(agentsClone(), commit),
    personCommit: async (commit: Parameters<Bench["personCommit"]>[0]) => commitIn(main, commit),
    report: async (id: OrderId, commit: Oid) => {
      git(agentsClone(), ["update-ref", `refs/crew/report/${mailId(id)}`, commit]);
      return uploadPack;
    },
    rescue: async (commit: Oid | undefined) => {
      git(
        agentsClone(),
        commit ? ["update-ref", "refs/crew/rescue", commit] : ["update-ref", "-d", "refs/crew/rescue"],
      );
      return uploadPack;
    },
    setBranch: async (branch: string, commit: Oid | undefined) => {
      const ref = `refs/heads/${branch}`;
      git(main, commit ? ["update-ref", ref, commit] : ["update-ref", "-d", ref]);
    },
    branch: async (branch: string) =>
      git(main, ["for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`]) || undefined,
    checkOut: async (branch: string) => {
      const path = join(root, `tree of ${branch.replaceAll("/", "-")}`);
      git(main, ["worktree", "add", "-q", path, branch]);
      return path;
    },
    files: async (commit: Oid) => {
      const names = git(main, ["ls-tree", "-r", "-z", "--name-only", commit]).split("\0").filter(Boolean);
      const read = (name: string) =>
        spawnSync("git", ["cat-file", "blob", `${commit}:${name}`], { cwd: main, env: environment });
      return Object.fromEntries(names.map((name) => [name, read(name).stdout.toString("utf8")]));
    },
    parents: async (commit: Oid) => git(main, ["rev-list", "--parents", "-n1", commit]).split(" ").slice(1),
    close: async () => rmSync(root, { recursive: true, force: true }),
  };
  options.prepare?.(partial as unknown as GitBench);
  return Object.assign(partial, { repository: await open() });
}

/** Everything of the person's that must stay as it is: work tree, index, HEAD, config. */
export function personsThings(bench: GitBench): Readonly<Record<string, string>> {
  const { work, git } = bench;
  const gitDir = git(work, ["rev-parse", "--absolute-git-dir"]);
  const paths = git(work, ["ls-files", "--cached", "--others", "-z"]).split("\0").filter(Boolean);
  const read = (path: string) => readFileSync(path).toString("base64");
  return {
    HEAD: read(join(gitDir, "HEAD")),
    index: read(join(gitDir, "index")),
    config: read(join(bench.repository.commonDir, "config")),
    ...Object.fromEntries(paths.map((path) => [path, read(join(work, path))])),
  };
}
