// What machines do: a disk that is full, wherever crew, its supervisors or a person's git write. Once there is room again
// the same command goes on, and nothing was lost or judged meanwhile.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Ended } from "../bench.ts";
import { type Disks, onSmallDisks, type SmallBench } from "./disk.ts";
import { type Fault, faults } from "./fault.ts";

interface FullDisk extends Fault<SmallBench> {
  readonly disks: Disks;
}

const kib = 24_000;

/** Says when it is at work, and ends when it is told to. */
const patient = 'touch "$HOME/busy"\nwhile [ ! -e "$HOME/../../../go" ]; do sleep 0.1; done\n';
const patientAgent = { "one.sh": `${patient}echo one > one.txt\ngit add one.txt\ngit commit -qm "Write one.txt"\n` };
const patientGate = { "gate.sh": `if [ -e one.txt ]; then\n${patient}fi\ntest ! -e broken.txt\n` };

/** Only `one`: how far another role has come by then would be chance. */
const alone = {
  "crew.yaml": `
name: team
epic: {title: A file, base: main}
tasks: {one: "Write one.txt"}
roles: {one: {agent: {command: sh agent.sh, max_attempts: 2}}}
gates: {files: sh gate.sh}
runtime: process
tracker: git
`.trimStart(),
};

/** The disk gets full while a script that is \`patient\` waits below the state folder. */
async function fullDuring(
  bench: SmallBench,
  { folder, home }: { readonly folder: string; readonly home: string },
): Promise<Ended> {
  const driven = bench.crew(["up", "--wait"]);
  const busy = await bench.until(`${home}/busy`);
  bench.fill(folder);
  writeFileSync(join(busy, "../../../../go"), "");
  return await driven;
}

const role = "crew/*/roles/one/home";
const gate = "crew/*/gates/*/home";

/** With room again the same command comes to the end, each bead in its first attempt, each tree judged once and green. */
async function goesOn(bench: SmallBench, folder: string): Promise<void> {
  bench.free(folder);
  await comesToTheEnd(bench);
}

async function comesToTheEnd(bench: SmallBench): Promise<void> {
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  const orders = bench.git("for-each-ref", "--format=%(refname)", "refs/crew/p/team/order").split("\n");
  expect(new Set(orders.map((ref) => ref.replace(/.*\//, "")))).toEqual(new Set(["1.1"]));
  const verdicts = bench.git("for-each-ref", "--format=%(objectname)", "refs/crew/p/team/gate").split("\n");
  for (const oid of verdicts)
    expect(JSON.parse(bench.git("cat-file", "blob", oid))).toMatchObject({ result: "green", runs: 1 });
  expect(bench.git("fsck", "--strict", "--no-dangling")).toBe("");
}

const rows: readonly FullDisk[] = [
  {
    name: "the disk of the state directory, before anything is set up",
    disks: { state: kib },
    meet: async (bench) => {
      bench.fill("state");
      return await bench.crew(["up", "--wait"]);
    },
    exit: 5,
    says: `
! could not run gate files: No space is left on the disk of <root>/state/crew/<epic>.
    Make room there, then type the same command again

Not done
  ! could not create volume one: No space is left on the disk of <root>/state/crew/<epic>. (tried once, next in <n>s)
      Make room there, then type the same command again
  ! could not create volume two: No space is left on the disk of <root>/state/crew/<epic>. (tried once, next in <n>s)
      Make room there, then type the same command again
  ! could not run gate files: No space is left on the disk of <root>/state/crew/<epic>. (tried once, next in <n>s)
      Make room there, then type the same command again

? Settled: not everything could be done. 0/2 beads, 0 %.
`,
    afterwards: (bench) => goesOn(bench, "state"),
  },
  {
    name: "the disk of the state directory, during a turn",
    disks: { state: kib },
    files: { ...alone, ...patientAgent },
    meet: (bench) => fullDuring(bench, { folder: "state", home: role }),
    exit: 5,
    says: `
Needs you
  ? one cannot work: no space is left on the disk of <root>/state/crew/<epic>
      df -h <root>/state/crew/<epic>
      crew gc

? Settled: a person is needed. 0/1 beads, 0 %.
`,
    afterwards: (bench) => goesOn(bench, "state"),
  },
  {
    name: "the disk of the state directory, by the agent itself: no attempt is spent, and it goes on once that is mended",
    disks: { state: kib },
    files: {
      ...alone,
      "one.sh": `
if [ ! -e "$HOME/once" ]; then touch "$HOME/once"; cat /dev/zero > big; exit 1; fi
echo one > one.txt; git add one.txt; git commit -qm "Write one.txt"
`,
    },
    meet: (bench) => bench.crew(["up", "--wait"]),
    exit: 5,
    says: `
Needs you
  ? one cannot work: no space is left on the disk of <root>/state/crew/<epic>
      df -h <root>/state/crew/<epic>
      crew gc

? Settled: a person is needed. 0/1 beads, 0 %.
`,
    afterwards: async (bench) => {
      rmSync(await bench.until("crew/*/roles/one/work/big"));
      await comesToTheEnd(bench);
    },
  },
  {
    name: "the disk of the state directory, during a gate",
    disks: { state: kib },
    files: { ...alone, ...patientGate },
    meet: (bench) => fullDuring(bench, { folder: "state", home: gate }),
    exit: 5,
    says: `
Needs you
  ? one cannot work: no space is left on the disk of <root>/state/crew/<epic>
      df -h <root>/state/crew/<epic>
      crew gc

? Settled: not everything could be done. 0/1 beads, 0 %.
`,
    afterwards: (bench) => goesOn(bench, "state"),
  },
  {
    name: "the disk of the repository, before anything is set up",
    disks: { repo: kib },
    meet: async (bench) => {
      bench.fill("repo");
      return await bench.crew(["up", "--wait"]);
    },
    exit: 5,
    says: `
! No space is left on the disk of <root>/repo/.git.
  Make room there, then type the same command again
`,
    moves: ["file ballast"],
    afterwards: (bench) => goesOn(bench, "repo"),
  },
  {
    name: "the disk of the repository, when a report is imported",
    disks: { "repo/.git": kib },
    files: { ...alone, ...patientAgent },
    meet: (bench) => fullDuring(bench, { folder: "repo/.git", home: role }),
    exit: 5,
    says: `
! No space is left on the disk of <root>/repo/.git.
  Make room there, then type the same command again
`,
    moves: ["ballast"],
    afterwards: (bench) => goesOn(bench, "repo/.git"),
  },
  {
    name: "the disk of the repository, at landing",
    disks: { "repo/.git": kib },
    meet: async (bench) => {
      await comesToTheEnd(bench);
      bench.fill("repo/.git");
      return await bench.crew(["land"]);
    },
    exit: 5,
    says: `
! No space is left on the disk of <root>/repo/.git.
  Make room there, then type the same command again
`,
    moves: ["ballast"],
    afterwards: async (bench) => {
      bench.free("repo/.git");
      expect(await bench.crew(["land"])).toMatchObject({ code: 0 });
    },
  },
  {
    name: "the disk of the work tree, at landing",
    disks: { repo: kib, "repo/.git": kib },
    meet: async (bench) => {
      await comesToTheEnd(bench);
      bench.fill("repo");
      return await bench.crew(["land"]);
    },
    exit: 5,
    says: `
! could not land the epic in branch main: No space is left on the disk of <root>/repo.
    Make room there, then type the same command again

Not done
  ! could not land the epic in branch main: No space is left on the disk of <root>/repo. (tried once, next in <n>s)
      Make room there, then type the same command again

? Settled: not everything could be done. 2/2 beads, 100 %.
`,
    moves: ["file ballast"],
    afterwards: async (bench) => {
      bench.free("repo");
      expect(await bench.crew(["land"])).toMatchObject({ code: 0 });
    },
  },
  {
    name: "the disk of the state directory, when it is taken down: what is not committed is kept, and rescued once there is room",
    disks: { state: kib },
    // More than what is freed by the way: what ends takes its own files along.
    files: { ...alone, "one.sh": `head -c 1000000 /dev/urandom > draft\n${patient}` },
    meet: async (bench) => {
      expect((await bench.crew(["up", "-d"])).code).toBe(0);
      await bench.until(`${role}/busy`);
      bench.fill("state");
      const ended = await bench.crew(["down"]);
      // The stop, which keeps the work, or the rescue after it: whichever meets it first says so, with the folder it writes in.
      const stderr = ended.stderr
        .replaceAll("could not stop instance one", "could not rescue volume one")
        .replaceAll(/(No space is left on the disk of \S+)\/roles\/one\./g, "$1.");
      return { ...ended, stderr };
    },
    exit: 5,
    says: `
! Not everything could be taken down: could not rescue volume one: No space is left on the disk of <root>/state/crew/<epic>.
  Make room there, then type the same command again
`,
    afterwards: async (bench) => {
      bench.free("state");
      const { code, stderr } = await bench.crew(["down"]);
      expect(code, stderr).toBe(0);
      expect(bench.git("cat-file", "-s", "refs/crew/p/team/rescue/one/1:draft")).toBe("1000000");
    },
  },
  {
    name: "the disk of crew's own folder, when a report is imported",
    disks: { "repo/.git/crew": kib },
    files: { ...alone, ...patientAgent },
    meet: (bench) => fullDuring(bench, { folder: "repo/.git/crew", home: role }),
    exit: 5,
    says: `
! could not import the report of bead <epic>.1: No space is left on the disk of <root>/repo/.git/crew/quarantine.
    Make room there, then type the same command again

Not done
  ! could not import the report of bead <epic>.1: No space is left on the disk of <root>/repo/.git/crew/quarantine. (tried once, next in <n>s)
      Make room there, then type the same command again

? Settled: not everything could be done. 0/1 beads, 0 %.
`,
    afterwards: (bench) => goesOn(bench, "repo/.git/crew"),
  },
];

describe("what machines do: a full disk", () =>
  faults(rows, async ({ files, ...fault }) => await onSmallDisks(files ?? {}, (fault as FullDisk).disks)));
