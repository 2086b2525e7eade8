// What people do with the crew file, its roles and its project, while a crew is at work and between.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import { evidenceOn } from "../outcome.ts";
import { type Fault, faults } from "./fault.ts";
import { letGo, must, ordersOf, until, upUntilBusy, waitingAgent } from "./people.ts";

const allMerged = "✓ All merged. Next: crew land";
const waiting = { "one.sh": waitingAgent };
const landed = ["refs/heads/main", "index", "file one.txt", "file two.txt", "ORIG_HEAD", "logs/HEAD"];

const fileOf = (bench: Bench) => readFileSync(join(bench.repository, "crew.yaml"), "utf8");

const namesIn = (ps: string) => (JSON.parse(ps) as readonly { readonly name: string }[]).map(({ name }) => name);

function rewrite(bench: Bench, ...changes: readonly (readonly [string, string])[]): void {
  bench.write(
    "crew.yaml",
    changes.reduce((text, [from, to]) => text.replace(from, to), fileOf(bench)),
  );
}

async function statusOf(bench: Bench) {
  return JSON.parse(await must(bench, ["status", "--format", "json"])) as {
    readonly project: string;
    readonly attention: readonly { readonly kind: string; readonly reason: string }[];
  };
}

const rows: readonly Fault[] = [
  {
    name: "the file edited while up runs: what it asks for now is done",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      rewrite(bench, ["defaults:", '  three: {title: "Write three.txt", role: two}\ndefaults:']);
      await until(() => ordersOf(bench).includes("3.1.1 bead two"));
      letGo(bench);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 3/3 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged", "Write three.txt": "merged" },
    moves: ["file crew.yaml"],
  },
  {
    name: "the file made invalid while up runs: said at once with its place, the last good one counts, gone when mended",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      const looking = bench.start(["up", "--wait"]);
      await looking.says("one working");
      const good = fileOf(bench);
      bench.write("crew.yaml", good.replace("gates:", "gate:"));
      await looking.says("the file as it was good last is used");
      const { attention } = await statusOf(bench);
      expect(attention).toMatchObject([
        { kind: "file", reason: expect.stringMatching(/^crew\.yaml:\d+:1 unknown key "gate"/) },
      ]);
      expect((await bench.crew(["up", "-d"])).code).toBe(3);
      bench.write("crew.yaml", good);
      await until(() => passes(bench).at(-1)?.includes('"attention":[]') === true);
      expect((await statusOf(bench)).attention).toEqual([]);
      letGo(bench);
      return await looking.ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "the file taken away while up runs: said, and the last good one counts to the end",
    files: waiting,
    meet: async (bench) => {
      const driving = bench.start(["up", "--wait"]);
      await bench.until("crew/*/roles/one/home/busy");
      rmSync(join(bench.repository, "crew.yaml"));
      letGo(bench);
      return await driving.ended;
    },
    exit: 0,
    says: `
Needs you
  ? There is no <root>/repo/crew.yaml; the file as it was good last is used
      crew config

${allMerged} 2/2 beads, 100 %.
`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
    moves: ["file crew.yaml"],
  },
  {
    name: "a role removed while it works: its turn ends, its report merges, its instance goes when asked for",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      rewrite(bench, [", role: one", ""], ["  one: {}\n  two", "  two"]);
      await until(() => !bench.git("cat-file", "blob", "refs/crew/p/team/fact/project").includes("role: one"));
      letGo(bench);
      await must(bench, ["up", "--wait"]);
      expect(evidenceOn(bench, "epic/two-files").size).toBe(2);
      const ended = await bench.crew(["up", "--wait", "--remove-orphans"]);
      expect(namesIn(await must(bench, ["ps", "--format", "json"]))).toEqual(["two"]);
      expect(ordersOf(bench)).toEqual(["1.1.1 bead one", "2.1.1 bead two"]);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
    moves: ["file crew.yaml"],
  },
  {
    name: "a role removed with its report not collected yet: that is imported before the instance goes, nothing is paid twice",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      bench.killDriver();
      letGo(bench);
      await until(() => bench.find("crew/*/roles/one/outbox/*").some((path) => path.endsWith(".1.1")));
      rewrite(bench, [", role: one", ""], ["  one: {}\n  two", "  two"]);
      await must(bench, ["up", "-d", "--remove-orphans"]);
      const ended = await bench.crew(["up", "--wait"]);
      expect(namesIn(await must(bench, ["ps", "--format", "json"]))).toEqual(["two"]);
      expect(ordersOf(bench)).toEqual(["1.1.1 bead one", "2.1.1 bead two"]);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
    moves: ["file crew.yaml"],
  },
  {
    name: "a removed role's instance is to go while it works and a driver lives: it goes after its turn",
    files: waiting,
    meet: async (bench) => {
      await upUntilBusy(bench);
      rewrite(bench, [", role: one", ""], ["  one: {}\n  two", "  two"]);
      await until(() => !bench.git("cat-file", "blob", "refs/crew/p/team/fact/project").includes("role: one"));
      await must(bench, ["up", "-d", "--remove-orphans"]);
      letGo(bench);
      await until(() => bench.find("crew/*/roles/one/instance.json").length === 0);
      const ended = await bench.crew(["up", "--wait"]);
      expect(ordersOf(bench)).toEqual(["1.1.1 bead one", "2.1.1 bead two"]);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
    moves: ["file crew.yaml"],
  },
  {
    name: "a role renamed while it works: one removed and one added; what is open goes to the new one",
    files: { ...waiting, "uno.sh": "echo x > three.txt\n" },
    meet: async (bench) => {
      await upUntilBusy(bench);
      rewrite(
        bench,
        ["role: one}", 'role: uno}\n  three: {title: "Write three.txt", role: uno}'],
        ["  one: {}\n  two", "  uno: {}\n  two"],
      );
      await until(() => ordersOf(bench).includes("3.1.1 bead uno"));
      letGo(bench);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 0,
    says: `${allMerged} 3/3 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged", "Write three.txt": "merged" },
    moves: ["file crew.yaml"],
  },
  {
    name: "the project renamed in the file: refused, as the first one carries the epic; nothing is begun twice",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      rewrite(bench, ["name: team", "name: crowd"]);
      const ended = await bench.crew(["up", "--wait"]);
      expect(bench.git("for-each-ref", "refs/crew/p/crowd")).toBe("");
      await must(bench, ["up", "--wait", "-p", "team"]);
      return ended;
    },
    exit: 5,
    says: `
! The file now names the project crowd, but team, which it began, still carries epic <epic>.
  Go on with it: crew -p team up --wait
  End it for good, then begin anew: crew gc -p team
`,
    moves: ["file crew.yaml"],
  },
  {
    name: "a project under another name with -p is implied while it is the only one",
    meet: async (bench) => {
      await must(bench, ["up", "--wait", "-p", "crowd"]);
      expect((await statusOf(bench)).project).toBe("crowd");
      await must(bench, ["up", "--wait"]);
      return await bench.crew(["land"]);
    },
    exit: 0,
    says: "✓ Landed and closed. 2/2 beads, 100 %.\n",
    moves: landed,
  },
  {
    name: "another epic in the file before the first has landed: refused, with what to do",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      rewrite(bench, ["title: Two files", "title: More files"]);
      return await bench.crew(["up", "--wait"]);
    },
    exit: 5,
    says: `
Needs you
  ? project team still carries epic <epic>, and the file now names another one
      crew land
      crew down
      crew -p team-2 up

? Settled: a person is needed. 2/2 beads, 100 %.
`,
    moves: ["file crew.yaml"],
  },
  {
    name: "another epic in the file after the first has landed: that one is archived, and the next begins",
    meet: async (bench) => {
      await must(bench, ["up", "--wait"]);
      await must(bench, ["land"]);
      rewrite(
        bench,
        ["title: Two files", "title: More files"],
        ["Write one.txt", "Write three.txt"],
        ["Write two.txt", "Write four.txt"],
      );
      const ended = await bench.crew(["up", "--wait"]);
      expect(bench.git("for-each-ref", "--format=%(refname)", "refs/crew/archive/team/")).toMatch(/^\S+$/);
      return ended;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write three.txt": "merged", "Write four.txt": "merged" },
    moves: [...landed, "file crew.yaml"],
  },
  {
    name: "two clones with the same project's name, at once: each is its own",
    meet: async (bench) => {
      const clone = join(bench.repository, "..", "clone");
      bench.git("clone", "-q", bench.repository, clone);
      const [here, there] = await Promise.all([
        bench.crew(["up", "--wait"]),
        bench.crew(["up", "--wait"], { cwd: clone }),
      ]);
      expect(there.code, there.stderr).toBe(0);
      for (const args of [["land"], ["down"]]) {
        const ended = await bench.crew(args, { cwd: clone });
        expect(ended.code, ended.stderr).toBe(0);
      }
      expect(bench.git("-C", clone, "ls-tree", "--name-only", "main")).toContain("one.txt");
      expect(evidenceOn(bench, "epic/two-files").size).toBe(2);
      expect(bench.survivors().length).toBeGreaterThan(0);
      return here;
    },
    exit: 0,
    says: `${allMerged} 2/2 beads, 100 %.\n`,
    beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
  },
  {
    name: "several projects and a file that names none of them: they are listed",
    files: { "crew.yaml": null },
    meet: async (bench) => {
      for (const name of ["a", "b"]) {
        bench.write(
          "crew.yaml",
          `name: ${name}\nepic: {title: "${name}", base: main}\ntasks: {x: "Write ${name}.txt"}\nroles: {dev: {agent: {command: sh agent.sh}}}\nruntime: process\ntracker: git\n`,
        );
        await must(bench, ["up", "--wait"]);
      }
      rewrite(bench, ["name: b", "name: c"]);
      return await bench.crew(["down"]);
    },
    exit: 1,
    says: `
! Several projects live in this repository: a, b
  crew -p a down
`,
    moves: ["file crew.yaml"],
  },
];

/** What the driver wrote after its passes, a line each. */
function passes(bench: Bench): readonly string[] {
  const events = readFileSync(join(bench.repository, ".git", "crew", "team", "events.jsonl"), "utf8");
  return events.split("\n").filter((line) => line.startsWith('{"type":"pass"'));
}

describe("what people do with the file and the project", () => faults(rows));
