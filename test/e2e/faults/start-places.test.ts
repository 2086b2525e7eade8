// Where it starts: unusual places in which the whole story works as in any other, from nothing to the landed epic.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench, Ended, RunOptions } from "../bench.ts";
import { type Fault, faults } from "./fault.ts";

/** What a landing in a base that is checked out moves. */
const landed = ["file one.txt", "file two.txt", "refs/heads/main", "index", "ORIG_HEAD", "logs/HEAD"];
const says = "\n✓ Landed and closed. 2/2 beads, 100 %.\n";

const rows: readonly Fault[] = [
  {
    name: "a repository that names its objects by SHA-256",
    prepare: (bench) => {
      rmSync(join(bench.repository, ".git"), { recursive: true });
      bench.git("init", "-q", "-b", "main", "--object-format=sha256");
      bench.commit("Start");
    },
    meet: (bench) => wholeStory(bench),
    moves: landed,
    exit: 0,
    says,
    afterwards: (bench) => {
      isWhole(bench);
      expect(bench.git("rev-parse", "main")).toHaveLength(64);
    },
  },
  {
    name: "a shallow clone",
    prepare: (bench) => {
      bench.write("new.txt", "x\n");
      bench.commit("Write new.txt");
      const upstream = join(bench.repository, "..", "upstream");
      renameSync(bench.repository, upstream);
      mkdirSync(bench.repository);
      bench.git("clone", "-q", "--depth=1", `file://${upstream}`, ".");
    },
    meet: (bench) => wholeStory(bench),
    moves: landed,
    exit: 0,
    says,
    afterwards: (bench) => {
      isWhole(bench);
      expect(bench.git("rev-parse", "--is-shallow-repository")).toBe("true");
    },
  },
  {
    name: "a linked work tree, with the base checked out in the main one",
    prepare: (bench) => bench.git("worktree", "add", "-q", "-b", "topic", "../linked"),
    meet: (bench) => wholeStory(bench, { cwd: join(bench.repository, "..", "linked") }),
    moves: landed,
    exit: 0,
    says,
    afterwards: (bench) => {
      isWhole(bench);
      expect(readFileSync(join(bench.repository, "one.txt"), "utf8")).toBe("This is one.txt.\n");
      expect(bench.git("-C", "../linked", "status", "--porcelain", "--branch")).toBe("## topic");
    },
  },
  {
    name: "a linked work tree of a bare repository",
    meet: (bench) => {
      bench.git("clone", "-q", "--bare", ".", "../bare.git");
      bench.git("-C", "../bare.git", "worktree", "add", "-q", "../linked", "main");
      return wholeStory(bench, { cwd: join(bench.repository, "..", "linked") });
    },
    exit: 0,
    says,
    afterwards: (bench) => {
      expect(bench.git("-C", "../linked", "show", "main:one.txt")).toBe("This is one.txt.");
      expect(bench.git("-C", "../linked", "status", "--porcelain")).toBe("");
    },
  },
  {
    name: "a path with spaces, quotes, signs and letters of other scripts",
    folder: `it's "my" $HOME; repó 仓库 %20#`,
    meet: (bench) => wholeStory(bench),
    moves: landed,
    exit: 0,
    says,
    afterwards: isWhole,
  },
  {
    name: "a folder below the top",
    files: { "a/b/c.txt": "" },
    meet: (bench) => wholeStory(bench, { cwd: join(bench.repository, "a", "b") }),
    moves: landed,
    exit: 0,
    says,
    afterwards: isWhole,
  },
  {
    name: "an environment that points git elsewhere, as inside of a hook",
    prepare: (bench) => {
      execFileSync("git", ["init", "-q", join(bench.repository, "..", "other")]);
    },
    meet: (bench) => {
      const other = join(bench.repository, "..", "other");
      const env = {
        GIT_DIR: join(other, ".git"),
        GIT_WORK_TREE: other,
        GIT_INDEX_FILE: join(other, ".git", "index"),
        GIT_OBJECT_DIRECTORY: join(other, ".git", "objects"),
        GIT_PREFIX: "a/",
      };
      return wholeStory(bench, { env });
    },
    moves: landed,
    exit: 0,
    says,
    afterwards: (bench) => {
      isWhole(bench);
      expect(bench.git("-C", "../other", "for-each-ref")).toBe("");
      expect(bench.git("-C", "../other", "count-objects")).toBe("0 objects, 0 kilobytes");
    },
  },
  {
    name: "no HOME and a state directory that is not absolute: it counts as unset",
    meet: (bench) => wholeStory(bench, { env: { HOME: "", XDG_STATE_HOME: bench.state } }),
    moves: landed,
    exit: 0,
    says,
    afterwards: isWhole,
  },
];

describe("where it starts: places", () => faults(rows));

/** Up, land and down; what is shown is the landing's last line. */
async function wholeStory(bench: Bench, options: RunOptions = {}): Promise<Ended> {
  const up = await bench.crew(["up", "--wait"], options);
  expect(up.code, up.stderr).toBe(0);
  const land = await bench.crew(["land"], options);
  const down = await bench.crew(["down"], options);
  expect(down.code, down.stderr).toBe(0);
  return { ...land, stderr: `${land.stderr.trimEnd().split("\n").at(-1)}\n` };
}

function isWhole(bench: Bench): void {
  expect(bench.git("show", "main:one.txt", "main:two.txt")).toBe("This is one.txt.\nThis is two.txt.");
  expect(bench.git("fsck", "--strict", "--no-dangling")).toBe("");
  expect(bench.survivors()).toEqual([]);
}
