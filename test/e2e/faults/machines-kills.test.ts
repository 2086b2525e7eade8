// What machines do: end processes. Driver, supervisor and agent by SIGKILL, alone and together, in the middle of a turn;
// whoever is left, or the same command again, comes to the end with one report for each order.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Bench } from "../bench.ts";
import { beadsOf } from "../outcome.ts";
import { personals } from "./personals.ts";
import { aTeam } from "./team.ts";

type Victim = "driver" | "supervisor" | "agent";

interface Kill {
  readonly victims: readonly Victim[];
  /** How the turns of the order ended: the agent's exit codes. */
  readonly turns: readonly string[];
}

const kills: readonly Kill[] = [
  { victims: ["driver"], turns: ["0"] },
  { victims: ["supervisor"], turns: ["0"] },
  // The supervisor saw it end: that turn has failed.
  { victims: ["agent"], turns: ["137", "0"] },
  { victims: ["driver", "supervisor"], turns: ["0"] },
  { victims: ["driver", "agent"], turns: ["137", "0"] },
  { victims: ["supervisor", "agent"], turns: ["0"] },
  { victims: ["driver", "supervisor", "agent"], turns: ["0"] },
];

/** Says who it is, keeps what it was told, and ends when it may. It may have been here before, or still be here. */
const one = `
cat > "$HOME/prompt"
echo $$ > "$HOME/busy"
while [ ! -e "$HOME/go" ]; do sleep 0.1; done
echo one > one.txt
git add one.txt
git diff --cached --quiet || git commit -qm "Write one.txt"
`.trimStart();

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function opened(files: Readonly<Record<string, string>> = {}): Bench {
  const bench = aTeam(files);
  open.push(bench);
  return bench;
}

describe("what machines do: kill -9 in the middle of a turn", () => {
  test.each(kills)("of $victims", async ({ victims, turns }) => {
    const bench = opened({ "one.sh": one });
    const before = personals(bench);
    let driver = 0;
    const driven = bench.crew(["up", "--wait"], {
      onStart: (pid) => {
        driver = pid;
      },
    });
    const busy = await bench.until("crew/*/roles/one/home/busy");
    const role = join(busy, "../..");
    const pids = { driver, supervisor: pidIn(join(role, "pid")), agent: pidIn(busy) };
    for (const victim of victims) process.kill(pids[victim], "SIGKILL");
    writeFileSync(join(role, "home/go"), "");
    const ended = await driven;
    const last = victims.includes("driver") ? await bench.crew(["up", "--wait"]) : ended;
    expect(ended.signal).toBe(victims.includes("driver") ? "SIGKILL" : null);
    expect({ exit: last.code, says: last.stderr.trim().split("\n").at(-1) }).toEqual({
      exit: 0,
      says: "✓ All merged. Next: crew land 2/2 beads, 100 %.",
    });

    expect(
      readFileSync(join(role, "turns"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[3]),
    ).toEqual(turns);
    const isTold = readFileSync(join(role, "home/prompt"), "utf8").includes("This order was interrupted");
    expect(isTold).toBe(victims.includes("supervisor"));
    for (const kind of ["order", "done"]) expect(attempts(bench, kind)).toEqual(["1.1", "1.1"]);
    expect(personals(bench)).toEqual(before);
    expect((await bench.crew(["down"])).code).toBe(0);
    expect(bench.survivors()).toEqual([]);
    expect(bench.git("fsck", "--strict", "--no-dangling")).toBe("");
  });
});

describe("what machines do: run the first up many times at once", () => {
  test.each([2, 8])("%i of them make one epic, one set of beads and one of each instance", async (count) => {
    const bench = opened();
    const before = personals(bench);
    const ended = await Promise.all(Array.from({ length: count }, () => bench.crew(["up", "--wait"])));
    const ends = ended.map(({ code, stderr }) => ({ exit: code, says: stderr.trim().split("\n").at(-1) }));
    for (const end of ends) expect(end).toEqual({ exit: 0, says: "✓ All merged. Next: crew land 2/2 beads, 100 %." });
    expect(
      beadsOf(bench)
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(["Two files", "Write one.txt", "Write two.txt"]);
    const [project = ""] = readdirSync(join(bench.state, "crew"));
    expect(readdirSync(join(bench.state, "crew", project, "roles")).toSorted()).toEqual(["one", "two"]);
    expect(bench.git("for-each-ref", "--format=%(refname)", "refs/heads", "refs/crew/p/team/tip").split("\n")).toEqual([
      "refs/crew/p/team/tip/epic",
      "refs/heads/epic/two-files",
      "refs/heads/feature/two-files-one",
      "refs/heads/feature/two-files-two",
      "refs/heads/main",
    ]);
    for (const kind of ["order", "done"]) expect(attempts(bench, kind)).toEqual(["1.1", "1.1"]);
    expect(personals(bench)).toEqual(before);
    expect(bench.git("fsck", "--strict", "--no-dangling")).toBe("");
  });
});

function pidIn(path: string): number {
  return existsSync(path) ? Number.parseInt(readFileSync(path, "utf8"), 10) : 0;
}

/** Round and attempt of every record of the kind. */
function attempts(bench: Bench, kind: string): readonly string[] {
  const refs = bench.git("for-each-ref", "--format=%(refname)", `refs/crew/p/team/${kind}`).split("\n");
  return refs.map((ref) => ref.replace(/.*\//, ""));
}
