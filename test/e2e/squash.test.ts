// strategy: squash, and a person goes on from the report that was squashed: the target does not reach it, and yet nothing that
// the person committed is lost or taken twice. The real program on real git.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

const crewFile = `name: squash
epic: {title: Squash, base: main}
tasks: {one: {title: "Write one.txt"}}
defaults: {agent: {command: sh agent.sh}}
roles: {dev: {}}
gates: {there: test -e crew.yaml}
strategy: squash
runtime: process
tracker: git
`;

const agent = `for n in 1 2; do
  echo "agent $n" >> one.txt
  git add -A
  git commit -qm "Part $n"
done
`;

const role = "feature/squash-dev";

async function squashed(): Promise<{ bench: Bench; there: (...args: readonly string[]) => string; folder: string }> {
  const bench = aBench({ "crew.yaml": crewFile, "agent.sh": agent });
  open.push(bench);
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  expect(bench.git("log", "--format=%s", "--first-parent", "main..epic/squash")).toMatch(/^Write one\.txt \(\S+\)$/);
  const folder = join(bench.repository, "../mine");
  bench.git("worktree", "add", "-q", folder, role);
  const there = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: folder, env: bench.environment, encoding: "utf8" }).trim();
  return { bench, there, folder };
}

function commitMine(there: (...args: readonly string[]) => string): string {
  there("add", "-A");
  there("commit", "-qm", "Mine");
  return there("rev-parse", "HEAD");
}

function isIn(bench: Bench, commit: string, branch: string): boolean {
  return bench.git("rev-list", branch).split("\n").includes(commit);
}

test("beside what was squashed it is a candidate of its own, and lands", async () => {
  const { bench, there, folder } = await squashed();
  writeFileSync(join(folder, "mine.txt"), "mine\n");
  const mine = commitMine(there);
  const up = await bench.crew(["up", "--wait"]);
  expect([up.code, up.stderr]).toEqual([0, expect.stringContaining("All merged. Next: crew land")]);
  const [subject, person] = bench
    .git("log", "-1", "--format=%s%x00%(trailers:key=Crew-Person,valueonly)", "epic/squash")
    .split("\0");
  expect([subject, person?.trim()]).toEqual([`Merge commits made on ${role}`, mine]);
  expect((await bench.crew(["land"])).code).toBe(0);
  expect([isIn(bench, mine, "main"), bench.git("show", "main:one.txt")]).toEqual([true, "agent 1\nagent 2"]);
});

test("where it changes the very lines that were squashed it is the person's to merge, as crew says; then it lands", async () => {
  const { bench, there, folder } = await squashed();
  writeFileSync(join(folder, "one.txt"), "agent 1\nmine\n");
  const mine = commitMine(there);
  const up = await bench.crew(["up", "--wait"]);
  expect([up.code, up.stderr]).toEqual([
    5,
    expect.stringContaining(
      `commits on ${role} conflict with epic in one.txt\n      git switch ${role} && git merge epic/squash\n      crew up\n`,
    ),
  ]);
  const early = await bench.crew(["land"]);
  expect([early.code, early.stderr.replace(/\s+/g, " ")]).toEqual([5, expect.stringContaining("Cannot land yet")]);
  expect(() => there("merge", "-q", "epic/squash")).toThrow();
  writeFileSync(join(folder, "one.txt"), "agent 1\nmine\n");
  commitMine(there);
  const again = await bench.crew(["up", "--wait"]);
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining("All merged. Next: crew land")]);
  expect((await bench.crew(["land"])).code).toBe(0);
  expect([isIn(bench, mine, "main"), bench.git("show", "main:one.txt")]).toEqual([true, "agent 1\nmine"]);
});
