// What people do with beads while a crew is at work.
import { describe, expect } from "vitest";
import { evidenceOn } from "../outcome.ts";
import { type Fault, faults } from "./fault.ts";
import { beadNamed, deleteBead, letGo, must, ordersOf, until, upUntilBusy, waitingAgent } from "./people.ts";

const allMerged = "✓ All merged. Next: crew land";
const waiting = { "one.sh": waitingAgent };

const rows: readonly Fault[] = [
  {
    name: "a bead edited in hand: the order goes on with the words that it was given, and merges",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      await must(bench, [
        "bead",
        "edit",
        beadNamed(bench, "Write one.txt"),
        "--title",
        "Write one.txt well",
        "--priority",
        "0",
      ]);
      letGo(bench);
      const ended = await bench.crew(["up", "--wait"]);
      expect(bench.git("show", "epic/two-files:one.txt")).toBe("This is one.txt.");
      expect(ordersOf(bench)).toEqual(["1.1.1 bead one", "2.1.1 bead two"]);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt well": "merged", "Write two.txt": "merged" },
  },
  {
    name: "a waiting bead edited: it goes to whom it says by then",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const id = await must(bench, ["bead", "add", "Write three.txt", "-l", "one"]);
      await must(bench, ["bead", "edit", id, "-l", "two", "--remove-label", "one"]);
      letGo(bench);
      const ended = await bench.crew(["up", "--wait"]);
      expect(ordersOf(bench)).toContain("3.1.1 bead two");
      return ended;
    },
    exit: 0,
    says: `${allMerged} 3/3 beads, 100 %.\n`,
    beads: { "Write three.txt": "merged" },
  },
  {
    name: "a bead closed in hand: its order is taken back, its work is pinned, the others go on",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      await must(bench, ["bead", "close", beadNamed(bench, "Write one.txt"), "-r", "not needed"]);
      const ended = await bench.crew(["up", "--wait"]);
      const id = beadNamed(bench, "Write one.txt");
      expect(bench.git("for-each-ref", `refs/crew/p/team/done/${id}/1.1`)).not.toBe("");
      expect([...evidenceOn(bench, "epic/two-files").keys()]).toEqual([`${beadNamed(bench, "Write two.txt")} 1`]);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "closed-by-person", "Write two.txt": "merged" },
  },
  {
    name: "a bead closed in hand and reopened: a new round",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const id = beadNamed(bench, "Write one.txt");
      await must(bench, ["bead", "close", id]);
      await bench.crew(["up", "--wait"]);
      letGo(bench);
      await must(bench, ["bead", "reopen", id]);
      const ended = await bench.crew(["up", "--wait"]);
      expect(ordersOf(bench)).toEqual(["1.1.1 bead one", "1.2.1 bead one", "2.1.1 bead two"]);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "a waiting bead closed: those that wait for it are freed",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const blocker = await must(bench, ["bead", "add", "Write three.txt", "-l", "one"]);
      const id = await must(bench, ["bead", "add", "Write four.txt", "-l", "two", "--blocked-by", blocker]);
      await must(bench, ["bead", "close", blocker]);
      letGo(bench);
      const ended = await bench.crew(["up", "--wait"]);
      expect(ordersOf(bench)).toContain(`${id.split(".").at(-1)}.1.1 bead two`);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 4/4 beads, 100 %.\n`,
    beads: { "Write three.txt": "closed-by-person", "Write four.txt": "merged" },
  },
  {
    name: "an edge added, and taken away again: a bead waits as long as it says so",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const id = await must(bench, [
        "bead",
        "add",
        "Write three.txt",
        "-l",
        "two",
        "--blocked-by",
        beadNamed(bench, "Write one.txt"),
      ]);
      await must(bench, ["bead", "dep", "remove", id, beadNamed(bench, "Write one.txt")]);
      await bench.until("crew/*/roles/two/home");
      await until(() => ordersOf(bench).includes("3.1.1 bead two"));
      await must(bench, ["bead", "dep", "add", beadNamed(bench, "Write two.txt"), beadNamed(bench, "Write one.txt")]);
      letGo(bench);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 3/3 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged", "Write three.txt": "merged" },
  },
  {
    name: "a merged bead closed by a person before landing: it lands with the others",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      await must(bench, ["bead", "close", beadNamed(bench, "Write one.txt")]);
      const ended = await bench.crew(["land"]);
      expect(bench.git("ls-tree", "--name-only", "main").split("\n")).toContain("one.txt");
      return ended;
    },
    exit: 0,
    says: "✓ Landed and closed. 2/2 beads, 100 %.\n",
    moves: ["refs/heads/main", "index", "file one.txt", "file two.txt", "ORIG_HEAD", "logs/HEAD"],
  },
  {
    name: "a merged bead closed and reopened by a person: a new round, on top of what is merged",
    files: { "one.sh": "date +%s%N >> one.txt\n" },
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      await must(bench, ["bead", "close", beadNamed(bench, "Write one.txt")]);
      await must(bench, ["up", "--wait"]);
      await must(bench, ["bead", "reopen", beadNamed(bench, "Write one.txt")]);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged" },
  },
  {
    name: "a bead moved out of the epic in hand counts as closed by a person, and its key is not created again",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      await must(bench, ["bead", "edit", beadNamed(bench, "Write one.txt"), "--no-parent"]);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 1/1 beads, 100 %.\n`,
    beads: { "Write two.txt": "merged" },
  },
  {
    name: "a waiting bead moved under another one: that one is a parent now, and closes with it",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const parent = await must(bench, ["bead", "add", "Things", "-t", "feature"]);
      await must(bench, [
        "bead",
        "edit",
        await must(bench, ["bead", "add", "Write three.txt", "-l", "two"]),
        "--parent",
        parent,
      ]);
      letGo(bench);
      await must(bench, ["up", "--wait"]);
      const ended = await bench.crew(["land"]);
      expect(
        JSON.parse(await must(bench, ["bead", "show", beadNamed(bench, "Things"), "--format", "json"])),
      ).toMatchObject([{ status: "closed" }]);
      return ended;
    },
    exit: 0,
    says: "✓ Landed and closed. 3/3 beads, 100 %.\n",
    beads: { "Write three.txt": "closed" },
    moves: ["refs/heads/main", "index", "file one.txt", "file two.txt", "file three.txt", "ORIG_HEAD", "logs/HEAD"],
  },
  {
    name: "a bead deleted in hand counts as closed by a person; another is never given its id",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      await deleteBead(bench, beadNamed(bench, "Write one.txt"));
      const id = await must(bench, ["bead", "add", "Write three.txt", "-l", "two"]);
      expect(id).toMatch(/\.3$/);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write two.txt": "merged", "Write three.txt": "merged" },
  },
  {
    name: "a merged bead deleted: its work lands all the same",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      await deleteBead(bench, beadNamed(bench, "Write one.txt"));
      await must(bench, ["up", "--wait"]);
      const ended = await bench.crew(["land"]);
      expect(bench.git("ls-tree", "--name-only", "main").split("\n")).toContain("one.txt");
      return ended;
    },
    exit: 0,
    says: "✓ Landed and closed. 1/1 beads, 100 %.\n",
    moves: ["refs/heads/main", "index", "file one.txt", "file two.txt", "ORIG_HEAD", "logs/HEAD"],
  },
  {
    name: "the epic bead closed by a person: nothing is handed out or landed",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      for (const title of ["Write one.txt", "Write two.txt", "Two files"])
        await must(bench, ["bead", "close", beadNamed(bench, title)]);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 5,
    says: `
Needs you
  ? epic <epic> is closed: nothing is handed out or landed
      crew bead reopen <epic>
      crew down

? Settled: a person is needed. 2/2 beads, 100 %.
`,
  },
  {
    name: "the epic bead deleted: nothing is handed out or landed",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      await deleteBead(bench, beadNamed(bench, "Two files"));
      return await bench.crew(["land"]);
    },
    exit: 5,
    says: `
! Cannot land yet: epic <epic> is gone: nothing is handed out or landed
  crew status
`,
  },
];

describe("what people do with beads", () => faults(rows));
