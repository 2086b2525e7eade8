// Taking merged work out again, and the proof of what is in: `crew undo` and `crew audit` on the real program and real git.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { beadsOf } from "./outcome.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

const crewFile = `name: undo
epic: {title: Undo, base: main}
tasks:
  model: {title: "Write model.txt"}
  view: {title: "Write view.txt", blocked_by: [model]}
  other: {title: "Write other.txt"}
defaults: {agent: {command: sh agent.sh}}
roles: {dev: {}}
gates: {together: sh gate.sh}
close: on-merge
runtime: process
tracker: git
`;

/** What it writes says how often it was asked to. */
const agent = `prompt=$(cat)
file=$(printf '%s\\n' "$prompt" | sed -n 's/^Bead: .*Write //p' | head -n 1)
printf '%s\\n' "$prompt" > "$HOME/prompt-$file"
echo "This is $file." > "$file"
echo x >> shared.txt
git add -A
git commit -qm "Write $file"
`;

async function merged(
  files: Readonly<Record<string, string>> = {},
): Promise<{ bench: Bench; id: (file: string) => string }> {
  const bench = aBench({
    "crew.yaml": crewFile,
    "agent.sh": agent.replace("echo x >> shared.txt\n", ""),
    "gate.sh": "test ! -e view.txt || test -e model.txt\n",
    ...files,
  });
  open.push(bench);
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  const id = (file: string) => beadsOf(bench).find(({ title }) => title === `Write ${file}`)?.id ?? "";
  return { bench, id };
}

function undosOn(bench: Bench, revision: string): readonly string[] {
  const log = bench.git("log", "--first-parent", "--reverse", "--format=%(trailers:key=Crew-Undo,valueonly)", revision);
  return log.split("\n").filter(Boolean);
}

test("what builds on it goes first; both are reverted by gated commits, opened, done anew, and proven to the end", async () => {
  const { bench, id } = await merged();
  const [model, view, other] = [id("model.txt"), id("view.txt"), id("other.txt")];
  const before = bench.git("rev-parse", "refs/crew/p/undo/tip/epic^{tree}");
  const refused = await bench.crew(["undo", model]);
  expect([refused.code, refused.stderr]).toEqual([
    5,
    `! ${view} builds on ${model} and is merged\n  crew undo ${model} --with-dependents\n`,
  ]);
  const asked = await bench.crew(["undo", model, "--with-dependents", "-m", "It must be YAML"]);
  expect([asked.code, asked.stderr]).toEqual([
    0,
    `${view}, ${model} are taken out one by one, and handed out again: crew bead close ${model} to drop it. Nobody is driving: crew up\n`,
  ]);
  const up = await bench.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect(undosOn(bench, "epic/undo")).toEqual([`${view} 1`, `${model} 1`]);
  // What was taken out is out in between, and the same is in at the end.
  const between = bench.git("log", "--first-parent", "--format=%H", `--grep=Crew-Undo: ${model} 1`, "epic/undo");
  expect(bench.git("ls-tree", "--name-only", between).split("\n").sort()).toEqual([
    "agent.sh",
    "crew.yaml",
    "gate.sh",
    "other.txt",
  ]);
  expect(bench.git("rev-parse", "refs/crew/p/undo/tip/epic^{tree}")).toBe(before);
  const prompt = readFileSync(bench.find("crew/*/roles/dev/home/prompt-model.txt")[0] ?? "", "utf8");
  expect(prompt).toContain("An earlier round of this bead was merged, and a person undid it: It must be YAML");
  expect(up.stderr).toContain(`undid ${view} in epic (together green)`);
  expect(up.stderr).toContain(`opened ${model} again`);

  expect((await bench.crew(["land"])).code).toBe(0);
  const proof = await bench.crew(["audit", "--format", "json"]);
  const audit = JSON.parse(proof.stdout) as { beads: { bead: string; state: string; round: number; in: string }[] };
  expect([proof.code, audit.beads.map(({ bead, state, round, in: place }) => [bead, state, round, place])]).toEqual([
    0,
    [
      [expect.stringMatching(/^undo-/), "proven", 1, "main"],
      [model, "proven", 2, "main"],
      [view, "proven", 2, "main"],
      [other, "proven", 1, "main"],
    ],
  ]);
  const late = await bench.crew(["undo", other]);
  expect([late.code, late.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^! undo-\S+ has landed: what follows is the base branch's own history\n {2}git revert -m 1 [0-9a-f]{40}\n$/,
    ),
  ]);
  const text = (await bench.crew(["audit"])).stdout;
  expect((await bench.crew(["down"])).code).toBe(0);
  // The same proof from the archive.
  const after = await bench.crew(["audit", "--report", "audit.md"]);
  expect([after.code, after.stdout]).toEqual([0, text]);
  expect(readFileSync(join(bench.repository, "audit.md"), "utf8")).toMatch(
    /^# Audit of undo\n\n4 closed on evidence, 0 by a person, 0 without evidence, 0 merged and open, 0 open\.\n/,
  );
  // A base that lost the epic proves nothing any more.
  bench.git("update-ref", "refs/heads/main", bench.git("rev-list", "--max-parents=0", "main"));
  const lost = await bench.crew(["audit", other]);
  expect([lost.code, lost.stdout]).toEqual([0, expect.stringContaining("in epic")]);
});

test("a revert that the gates refuse stays out; the word can be taken back", async () => {
  const { bench, id } = await merged({ "gate.sh": "test ! -e other.txt || test -e model.txt\n" });
  const [model, other] = [id("model.txt"), id("other.txt")];
  await bench.crew(["undo", model, "--with-dependents"]);
  const up = await bench.crew(["up", "--wait"]);
  expect([up.code, up.stderr]).toEqual([
    5,
    expect.stringContaining(`gate together is red without ${model}: it stays merged`),
  ]);
  expect(up.stderr).toContain(`crew undo ${model} --abort`);
  expect((await bench.crew(["land"])).code).toBe(5);
  expect((await bench.crew(["undo", model, "--abort"])).stderr).toBe(
    `${model} stays merged. Nobody is driving: crew up\n`,
  );
  const again = await bench.crew(["up", "--wait"]);
  expect([again.code, undosOn(bench, "epic/undo").length]).toEqual([0, 1]);
  expect((await bench.crew(["undo", model, "--abort"])).code).toBe(1);
  expect((await bench.crew(["undo", "nothing"])).stderr).toContain("There is no bead nothing in this project");
  expect((await bench.crew(["undo", other])).code).toBe(0);
});

test("a revert that conflicts with what came after it is a person's", async () => {
  const { bench } = await merged({ "agent.sh": agent, "gate.sh": "true\n", "shared.txt": "" });
  const first = bench.git(
    "log",
    "--first-parent",
    "--reverse",
    "--format=%(trailers:key=Crew-Bead,valueonly)",
    "epic/undo",
  );
  const [oldest = ""] = first
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" ")[0] ?? "");
  await bench.crew(["undo", oldest, "--with-dependents"]);
  const up = await bench.crew(["up", "--wait"]);
  expect([up.code, up.stderr]).toEqual([
    5,
    expect.stringMatching(
      /undoing undo-\S+ conflicts in shared.txt: .*\n {6}crew undo undo-\S+\n {6}crew undo undo-\S+ --abort\n/,
    ),
  ]);
});

test("a closed bead whose commit or verdict is not there is told, and one that a person closed stands apart", async () => {
  const { bench, id } = await merged({ "crew.yaml": `${crewFile}strategy: squash\n` });
  expect(bench.git("rev-list", "--count", "main..epic/undo")).toBe("3");
  const tip = bench.git("rev-parse", "epic/undo^{tree}");
  const verdicts = bench.git("for-each-ref", "--format=%(refname)", "refs/crew/p/undo/gate/").split("\n");
  const ofTip = (ref: string) => (JSON.parse(bench.git("cat-file", "blob", ref)) as { tree: string }).tree === tip;
  const ref = verdicts.find(ofTip) ?? "";
  const audit = async () => {
    const { code, stdout } = await bench.crew(["audit", "--format", "json"]);
    return {
      code,
      beads: (JSON.parse(stdout) as { beads: { bead: string; state: string; missing: string[] }[] }).beads,
    };
  };
  expect((await audit()).code).toBe(0);
  bench.git("update-ref", "-d", ref);
  const found = await audit();
  expect(found.code).toBe(1);
  expect(found.beads.flatMap(({ missing }) => missing)).toEqual([
    expect.stringMatching(/^gate [0-9a-f]{40}: no verdict$/),
  ]);
  await bench.crew(["bead", "reopen", id("other.txt")]);
  await bench.crew(["bead", "add", "--parent", beadsOf(bench).find(({ title }) => title === "Undo")?.id ?? "", "Mine"]);
  await bench.crew([
    "bead",
    "close",
    beadsOf(bench).find(({ title }) => title === "Mine")?.id ?? "",
    "-r",
    "not needed",
  ]);
  const { stdout } = await bench.crew(["audit"]);
  expect(stdout).toContain("Closed by a person\n  ? ");
});
