// Where it starts: what must be there, and what crew says where it is not. Nothing is made before all of it is found.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import { type Fault, faults } from "./fault.ts";

const rows: readonly Fault[] = [
  {
    name: "a folder that is in no repository",
    meet: (bench) => bench.crew(["up", "--wait"], { cwd: join(bench.repository, "..", "home") }),
    exit: 5,
    says: `
! <root>/home is not in a git repository.
  Run crew inside of one, or make one: git init && git add -A && git commit -m Start
`,
    afterwards: nothingIsMade,
  },
  {
    name: "a repository without a commit",
    prepare: (bench) => {
      rmSync(join(bench.repository, ".git"), { recursive: true });
      bench.git("init", "-q", "-b", "main");
    },
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
! The repository has no commits yet: an epic has nothing to begin with.
  git add -A && git commit -m Start
`,
    afterwards: nothingIsMade,
  },
  {
    name: "no crew.yaml: it says where it looked",
    files: { "crew.yaml": null, "a/b/c.txt": "" },
    meet: (bench) => bench.crew(["up", "--wait"], { cwd: join(bench.repository, "a", "b") }),
    exit: 1,
    says: `
! No crew.yaml or crew.yml in <root>/repo/a/b, <root>/repo/a, <root>/repo.
  Write a crew.yaml there, or name one: crew -f FILE
`,
    afterwards: nothingIsMade,
  },
  {
    name: "a base branch that is not there",
    meet: (bench) => {
      bench.git("branch", "-m", "main", "trunk");
      return bench.crew(["up", "--wait"]);
    },
    moves: ["HEAD", "refs/heads/main", "refs/heads/trunk", "logs/HEAD", "config"],
    exit: 5,
    says: `
! The base branch main does not exist in this repository.
  git branch main <commit>, or name another one in the crew file: epic: {base: …}
`,
    afterwards: nothingIsMade,
  },
  {
    name: "a partial clone; the commands that it names complete it",
    prepare: (bench) => {
      bench.write("old.txt", "what only history has\n");
      bench.commit("Write old.txt");
      bench.git("rm", "-q", "old.txt");
      bench.git("commit", "-qm", "Remove old.txt");
      cloneInPlace(bench, "--filter=blob:none");
    },
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
! This is a partial clone: crew needs all objects of its history. To fetch them:
  git fetch --refetch --no-filter origin
  git config --unset remote.origin.promisor
  git config --unset remote.origin.partialclonefilter
`,
    afterwards: async (bench, { stderr }) => {
      nothingIsMade(bench);
      for (const command of stderr.split("\n").filter((line) => line.startsWith("  git "))) {
        bench.git(...command.trim().split(" ").slice(1));
      }
      expect(await bench.crew(["up", "--wait"])).toMatchObject({ code: 0 });
      expect(bench.git("rev-list", "--objects", "--all", "--missing=print")).not.toMatch(/^\?/m);
    },
  },
  {
    name: "a bare repository",
    meet: (bench) => {
      const bare = join(bench.repository, "..", "bare.git");
      bench.git("clone", "-q", "--bare", ".", bare);
      return bench.crew(["up", "--wait"], { cwd: bare });
    },
    exit: 5,
    says: `
! <root>/bare.git is a bare repository: crew needs a work tree.
  Run crew in a clone of it.
`,
    afterwards: nothingIsMade,
  },
  {
    name: "a repository that belongs to somebody else",
    meet: async (bench) => {
      if (process.getuid?.() !== 0) {
        return bench.crew(["up", "--wait"], { env: gitThat(bench, "export GIT_TEST_ASSUME_DIFFERENT_OWNER=1\n") });
      }
      const places = [bench.repository, join(bench.repository, ".git")];
      for (const place of places) chownSync(place, 65_534, 65_534);
      const ended = await bench.crew(["up", "--wait"]);
      for (const place of places) chownSync(place, 0, 0);
      return ended;
    },
    exit: 5,
    says: `
! <root>/repo belongs to somebody else, and git does not trust it.
  git config --global --add safe.directory '<root>/repo'
`,
    afterwards: nothingIsMade,
  },
  {
    name: "no git on the PATH",
    meet: (bench) => bench.crew(["up", "--wait"], { env: { PATH: join(bench.repository, "..", "home") } }),
    exit: 1,
    says: `
! git could not be started: it is not on the PATH, or the repository is gone.
  Install git 2.39 or newer, then run the command again.
`,
    afterwards: nothingIsMade,
  },
  {
    name: "a git that is too old",
    meet: (bench) =>
      bench.crew(["up", "--wait"], {
        env: gitThat(bench, '[ "$1" != version ] || { echo git version 2.30.2; exit; }\n'),
      }),
    exit: 1,
    says: `
! git 2.30 is too old for crew.
  Install git 2.39 or newer.
`,
    afterwards: nothingIsMade,
  },
  {
    name: "a repository whose path holds a line break",
    folder: "re\npo",
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
! The repository's path holds a line break, which crew's records cannot.
  Rename that folder, or clone the repository elsewhere.
`,
    afterwards: nothingIsMade,
  },
  {
    name: "a state directory that cannot be made",
    meet: (bench) => bench.crew(["up", "--wait"], { env: { XDG_STATE_HOME: join(bench.repository, "crew.yaml") } }),
    exit: 5,
    says: `
! Instances need a folder for their files, and it cannot be written: ENOTDIR: not a directory, mkdir '<root>/repo/crew.yaml/crew'
  Make it writable, or name another place: export XDG_STATE_HOME=<folder>
`,
    afterwards: nothingIsMade,
  },
  {
    name: "an agent without a credential",
    files: {
      "crew.yaml":
        "epic: {title: Two files, base: main}\ntasks: {one: Write one.txt}\nroles:\n  one: {agent: claude}\nruntime: process\ntracker: git\n",
    },
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
! No credential for claude.
  Run claude setup-token, export CLAUDE_CODE_OAUTH_TOKEN, then crew up
`,
    afterwards: nothingIsMade,
  },
  {
    name: "gates that are red on the base",
    files: { "gate.sh": "echo not today\nexit 3\n" },
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
Needs you
  ? Gate files is red on main itself (exit 3). No agent started; nothing spent
      crew logs gate:files
      crew up
      crew up --allow-red-base

? Settled: a person is needed. 0/2 beads, 0 %.
`,
    beads: { "Write one.txt": "ready", "Write two.txt": "ready" },
    afterwards: (bench) => expect(bench.git("for-each-ref", "refs/crew/p/team/order/")).toBe(""),
  },
  {
    name: "an agent program that is not there",
    files: {
      "crew.yaml":
        "name: team\nepic: {title: Two files, base: main}\n" +
        'tasks: {one: {title: "Write one.txt", role: one}, two: {title: "Write two.txt", role: two}}\n' +
        "roles: {one: {agent: {command: no-such-agent --headless}}, two: {agent: {command: sh agent.sh}}}\n" +
        "gates: {files: sh gate.sh}\nruntime: process\ntracker: git\n",
    },
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
Needs you
  ? setup of one failed (the program of its agent is not there: no-such-agent). No agent started; nothing spent
      crew logs one
      crew up

? Settled: a person is needed. 1/2 beads, 50 %.
`,
    beads: { "Write one.txt": "working", "Write two.txt": "merged" },
    afterwards: async (bench) => {
      // Brought after all, it takes the same order, which has cost nothing.
      const env = gitThat(bench, "");
      writeFileSync(join(bench.repository, "..", "home", "bin", "no-such-agent"), "#!/bin/sh\nexec sh agent.sh\n", {
        mode: 0o755,
      });
      await bench.crew(["down"]);
      expect(await bench.crew(["up", "--wait"], { env })).toMatchObject({ code: 0 });
      expect(bench.git("for-each-ref", "--format=%(refname:lstrip=-1)", "refs/crew/p/team/order/")).toBe("1.1\n1.1");
    },
  },
];

describe("where it starts", () => faults(rows));

/** No record, no branch, no folder: as if crew had not been called. */
function nothingIsMade(bench: Bench): void {
  expect(bench.git("for-each-ref", "refs/crew", "refs/heads/epic", "refs/heads/feature")).toBe("");
  const folder = join(bench.state, "crew");
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
}

/** The repository becomes a clone of what it was. */
function cloneInPlace(bench: Bench, ...options: readonly string[]): void {
  const upstream = join(bench.repository, "..", "upstream");
  renameSync(bench.repository, upstream);
  mkdirSync(bench.repository);
  execFileSync("git", ["-C", upstream, "config", "uploadpack.allowFilter", "true"]);
  bench.git("clone", "-q", ...options, `file://${upstream}`, ".");
}

/** A git that does something first. */
function gitThat(bench: Bench, does: string): Readonly<Record<string, string>> {
  const bin = join(bench.repository, "..", "home", "bin");
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  mkdirSync(bin);
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${does}exec '${real}' "$@"\n`);
  chmodSync(join(bin, "git"), 0o755);
  return { PATH: `${bin}:${process.env.PATH}` };
}
