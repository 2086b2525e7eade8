// crew gc and crew events: what is removed with whose consent, what is kept, and what happened.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Bench, Ended } from "./bench.ts";
import { until } from "./faults/people.ts";
import { aTeam } from "./faults/team.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function team(files: Readonly<Record<string, string>> = {}): Bench {
  const made = aTeam(files);
  open.push(made);
  return made;
}

/** Leaves a draft that nobody committed, and fails. */
const failing = { "one.sh": "echo draft > draft.txt\necho no luck\nexit 3\n" };

test("a project that is given up is archived, byte for byte accounted for, and gone; no work is lost", async () => {
  const bench = team(failing);
  expect((await bench.crew(["up", "--wait"])).code).toBe(5);
  // Neither its base nor its file is needed.
  bench.git("branch", "-m", "main", "trunk");
  rmSync(join(bench.repository, "crew.yaml"));
  const refs = pinsOf(bench, "refs/crew/p/team/");
  const asked = await bench.crew(["gc", "-p", "team"]);
  expect(asked.code).toBe(5);
  expect(asked.stderr).toBe("! Nothing was removed: that needs your consent\n  crew gc -p team -y\n");
  expect(pinsOf(bench, "refs/crew/p/team/")).toEqual(refs);

  const dry = await bench.crew(["gc", "-p", "team", "--dry-run", "--format", "json"]);
  const { removals, bytes } = JSON.parse(dry.stdout) as Listed;
  expect([...new Set(removals.map(({ what }) => what))].sort()).toEqual([
    "its history",
    "its refs",
    "the branch epic/two-files",
    "the branch feature/two-files-one",
    "the branch feature/two-files-two",
    "the folders of one, two, with the files that git ignores there",
  ]);
  const folders = removals.filter(({ where }) => where.startsWith("/"));
  expect(folders.map(({ where }) => where)).toEqual([
    join(bench.state, "crew", readdirSync(join(bench.state, "crew"))[0] ?? ""),
    join(bench.repository, ".git", "crew", "team", "events.jsonl"),
    join(bench.repository, ".git", "crew", "team", "up"),
  ]);
  const before = folders.map(({ where }) => sizeOf(where)).reduce((a, b) => a + b);

  // What a person is at stays, whatever becomes of the project.
  const resolving = join(bench.repository, ".git", "crew", "team", "resolve", "team-1.1", "mine.txt");
  mkdirSync(join(resolving, ".."), { recursive: true });
  writeFileSync(resolving, "half resolved");
  const gone = await bench.crew(["gc", "-p", "team", "-y"]);
  expect(gone.code, gone.stderr).toBe(0);
  expect(gone.stderr).toMatch(/Project team is archived and removed\. No work was lost\.\n$/);
  // Only what the roles wrote between the two looks may differ: their supervisors lived on at the first.
  expect(Math.abs(before - bytes)).toBeLessThan(1000);
  for (const { where } of folders) expect(existsSync(where)).toBe(false);
  expect(gone.stdout).toContain("Kept\n  the work tree in which team-1.1 is being resolved\n");
  expect((await bench.crew(["gc", "--older-than", "0s", "-y"])).stdout).toMatch(/^Kept\n.*team-1\.1/m);
  expect(existsSync(resolving)).toBe(true);
  expect(bench.git("for-each-ref", "--format=%(refname)").replace(/team-\w+$/m, "team-…")).toBe(
    "refs/crew/archive/team/team-…\nrefs/crew/beads\nrefs/heads/trunk",
  );
  const archive = bench.git("for-each-ref", "--format=%(refname)", "refs/crew/archive/");
  for (const oid of refs) bench.git("merge-base", "--is-ancestor", oid, archive);
  expect(bench.git("log", "--format=%H", "--full-history", archive, "--", "draft.txt")).not.toBe("");
  expect(bench.survivors()).toEqual([]);
});

test("a project that is driven is not given up", async () => {
  const bench = team();
  expect((await bench.crew(["up", "-d"])).code).toBe(0);
  const refused = await bench.crew(["gc", "-p", "team", "-y"]);
  expect(refused.code).toBe(5);
  expect(refused.stderr.replace(/pid \d+/, "pid …")).toBe(
    "! Project team is driven (pid …): nothing was removed\n  crew -p team down\n",
  );
  const other = await bench.crew(["gc", "-p", "nobody", "-y"]);
  expect(other.code).toBe(1);
  expect(other.stderr).toBe("! There is no project nobody here\n  crew doctor\n");
  expect((await bench.crew(["down"])).code).toBe(0);
});

test("what is left over goes, what is young or may hold work stays", async () => {
  const bench = team(failing);
  expect((await bench.crew(["gc"])).stdout).toBe("Nothing is left over.\n");
  expect((await bench.crew(["up", "--wait"])).code).toBe(5);
  expect((await bench.crew(["down"])).code).toBe(0);
  const quarantine = join(bench.repository, ".git", "crew", "quarantine");
  const dead = join(quarantine, `${hash(hostname())}-${deadPid()}-${hash("then")}-x`);
  const living = join(quarantine, `${hash("elsewhere")}-1-${hash("then")}-x`);
  for (const folder of [dead, living]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(dead, "pack"), "x".repeat(1234));
  for (const ref of bench.git("for-each-ref", "--format=%(refname)", "refs/crew/p/").split("\n")) {
    bench.git("update-ref", "-d", ref);
  }
  const history = join(bench.repository, ".git", "crew", "team", "events.jsonl");
  const young = await bench.crew(["gc", "--dry-run"]);
  expect(young.stdout.replace(dead, "<dead>")).toBe(`Left over
  an import that was killed (1.2 kB)
      <dead>
1.2 kB in all (1234 bytes)
Kept
  the folder of team, which has no refs but may hold work of one, two
      crew gc -p team
`);
  const old = await bench.crew(["gc", "--older-than", "0s", "-y"]);
  expect(old.code, old.stderr).toBe(0);
  expect([dead, living, history].map((folder) => existsSync(folder))).toEqual([false, true, false]);
  // Its refs are lost, the clones are not: what is in them is pinned before they go.
  const lost = await bench.crew(["-p", "team", "gc", "-y"]);
  expect(lost.code, lost.stderr).toBe(0);
  expect(bench.git("for-each-ref", "--format=%(refname)", "refs/crew/p/", "refs/crew/archive/")).toBe(
    "refs/crew/archive/team/unrecorded",
  );
  expect(
    bench.git("log", "--format=%H", "--full-history", "refs/crew/archive/team/unrecorded", "--", "draft.txt"),
  ).not.toBe("");
  expect(readdirSync(join(bench.state, "crew"))).toEqual([]);
});

test("events tell what happened; a log that was deleted has nothing to tell", async () => {
  const bench = team();
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  const all = await bench.crew(["events"]);
  expect(all.code).toBe(0);
  expect(all.stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ✓ created epic team-\w+ "Two files"\n/);
  expect(all.stdout).toMatch(/ ✓ merged team-\w+\.1 into epic \(files green\)\n/);
  const last = await bench.crew(["events", "-n", "1"]);
  expect(last.stdout).toBe(all.stdout.split("\n").slice(-2).join("\n"));
  expect(last.stdout).toMatch(/^\S+Z ✓ All merged\. Next: crew land 2\/2 beads, 100 %\.\n$/);
  expect(await bench.crew(["-p", "taem", "events"])).toMatchObject({
    code: 1,
    stderr: "! There is no project taem here\n  crew doctor\n",
  });
  const json = (await bench.crew(["events", "--format", "json"])).stdout.split("\n").filter(Boolean);
  expect(json.map((line) => (JSON.parse(line) as { readonly type: string }).type)).toEqual(
    expect.arrayContaining(["operation", "pass", "end"]),
  );
  expect((await bench.crew(["events", "--since", "2999-01-01"])).stdout).toBe("");
  expect((await bench.crew(["events", "--since", "1h"])).stdout).toBe(all.stdout);
  expect((await bench.crew(["events", "--since", "soon"])).code).toBe(1);
  expect((await bench.crew(["events", "--until", "1h"])).stdout).toBe("");
  expect((await bench.crew(["events", "--until", "2999-01-01"])).stdout).toBe(all.stdout);
  expect(await bench.crew(["events", "-f", "--until", "1h"])).toMatchObject({ code: 0, stdout: "" });
  const told = join(bench.state, "told");
  const following = bench.start(["events", "-f", "-n", "1"], { under: ["sh", "-c", 'exec "$@" >"$0"', told] });
  await until(() => existsSync(told) && readFileSync(told, "utf8").includes("All merged"));
  expect((await bench.crew(["land"])).code).toBe(0);
  await until(() => /✓ landed in main\n(.*\n)*.*✓ Landed and closed/.test(readFileSync(told, "utf8")));
  process.kill(following.pid, "SIGINT");
  expect((await following.ended).code).toBe(130);
  rmSync(join(bench.repository, ".git", "crew", "team", "events.jsonl"));
  expect(await bench.crew(["events"])).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect((await bench.crew(["down"])).code).toBe(0);
});

test("at the prompt only a yes removes: no, the end of the input and Ctrl-C do not", async () => {
  const bench = team();
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  expect((await bench.crew(["down"])).code).toBe(0);
  const [folder = ""] = readdirSync(join(bench.state, "crew"));
  // Of a project that has no refs, and without a clone.
  const empty = join(bench.state, "crew", folder.replace(/^team-/, "gone-"));
  mkdirSync(join(empty, "gate-logs"), { recursive: true });
  for (const [keys, code, said] of [
    ["n\n", 0, "Nothing was removed."],
    ["\x04", 0, "Nothing was removed."],
    ["\x03", 130, ""],
  ] as const) {
    const ended = await atTerminal(bench, keys);
    expect(ended.code, ended.stdout).toBe(code);
    expect(ended.stdout).toContain(said);
    expect(ended.stdout).not.toContain("fault");
    expect(existsSync(empty)).toBe(true);
  }
  expect((await atTerminal(bench, "y\n")).stdout).toContain("Removed. No work was lost.");
  expect(existsSync(empty)).toBe(false);
});

/** `crew gc` in a terminal of its own (script(1)); the keys are typed once it asks. */
async function atTerminal(bench: Bench, keys: string): Promise<Ended> {
  const folder = mkdtempSync(join(bench.repository, "..", "terminal-"));
  writeFileSync(join(folder, "keys"), keys);
  // The input stays open until the command ends.
  const script = `cd "$0"; : >shown
    { until [ -e ended ] || grep -q y/N shown; do sleep 0.1; done; cat keys; until [ -e ended ]; do sleep 0.1; done; } | {
      script -qefc "cd '${bench.repository}' && '$1' '$2' gc --older-than 0s" shown; rc=$?; : >ended; exit $rc; }`;
  return await bench.crew([], { under: ["sh", "-c", script, folder] });
}

interface Listed {
  readonly removals: readonly { readonly what: string; readonly where: string; readonly bytes: number }[];
  readonly bytes: number;
}

function pinsOf(bench: Bench, below: string): readonly string[] {
  const lines = bench.git("for-each-ref", "--format=%(objecttype) %(objectname)", below).split("\n");
  return lines.flatMap((line) => (line.startsWith("commit ") ? [line.slice("commit ".length)] : [])).sort();
}

function sizeOf(path: string): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function deadPid(): number {
  return spawnSync("true").pid;
}
