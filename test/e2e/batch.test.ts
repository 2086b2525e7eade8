// Candidates tested together, on the real program: four reports, one of them red, in as few gate runs as bisection needs.
import { expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { unprovenTips } from "./outcome.ts";

const crewFile = `name: batch
epic: {title: Batch, base: main}
tasks:
  a: {title: "Write a.txt", role: a}
  b: {title: "Write b.txt", role: b}
  c: {title: "Write c.txt", role: c}
  d: {title: "Write d.txt", role: d}
defaults: {agent: {command: sh agent.sh}}
roles: {a: {}, b: {}, c: {}, d: {}}
gates: {good: sh gate.sh}
batch: 4
runtime: process
tracker: git
`;

/** Role d does it right only once it was told that it is red. */
const agent = `
prompt=$(cat)
touch "$HOME/busy"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
word=good
case $CREW_ROLE$prompt in d*"red in a gate"*) ;; d*) word=bad ;; esac
echo "$word" > "$CREW_ROLE.txt"
git add -A; git commit -qm "Write $CREW_ROLE.txt"
`;

test("four that are ready together: one run for all, two to find the red one, which goes back alone", async () => {
  const bench = aBench({
    "crew.yaml": crewFile,
    "agent.sh": agent.trimStart(),
    "gate.sh": "! grep -q bad ./*.txt 2>/dev/null\n",
  });
  try {
    expect((await bench.crew(["up", "-d"])).code).toBe(0);
    for (const role of ["a", "b", "c", "d"]) await bench.until(`crew/*/roles/${role}/home/busy`);
    bench.killDriver();
    for (const role of ["a", "b", "c", "d"]) bench.touch(`${bench.find(`crew/*/roles/${role}/home`)[0]}/go`);
    for (const role of ["a", "b", "c", "d"]) await bench.until(`crew/*/roles/${role}/outbox/*`);
    const { code, stderr } = await bench.crew(["up", "--wait"]);
    expect(code, stderr).toBe(0);
    const [a, b, c, d] = [1, 2, 3, 4].map((n) => stderr.match(new RegExp(`batch-\\w+\\.${n}\\b`))?.[0]);
    expect(stderr).toContain(`merged ${a}, ${b} into epic together (good green)`);
    expect(stderr).toContain(`merged ${c} into epic (good green)`);
    expect(stderr).toContain(`gate good is red with ${d}; sent back to d (2 of 3)`);
    // The base, all four, the first two, the third, and the mended fourth: what is known is judged once.
    const verdicts = bench.git("for-each-ref", "--format=%(refname)", "refs/crew/p/batch/gate/").split("\n");
    expect(verdicts.length).toBe(5);
    const merges = bench.git("log", "--first-parent", "--format=%s", "main..epic/batch").split("\n").reverse();
    expect(merges).toEqual(["a", "b", "c", "d"].map((name, n) => `Merge Write ${name}.txt (${[a, b, c, d][n]})`));
    // Of the four only the one that the tip never stood at has no verdict of its own tree.
    const range = { from: "main", to: "epic/batch", gates: 1, source: "refs/crew/p/batch" };
    expect(unprovenTips(bench, range).length).toBe(1);
    expect((await bench.crew(["land"])).code).toBe(0);
    const audit = await bench.crew(["audit"]);
    expect([audit.code, audit.stdout]).toEqual([0, expect.stringContaining("5 closed on evidence")]);
  } finally {
    bench.remove();
  }
});
