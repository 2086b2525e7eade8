// What people do with the visible branches of roles and of the epic.
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import { evidenceOn } from "../outcome.ts";
import { type Fault, faults } from "./fault.ts";
import { commitOn, letGo, must, until, upUntilBusy, waitingAgent } from "./people.ts";

const ofRole = "feature/two-files-one";
const ofEpic = "epic/two-files";
const allMerged = "✓ All merged. Next: crew land";
const waiting = { "one.sh": waitingAgent };

/** Everything that people committed and that is merged, by its subject. */
function peoplesCommits(bench: Bench): readonly string[] {
  const log = bench.git("log", "--format=%(trailers:key=Crew-Person,valueonly)", ofEpic);
  return log
    .split("\n")
    .filter(Boolean)
    .map((oid) => bench.git("log", "-1", "--format=%s", oid));
}

const rows: readonly Fault[] = [
  {
    name: "commits on the epic's branch while a role works: gated and merged, and the role's work on top",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      bench.git("branch", "-f", ofEpic, commitOn(bench, ofEpic, "epic.txt"));
      await until(() => peoplesCommits(bench).includes("Write epic.txt"));
      letGo(bench);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "commits on a role's branch that turn a gate red are a person's to mend; landing waits",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.git("branch", "-f", ofRole, commitOn(bench, ofRole, "broken.txt"));
      return await bench.crew(["up", "--wait"]);
    },
    exit: 5,
    says: `
Needs you
  ? gate files is red with commits on feature/two-files-one
      crew logs gate:files
      git switch feature/two-files-one

? Settled: a person is needed. 2/2 beads, 100 %.
`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "a role's branch rewritten: shown with both commits, never overwritten; landing waits",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      const mine = commitOn(bench, "main", "mine.txt");
      bench.git("branch", "-f", ofRole, mine);
      const ended = await bench.crew(["up", "--wait"]);
      expect((await bench.crew(["land"])).code).toBe(5);
      expect(bench.git("rev-parse", ofRole)).toBe(mine);
      return ended;
    },
    exit: 5,
    says: `
Needs you
  ? branch feature/two-files-one was rewritten: it is at <oid>, crew showed <oid>
      crew approve feature/two-files-one
      git branch -f feature/two-files-one <oid>
      git branch -D feature/two-files-one

? Settled: a person is needed. 2/2 beads, 100 %.
`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "a rewritten role's branch that is approved: its commits merge as a person's",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.git("branch", "-f", ofRole, commitOn(bench, "main", "mine.txt"));
      await must(bench, ["approve", ofRole]);
      const ended = await bench.crew(["up", "--wait"]);
      expect(peoplesCommits(bench)).toEqual(["Write mine.txt"]);
      expect(bench.git("ls-tree", "--name-only", ofEpic).split("\n")).toEqual(
        expect.arrayContaining(["mine.txt", "one.txt", "two.txt"]),
      );
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
  },
  {
    name: "the epic's branch rewritten and approved: what is merged stays merged, and its commits come on top",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.git("branch", "-f", ofEpic, commitOn(bench, "main", "mine.txt"));
      expect((await bench.crew(["up", "--wait"])).code).toBe(5);
      await must(bench, ["approve", ofEpic]);
      const ended = await bench.crew(["up", "--wait"]);
      expect(evidenceOn(bench, ofEpic).size).toBe(2);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
  },
  {
    name: "a rewritten branch that is moved back, and one that is deleted, hold up nothing",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      const shown = bench.git("rev-parse", ofRole);
      bench.git("branch", "-f", ofRole, commitOn(bench, "main", "mine.txt"));
      bench.git("branch", "-f", "feature/two-files-two", commitOn(bench, "main", "mine.txt"));
      expect((await bench.crew(["up", "--wait"])).code).toBe(5);
      bench.git("branch", "-f", ofRole, shown);
      bench.git("branch", "-D", "feature/two-files-two");
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
  },
  {
    name: "branches deleted at work are shown again with the next work",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      bench.git("branch", "-D", ofRole, ofEpic);
      letGo(bench);
      const ended = await bench.crew(["up", "--wait"]);
      for (const branch of [ofRole, ofEpic]) expect(bench.git("ls-tree", "--name-only", branch)).toContain("one.txt");
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "branches that are checked out, with local changes there, are not moved, and hold up nothing",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const trees = [ofRole, ofEpic].map((branch, n) => {
        const path = join(bench.repository, "..", `tree-${n}`);
        bench.git("worktree", "add", "-q", path, branch);
        return { branch, path, was: bench.git("rev-parse", branch) };
      });
      bench.write("../tree-0/agent.sh", "changed here\n");
      letGo(bench);
      const ended = await bench.crew(["up", "--wait"]);
      for (const { branch, was } of trees) expect(bench.git("rev-parse", branch)).toBe(was);
      expect(trees.map(({ path }) => bench.git("-C", path, "status", "--porcelain"))).toEqual(["M agent.sh", ""]);
      await must(bench, ["land"]);
      expect(evidenceOn(bench, "main").size).toBe(2);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    moves: ["refs/heads/main", "index", "file one.txt", "file two.txt", "ORIG_HEAD", "logs/HEAD", "worktrees/"],
  },
  {
    name: "approving a branch that was not rewritten says how it is",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      return await bench.crew(["approve", ofRole]);
    },
    exit: 1,
    says: `
! feature/two-files-one does not wait for approval: it is as crew showed it
  crew status
`,
  },
];

describe("what people do with branches", () => faults(rows));
