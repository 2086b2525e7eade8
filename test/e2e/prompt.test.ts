// crew prompt: the very words that an agent of the bead finds on its stdin.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

let bench: Bench;
afterEach(() => bench.remove());

test("what is printed is what the agent reads", async () => {
  bench = aBench({
    "crew.yaml": `name: words
epic: {title: "[WORDS] One", branch: epic/words, base: main}
tasks: {one: {title: Write one, description: With care.}}
roles: {dev: {specialty: poet, prompt: Be brief., agent: {command: 'cat >../home/told; sleep 300'}}}
gates: ["true"]
runtime: process
tracker: git
`,
    ".claude/agents/arts/poet.md": "---\nname: poet\nmodel: opus\n---\n\nYou rhyme.\n",
  });
  expect((await bench.crew(["up", "-d"])).code).toBe(0);
  const told = await bench.until("crew/*/roles/dev/home/told");
  const bead = /^Bead: (\S+)/.exec(await eventually(() => readFileSync(told, "utf8")))?.[1] ?? "";
  const { code, stdout } = await bench.crew(["prompt", bead]);
  expect([code, stdout]).toEqual([0, readFileSync(told, "utf8")]);
  expect(stdout).toContain("With care.");
  expect(stdout).toContain("\n\n## Your specialty: poet\nYou rhyme.\n\n");
  const none = await bench.crew(["prompt", "nothing-1"]);
  expect([none.code, none.stderr]).toEqual([1, "! There is no bead nothing-1 to be done.\n  crew status\n"]);
  // Another branch without the file is checked out, say: what was recorded counts, wherever one stands.
  const below = { cwd: join(bench.repository, ".claude") };
  rmSync(join(bench.repository, "crew.yaml"));
  expect((await bench.crew(["prompt", bead], below)).stdout).toBe(stdout);
  rmSync(join(bench.repository, ".claude/agents"), { recursive: true });
  expect(await bench.crew(["prompt", bead], below)).toMatchObject({
    code: 0,
    stdout: stdout.replace("\n\n## Your specialty: poet\nYou rhyme.", ""),
  });
  expect((await bench.crew(["down"])).code).toBe(0);
});

test.each([
  { by: "dev", next: "dev", roles: "{dev: {}}" },
  // It comes down to the branch of front, as a second parent, and from there to login's.
  { by: "back", next: "login", roles: "{back: {}, front: {}, login: {into: front}}" },
])("what $by did before a bead of $next is told in its words, and found as the prompt says", async (team) => {
  const { by, next, roles } = team;
  bench = aBench({
    "crew.yaml": `name: words
epic: {title: "[WORDS] Two", branch: epic/words, base: main}
tasks: {one: {title: Write one, role: ${by}}, two: {title: Write two, role: ${next}, blocked_by: [one]}}
defaults: {agent: {command: sh agent.sh}}
roles: ${roles}
gates: ["true"]
runtime: process
tracker: git
`,
    "agent.sh": `cat >"$HOME/told"
if [ ! -e one.txt ]; then
  echo first >one.txt
  bd comments add "$CREW_BEAD" "One says first."
  exit
fi
before=$(sed -n 's/^- \\([^ ]*\\)  Write one, by ${by}$/\\1/p' "$HOME/told")
eval "$(sed -n 's/^\`\\(git log .*\\)\` shows .*/\\1/p' "$HOME/told" | sed "s/ID/$before/")" >"$HOME/brought"
: >"$HOME/second"
sleep 300
`,
  });
  expect((await bench.crew(["up", "-d"])).code).toBe(0);
  const home = dirname(await bench.until(`crew/*/roles/${next}/home/second`));
  const told = readFileSync(join(home, "told"), "utf8");
  expect(told).toMatch(/^## What (dev|back) said of words-\w+\.1\n```\nOne says first\.\n```$/m);
  expect(readFileSync(join(home, "brought"), "utf8")).toMatch(/^diff --git a\/one\.txt[\s\S]*^\+first$/m);
  expect((await bench.crew(["down"])).code).toBe(0);
});

async function eventually(read: () => string): Promise<string> {
  for (let text = read(); ; text = read()) {
    if (text.endsWith("\n") && text.length > 200) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
