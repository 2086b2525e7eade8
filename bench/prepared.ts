// A repository of a given size with as many branches to merge, none of which conflict; its git, and crew's view of it.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenRepository, openRepository } from "../src/repository/open.ts";
import { startTimeOf } from "../src/runtimes/process/identity.ts";

export interface Size {
  readonly files: number;
  readonly branches: number;
}

export interface Prepared {
  /** What is merged into. */
  readonly target: string;
  /** Commits, each on a branch of its own, from before the target's last commit. */
  readonly sources: readonly string[];
  /** A work tree of its own, at the target. */
  readonly workTree: string;
  git(cwd: string, args: readonly string[], input?: string): string;
  /** With nothing in memory of what was asked before. */
  open(): Promise<OpenRepository>;
  remove(): void;
}

export function prepare(size: Size): Prepared {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "crew-bench-")));
  const [home, main, workTree] = ["home", "main", "tree"].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [home, main]) mkdirSync(folder);
  const environment = {
    ...{ PATH: process.env.PATH ?? "", HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
    ...{ GIT_AUTHOR_NAME: "Pat", GIT_AUTHOR_EMAIL: "pat@example.invalid" },
    ...{ GIT_COMMITTER_NAME: "Pat", GIT_COMMITTER_EMAIL: "pat@example.invalid" },
  };
  const git = (cwd: string, args: readonly string[], input = ""): string => {
    const options = { cwd, env: environment, input, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
    const { status, stdout, stderr } = spawnSync("git", [...args], options);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}${stdout}`);
    return stdout.trim();
  };
  git(main, ["init", "-q", "-b", "main"]);
  git(main, ["fast-import", "--quiet"], history(size));
  git(main, ["worktree", "add", "-q", "--detach", workTree, "target"]);
  const identity = { host: hostname(), pid: process.pid, startTimeOf };
  return {
    target: git(main, ["rev-parse", "target"]),
    sources: git(main, ["for-each-ref", "--format=%(objectname)", "refs/heads/work/"]).split("\n"),
    workTree,
    git,
    open: () => openRepository({ cwd: workTree, environment, identity }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Of a branch; that many times all branches must be no more than there are files. */
const changes = 10;

/** For git-fast-import(1). Each branch changes files in folders that others change too, moves one of them and adds one. */
function history({ files, branches }: Size): string {
  if (files < changes * branches) throw new Error(`${branches} branches need ${changes * branches} files`);
  const tree = Array.from({ length: files }, (_, n) => change(pathOf(n), contentOf(n)));
  const work = Array.from({ length: branches }, (_, n) => {
    const own = Array.from({ length: changes }, (_, k) =>
      Math.floor(((n * changes + k) * files) / (branches * changes)),
    );
    const [moved = 0, ...edited] = own;
    return [
      ...commit(`work/${String(n).padStart(3, "0")}`, `Work ${n}`),
      "from refs/heads/main",
      ...edited.map((file) => change(pathOf(file), contentOf(file, `changed by ${n}\n`))),
      `D ${pathOf(moved)}`,
      change(`${folderOf(moved)}/moved-${moved}.txt`, contentOf(moved, `moved by ${n}\n`)),
      change(`${folderOf(n)}/new-${n}.txt`, `${n}\n`),
    ];
  });
  // Where nothing has happened since, there would be nothing to merge.
  const meanwhile = Array.from({ length: files / 50 }, (_, n) => change(`${folderOf(n * 50)}/meanwhile.txt`, `${n}\n`));
  const target = [...commit("target", "Meanwhile"), "from refs/heads/main", ...meanwhile];
  return `${[...commit("main", "Base"), ...tree, ...target, ...work.flat()].join("\n")}\n`;
}

function contentOf(n: number, first = ""): string {
  return `${first}${Array.from({ length: 10 }, (_, line) => `line ${line} of ${n}\n`).join("")}`;
}

function commit(branch: string, message: string): readonly string[] {
  return [`commit refs/heads/${branch}`, "committer Pat <pat@example.invalid> 1700000000 +0000", data(message)];
}

function change(path: string, content: string): string {
  return `M 100644 inline ${path}\n${data(content)}`;
}

function data(content: string): string {
  return `data ${Buffer.byteLength(content)}\n${content}`;
}

/** Folders of fifty files, a hundred folders in one. */
function folderOf(n: number): string {
  return `src/part-${Math.floor(n / 5_000)}/module-${Math.floor(n / 50) % 100}`;
}

function pathOf(n: number): string {
  return `${folderOf(n)}/file-${n}.txt`;
}
