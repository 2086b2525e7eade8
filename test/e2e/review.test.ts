// How a person looks at work and finishes what agents can't: diff, conflicts, resolve. The real program on real git.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { beadsOf } from "./outcome.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

const crewFile = `name: review
epic: {title: Review, base: main}
tasks:
  mine: {title: "Say mine", role: mine}
  yours: {title: "Say yours", role: yours}
defaults: {agent: {command: sh agent.sh, max_attempts: 1}}
roles: {mine: {}, yours: {}}
runtime: process
tracker: git
`;

/** Both change the same line; whoever gets the conflict leaves it as it is. */
const agent = `prompt=$(cat)
case $prompt in *"conflicts with what was merged"*) exit 3 ;; esac
echo "$CREW_ROLE" > shared.txt
mkdir -p own
echo "$CREW_ROLE" > "own/$CREW_ROLE.txt"
git add -A
git commit -qm "$CREW_ROLE"
`;

async function conflicting(more = ""): Promise<{ made: Bench; bead: string; role: string; other: string }> {
  const made = aBench({ "crew.yaml": crewFile + more, "agent.sh": agent, "shared.txt": "nobody\n" });
  open.push(made);
  const { code, stderr } = await made.crew(["up", "--wait"]);
  expect(code, stderr).toBe(5);
  const { stdout } = await made.crew(["status", "--format", "json"]);
  const { beads } = JSON.parse(stdout) as { beads: { id: string; state: string; role: string }[] };
  const blocked = beads.find(({ state }) => state === "blocked");
  const merged = beads.find(({ state }) => state === "merged");
  return { made, bead: blocked?.id ?? "", role: blocked?.role ?? "", other: merged?.role ?? "" };
}

test("a conflict is shown, prepared, resolved by a person and merged; the checkout is not touched", async () => {
  const { made, bead, role, other } = await conflicting();
  const name = `${bead} (${role})`;
  const shown = await made.crew(["conflicts"]);
  expect([shown.code, shown.stdout]).toEqual([
    0,
    `${"WORK".padEnd(name.length)}  WITH      PATHS\n${name}  tip epic  shared.txt\n`,
  ]);
  const json = JSON.parse((await made.crew(["conflicts", "--format", "json"])).stdout);
  expect(json).toEqual([{ work: bead, role, with: "tip epic", paths: ["shared.txt"] }]);

  const before = made.git("status", "--porcelain=v2", "--branch");
  const asked = await made.crew(["resolve", bead]);
  expect([asked.code, asked.stderr]).toEqual([
    0,
    `Resolve and commit there:\n  shared.txt\n  cd .git/crew/review/resolve/${bead} && git status\nThen: crew resolve ${bead}   (or crew resolve ${bead} --abort)\n`,
  ]);
  const there = join(made.repository, ".git/crew/review/resolve", bead);
  expect(readFileSync(join(there, "shared.txt"), "utf8")).toMatch(/^<{7}.*\n\w+\n={7}\n\w+\n>{7}.*\n$/);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@p", ...args], { cwd: there, encoding: "utf8" });
  expect(git("status", "--porcelain").split("\n").sort()).toEqual(["", `A  own/${role}.txt`, "UU shared.txt"]);
  // Not resolved yet; and markers that were committed are not taken. Asked from inside, where the crew file is not the person's.
  writeFileSync(join(there, "crew.yaml"), "roles: none\n");
  const inside = await made.crew(["resolve", bead], { cwd: there });
  expect(inside.stderr).toContain("Resolve and commit there:\n  shared.txt\n");
  git("checkout", "--", "crew.yaml");
  git("commit", "-qam", "Not yet");
  const refused = await made.crew(["resolve", bead]);
  expect([refused.code, refused.stderr]).toEqual([
    5,
    expect.stringContaining(`! The resolution of ${bead} is not taken: a conflict marker is left in shared.txt:1\n`),
  ]);
  writeFileSync(join(there, "shared.txt"), `${other}\n${role}\n`);
  git("commit", "-qam", "Both");
  // What is not committed yet is no part of it, and is not lost with the work tree.
  writeFileSync(join(there, "notes.txt"), "mine\n");
  expect((await made.crew(["resolve", bead])).stderr).toContain("Commit it there:\n");
  expect(readFileSync(join(there, "notes.txt"), "utf8")).toBe("mine\n");
  rmSync(join(there, "notes.txt"));
  const taken = await made.crew(["resolve", bead], { cwd: there });
  expect([taken.code, taken.stderr]).toEqual([
    0,
    `${bead} is resolved by you; its gates decide whether it merges. Nobody is driving: crew up\n`,
  ]);
  expect(made.git("worktree", "list").split("\n")).toHaveLength(1);
  expect(made.git("status", "--porcelain=v2", "--branch")).toBe(before);
  expect((await made.crew(["up", "--wait"])).code).toBe(0);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:shared.txt")).toBe(`${other}\n${role}`);
  expect((await made.crew(["resolve", bead])).stderr).toContain(`${bead} has no conflict to resolve`);
});

test("a resolution is given up without a trace, but not with a commit that nothing else holds", async () => {
  const { made, bead } = await conflicting();
  await made.crew(["resolve", bead]);
  const there = join(made.repository, ".git/crew/review/resolve", bead);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@p", ...args], { cwd: there, encoding: "utf8" });
  git("commit", "-qam", "Half of it");
  const half = git("rev-parse", "HEAD").trim();
  const refused = await made.crew(["resolve", bead, "--abort"]);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain(`holds a commit that no branch has: ${half}.`);
  expect(refused.stderr).toContain(`git branch kept-${half.slice(0, 7)} ${half}, then crew resolve ${bead} --abort\n`);
  made.git("branch", "kept", half);
  writeFileSync(join(there, "notes.txt"), "mine\n");
  const mistyped = await made.crew(["resolve", `${bead}x`, "--abort"]);
  expect([mistyped.code, mistyped.stderr]).toEqual([1, `! There is no work tree for ${bead}x.\n  git worktree list\n`]);
  const dropped = await made.crew(["resolve", bead, "--abort"]);
  const [, kept = ""] = / What was not committed there is kept: git show (\w+)\n$/.exec(dropped.stderr) ?? [];
  expect(dropped.stderr).toContain(`The work tree for ${bead} is gone; nothing was taken.`);
  expect([dropped.code, made.git("show", `${kept}:notes.txt`)]).toEqual([0, "mine"]);
  expect(made.git("worktree", "list").split("\n")).toHaveLength(1);
  expect((await made.crew(["resolve", "mine"])).stderr).toContain("There is no bead or role mine to resolve");
});

test("a resolution that was done and is red in a gate is no conflict any more", async () => {
  const { made, bead } = await conflicting('gates: {lone: "! grep -q both shared.txt"}\n');
  await made.crew(["resolve", bead]);
  const there = join(made.repository, ".git/crew/review/resolve", bead);
  writeFileSync(join(there, "shared.txt"), "both\n");
  execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@p", "commit", "-qam", "Both"], { cwd: there });
  expect((await made.crew(["resolve", bead])).code).toBe(0);
  const red = await made.crew(["up", "--wait"]);
  expect(red.stderr).toContain(`${bead} is blocked, its attempts are used up: gate lone is red with ${bead}`);
  const again = await made.crew(["resolve", bead]);
  expect([again.code, again.stderr]).toEqual([1, `! ${bead} has no conflict to resolve\n  crew conflicts\n`]);
});

test("a person resolves what a stopped role has in hand; the role goes on after it, and nothing is done twice", async () => {
  const made = aBench({
    "crew.yaml": crewFile.replace("max_attempts: 1", "max_attempts: 2"),
    "agent.sh": agent.replace(
      "exit 3",
      '[ ! -e "$HOME/busy" ] || touch "$HOME/again"; touch "$HOME/busy"; sleep 300; exit 3',
    ),
    "shared.txt": "nobody\n",
  });
  open.push(made);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await made.until("crew/*/roles/*/home/busy");
  const role = /roles\/(\w+)\/home/.exec(made.find("crew/*/roles/*/home/busy")[0] ?? "")?.[1] ?? "";
  const bead = beadsOf(made).find(({ title }) => title === `Say ${role}`)?.id ?? "";
  const busy = await made.crew(["resolve", bead]);
  expect([busy.code, busy.stderr]).toEqual([1, `! ${role} resolves ${bead} right now\n  crew stop ${role}\n`]);
  expect((await made.crew(["stop", role])).code).toBe(0);
  await made.crew(["resolve", bead]);
  const there = join(made.repository, ".git/crew/review/resolve", bead);
  writeFileSync(join(there, "shared.txt"), "both\n");
  execFileSync("git", ["-c", "user.name=P", "-c", "user.email=p@p", "commit", "-qam", "Both"], { cwd: there });
  expect((await made.crew(["resolve", bead])).code).toBe(0);
  await made.until(`crew/*/roles/${role}/inbox/new/withdraw-${bead}.1.2`);
  expect((await made.crew(["start", role])).code).toBe(0);
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  const orders = made.git("for-each-ref", "--format=%(refname:lstrip=5)", `refs/crew/p/review/order/${bead}/`);
  expect(orders.split("\n")).toEqual([`${bead}/1.1`, `${bead}/1.2`]);
  expect(made.find("crew/*/roles/*/home/again")).toEqual([]);
  expect((await made.crew(["land"])).code).toBe(0);
  expect(made.git("show", "main:shared.txt")).toBe("both");
});

test("diff shows the epic, a role, a bead, and the work in hand", async () => {
  const { made, bead, role, other } = await conflicting();
  const epic = await made.crew(["diff", "--name-status"]);
  expect([epic.code, epic.stdout]).toEqual([0, `A\town/${other}.txt\nM\tshared.txt\n`]);
  const own = await made.crew(["diff", bead]);
  expect(own.stdout).toContain(`+++ b/own/${role}.txt\n@@ -0,0 +1 @@\n+${role}\n`);
  // What a pipe gets can be applied.
  writeFileSync(join(made.repository, "..", "own.patch"), own.stdout);
  made.git("apply", "--check", "../own.patch");
  expect((await made.crew(["diff", role, "--stat"])).stdout).toContain("2 files changed");
  const merged = beadsOf(made).find(({ id, title }) => title.startsWith("Say") && id !== bead)?.id ?? "";
  expect((await made.crew(["diff", merged, "--name-status"])).stdout).toBe(`A\town/${other}.txt\nM\tshared.txt\n`);
  const [clone] = made.find(`crew/*/roles/${role}/work`);
  writeFileSync(join(clone ?? "", "not yet.txt"), "staged nowhere\n");
  const live = await made.crew(["diff", role, "--live", "--name-status"]);
  // What the other role merged meanwhile is no change of this one.
  expect(live.stdout).toBe(`A\tnot yet.txt\nA\town/${role}.txt\nM\tshared.txt\n`);
  expect((await made.crew(["diff", bead, "--live"])).stderr).toContain(`Nobody works on ${bead} right now`);
  const { epic: parent } = JSON.parse((await made.crew(["status", "--format", "json"])).stdout) as {
    epic: { id: string };
  };
  expect((await made.crew(["diff", parent.id])).stderr).toContain(`${parent.id} is no leaf of this epic`);
  const none = await made.crew(["diff", "nobody"]);
  expect([none.code, none.stderr]).toEqual([1, "! There is no bead or role nobody\n  crew status\n"]);
});
