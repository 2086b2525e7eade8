// The demo as a new user runs it, and what must be true of the repository that it leaves: every claim is read from git.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processesWith } from "./bench.ts";
import { beadsOf, evidenceOn, unprovenTips } from "./outcome.ts";

const top = join(import.meta.dirname, "..", "..");
const root = realpathSync(mkdtempSync(join(tmpdir(), "crew-demo-test-")));
const repository = join(root, "sign-in");
const environment = { ...process.env, XDG_STATE_HOME: join(root, "state"), NO_COLOR: "1" };
const refs = "refs/crew/p/sign-in";
let output = "";

const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: repository, encoding: "utf8" }).trim();
const crew = (...args: readonly string[]) =>
  execFileSync(process.execPath, [join(top, "dist", "main.js"), ...args], {
    cwd: repository,
    env: environment,
    encoding: "utf8",
  });
const bench = { git };

beforeAll(() => {
  output = execFileSync("sh", ["-c", 'exec "$0" scripts/demo.mjs --dir "$1" 2>&1', process.execPath, repository], {
    cwd: top,
    env: environment,
    encoding: "utf8",
  });
}, 120_000);

afterAll(() => {
  crew("down");
  rmSync(root, { recursive: true, force: true });
}, 60_000);

test("it ends as the README shows, but for ids", () => {
  const shown = /^```demo\n([\s\S]*?)^```$/m.exec(readFileSync(join(top, "README.md"), "utf8"))?.[1] ?? "";
  const withoutIds = (text: string) => text.replace(/sign-in-[0-9a-z]{4,}/g, "sign-in-…");
  const lines = new Set(withoutIds(output).split("\n"));
  expect(shown.split("\n").length).toBeGreaterThan(5);
  expect(
    withoutIds(shown)
      .split("\n")
      .filter((line) => !lines.has(line)),
  ).toEqual([]);
});

test("main landed, bottom-up, and every bead is closed on evidence that main reaches", () => {
  const beads = beadsOf(bench);
  expect(beads.map((bead) => bead.status)).toEqual(beads.map(() => "closed"));
  const parents = new Set(beads.map((bead) => bead.id.replace(/\.[^.]+$/, "")));
  const leaves = beads.filter((bead) => !parents.has(bead.id)).map((bead) => `${bead.id} 1`);
  expect(leaves).toHaveLength(11);
  expect([...evidenceOn(bench, "main").keys()].sort()).toEqual([...leaves].sort());
  const subjects = git("log", "--first-parent", "--reverse", "--format=%s", "main").split("\n");
  expect(subjects[0]).toBe("A notes service without a sign-in");
  expect(subjects.slice(1).every((subject) => /^(Merge \[AUTH\/|Merge frontend up into epic)/.test(subject))).toBe(
    true,
  );
  expect(git("status", "--porcelain")).toBe("");
});

test("every tip that the epic and frontend moved to has a green verdict for exactly its tree", () => {
  const from = git("rev-parse", `${refs}/start`);
  for (const tip of ["epic", "frontend"]) {
    expect(unprovenTips(bench, { from, to: `${refs}/tip/${tip}`, gates: 1, source: refs })).toEqual([]);
  }
});

test("the conflict was an order: it names both sides, and its report descends from both", () => {
  const orders = git("for-each-ref", "--format=%(refname) %(parent)", `${refs}/order/`).split("\n");
  const conflicts = orders.filter((line) => line.split(" ").length === 3);
  expect(conflicts.length).toBeGreaterThan(0);
  for (const line of conflicts) {
    const [ref = "", ...parents] = line.split(" ");
    expect(git("log", "-1", "--format=%B", ref)).toContain("src/config.js");
    const report = git("rev-parse", `${ref.replace("/order/", "/done/")}^1`);
    for (const parent of parents) git("merge-base", "--is-ancestor", parent, report);
  }
});

test("the failing check cost a second turn of one order", () => {
  const reports = git("for-each-ref", "--format=%(contents)%00", `${refs}/done/`)
    .split("\0")
    .filter((text) => text.trim() !== "");
  const turns = reports.map((text) => /^Turns: (\d+)$/m.exec(text)?.[1]);
  expect(turns.filter((n) => n === "2")).toHaveLength(1);
  expect(turns.every((n) => n === "1" || n === "2")).toBe(true);
});

test("each bead brought a test that fails without its merge", () => {
  const log = git("log", "--format=%H %P", "--grep=^Crew-Bead:", "main").split("\n");
  expect(log).toHaveLength(11);
  for (const line of log) {
    const [merge = "", before = ""] = line.split(" ");
    const added = git("diff", "--name-only", "--diff-filter=A", before, merge, "--", "tests")
      .split("\n")
      .filter(Boolean);
    expect(added, `${merge} adds a test`).not.toEqual([]);
    expect(passes(merge, added), `${added} with its merge`).toBe(true);
    expect(passes(before, added, merge), `${added} without its merge`).toBe(false);
  }
}, 120_000);

/** Whether the service's tests pass on the tree; `from` brings these test files along from another commit. */
function passes(commit: string, tests: readonly string[], from?: string): boolean {
  const folder = mkdtempSync(join(root, "tree-"));
  execFileSync("sh", ["-c", `git archive ${commit} | tar -x -C "$1"`, "sh", folder], { cwd: repository });
  if (from !== undefined)
    execFileSync("sh", ["-c", `git archive ${from} -- ${tests.join(" ")} | tar -x -C "$1"`, "sh", folder], {
      cwd: repository,
    });
  const { NODE_TEST_CONTEXT: _context, ...clean } = process.env;
  try {
    execFileSync(process.execPath, ["--test"], { cwd: folder, env: clean, stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

test("up on the finished project does nothing and says so; down leaves one archive from which everything is reachable", () => {
  expect(crew("plan")).toContain("Nothing to do: landed and closed.");
  const pinned = git(
    "for-each-ref",
    "--format=%(objectname)",
    `${refs}/order/`,
    `${refs}/done/`,
    `${refs}/rescue/`,
    `${refs}/tip/`,
  ).split("\n");
  crew("down");
  const left = git("for-each-ref", "--format=%(refname)").split("\n");
  expect(left.filter((ref) => ref.startsWith("refs/crew/archive/"))).toHaveLength(1);
  expect(left.filter((ref) => ref.startsWith("refs/crew/p/") || ref.startsWith("refs/crew/lease/"))).toEqual([]);
  expect(left.filter((ref) => ref.startsWith("refs/heads/"))).toEqual(["refs/heads/main"]);
  const archive = left.find((ref) => ref.startsWith("refs/crew/archive/")) ?? "";
  const reachable = new Set(git("rev-list", archive).split("\n"));
  expect(pinned.filter((oid) => !reachable.has(oid))).toEqual([]);
  const { refs: kept } = JSON.parse(git("show", `${archive}:audit.json`)) as { refs: Readonly<Record<string, string>> };
  const rescues = Object.keys(kept).filter((path) => path.includes("rescue/"));
  expect(rescues.map((path) => path.split("/").at(-2)).sort()).toEqual(["backend", "frontend", "login-ui", "tests"]);
  for (const path of rescues) expect(reachable.has(kept[path] ?? ""), path).toBe(true);
  expect(processesWith(join(root, "state"))).toEqual([]);
});
