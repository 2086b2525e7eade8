// What people do with the base branch, and what is in the way of landing.
import { describe, expect } from "vitest";
import { evidenceOn } from "../outcome.ts";
import { type Fault, faults } from "./fault.ts";
import { commitOn, letGo, must, upUntilBusy, waitingAgent } from "./people.ts";

const allMerged = "✓ All merged. Next: crew land";
const waiting = { "one.sh": waitingAgent };
const landed = ["refs/heads/main", "index", "file one.txt", "file two.txt", "ORIG_HEAD", "logs/HEAD"];

const rows: readonly Fault[] = [
  {
    name: "local changes in the way of the landing: nothing is touched, and the message says what to do",
    files: { "one.txt": "before\n" },
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.write("one.txt", "mine\n");
      return await bench.crew(["land"]);
    },
    exit: 5,
    says: `
! could not land the epic in branch main: Cannot land: one.txt has local changes.
    Commit or stash them, then crew land

Not done
  ! could not land the epic in branch main: Cannot land: one.txt has local changes. (tried once, next in <n>s)
      Commit or stash them, then crew land

? Settled: not everything could be done. 2/2 beads, 100 %.
`,
    moves: ["file one.txt"],
  },
  {
    name: "an untracked file in the way of the landing: nothing is touched",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.write("one.txt", "mine\n");
      return await bench.crew(["land"]);
    },
    exit: 5,
    says: `
! could not land the epic in branch main: Cannot land: one.txt would be overwritten and git does not track it.
    Move it away or commit it, then crew land

Not done
  ! could not land the epic in branch main: Cannot land: one.txt would be overwritten and git does not track it. (tried once, next in <n>s)
      Move it away or commit it, then crew land

? Settled: not everything could be done. 2/2 beads, 100 %.
`,
    moves: ["file one.txt"],
  },
  {
    name: "base rewritten before the first order: the epic begins at what it is now",
    files: { "broken.txt": "red\n" },
    meet: async (bench) => {
      expect((await bench.crew(["up", "--wait"])).code).toBe(5);
      bench.git("rm", "-q", "broken.txt");
      bench.git("commit", "-q", "--amend", "-m", "Start again");
      const ended = await bench.crew(["up", "--wait"]);
      expect(bench.git("rev-parse", "refs/crew/p/team/start")).toBe(bench.git("rev-parse", "main"));
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    moves: ["refs/heads/main", "index", "file broken.txt", "ORIG_HEAD", "logs/HEAD", "COMMIT_EDITMSG"],
  },
  {
    name: "base moved in the middle: landed as a merge with it, base's first parents stay base's",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      bench.write("meanwhile.txt", "x\n");
      const moved = bench.commit("Meanwhile");
      letGo(bench);
      await must(bench, ["up", "--wait"]);
      const ended = await bench.crew(["land"]);
      expect(bench.git("rev-parse", "main^1")).toBe(moved);
      expect(evidenceOn(bench, "main").size).toBe(2);
      return ended;
    },
    exit: 0,
    says: "✓ Landed and closed. 2/2 beads, 100 %.\n",
    moves: [...landed, "file meanwhile.txt", "COMMIT_EDITMSG"],
  },
  {
    name: "base moved before landing and conflicts: a person's, resolved on the epic's branch",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.write("one.txt", "mine\n");
      bench.commit("One of mine");
      return await bench.crew(["land"]);
    },
    exit: 5,
    says: `
Needs you
  ? the epic conflicts with main, which moved, in one.txt
      git switch epic/two-files && git merge main
      crew land

? Settled: a person is needed. 2/2 beads, 100 %.
`,
    moves: ["refs/heads/main", "index", "file one.txt", "logs/HEAD", "COMMIT_EDITMSG"],
  },
  {
    name: "base force-pushed without the epic's beginning: what was taken out of it comes back only by a person's word",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      bench.git("commit", "-q", "--amend", "-m", "Start again");
      letGo(bench);
      await must(bench, ["up", "--wait"]);
      return await bench.crew(["land"]);
    },
    exit: 5,
    says: `
Needs you
  ? main was rewritten: it no longer contains <oid>, where the epic began, and landing would bring that back
      git log main..<oid>
      crew land --allow-rewritten-base

? Settled: a person is needed. 2/2 beads, 100 %.
`,
    moves: ["refs/heads/main", "logs/HEAD", "COMMIT_EDITMSG"],
  },
  {
    name: "base force-pushed, and a person's word: landed as a merge with what it is now",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.git("commit", "-q", "--amend", "-m", "Start again");
      const now = bench.git("rev-parse", "main");
      const ended = await bench.crew(["land", "--allow-rewritten-base"]);
      expect(bench.git("rev-parse", "main^1")).toBe(now);
      return ended;
    },
    exit: 0,
    says: "✓ Landed and closed. 2/2 beads, 100 %.\n",
    moves: [...landed, "COMMIT_EDITMSG"],
  },
  {
    name: "base deleted: said with the way out, and nothing is lost",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.git("checkout", "-q", "--detach");
      bench.git("branch", "-D", "main");
      return await bench.crew(["up", "--wait"]);
    },
    exit: 5,
    says: `
! The base branch main does not exist in this repository.
  git branch main <commit>, or name another one in the crew file: epic: {base: …}
`,
    moves: ["refs/heads/main", "HEAD", "logs/HEAD"],
  },
  {
    name: "base deleted at work and made again: the same command goes on",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const was = bench.git("rev-parse", "main");
      bench.git("checkout", "-q", "--detach");
      bench.git("branch", "-D", "main");
      letGo(bench);
      expect((await bench.crew(["up", "--wait"])).code).toBe(5);
      bench.git("branch", "main", was);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
    moves: ["HEAD", "logs/HEAD", "logs/refs/heads/main"],
  },
  {
    name: "another commit on a base that is not checked out: landed there, the person's files untouched",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      bench.git("checkout", "-q", "-b", "mine");
      bench.git("branch", "-f", "main", commitOn(bench, "main", "meanwhile.txt"));
      const ended = await bench.crew(["land"]);
      expect(evidenceOn(bench, "main").size).toBe(2);
      return ended;
    },
    exit: 0,
    says: "✓ Landed and closed. 2/2 beads, 100 %.\n",
    moves: ["refs/heads/main", "refs/heads/mine", "HEAD", "logs/HEAD"],
  },
];

describe("what people do with the base", () => faults(rows));
