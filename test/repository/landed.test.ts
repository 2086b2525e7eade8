// Whether a base has the epic's tip, on real histories: what a pull request leaves behind is seen, and what only looks like
// it is not.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { crewEnvironment } from "../../src/repository/environment.ts";
import { gitAt } from "../../src/repository/git.ts";
import { historyOf } from "../../src/repository/history.ts";
import { landedIn } from "../../src/repository/landed.ts";
import { mergesIn } from "../../src/repository/merges.ts";
import { objectReader } from "../../src/repository/objects.ts";

let folder: string;
const environment = () => ({ ...crewEnvironment(process.env.PATH ?? ""), GIT_DIR: join(folder, ".git") });
const git = (...args: readonly string[]) =>
  execFileSync("git", [...args], {
    cwd: folder,
    env: { ...environment(), GIT_WORK_TREE: folder },
    encoding: "utf8",
  }).trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-landed-"));
  git("init", "-q", "-b", "main");
  commit("shared.txt", "one\ntwo\nthree\n");
  git("checkout", "-q", "-b", "epic");
  commit("a.txt", "a\n");
  commit("b.txt", "b\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function commit(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", `Write ${file}`);
}

async function seen() {
  const view = gitAt({ cwd: join(folder, ".git"), environment: environment() });
  const [base, tip] = ["main", "epic"].map((name) => git("rev-parse", name));
  const landed = await landedIn({
    view,
    history: historyOf(view),
    merges: mergesIn({ view, objects: objectReader(view) }),
  })([base ?? ""], tip ?? "");
  return landed && `${landed.how} ${git("log", "-1", "--format=%s", landed.commit)}`;
}

test("merged, also where base went on", async () => {
  git("checkout", "-q", "main");
  commit("c.txt", "c\n");
  expect(await seen()).toBe(undefined);
  git("merge", "-q", "--no-ff", "-m", "Merge it", "epic");
  commit("d.txt", "d\n");
  expect(await seen()).toBe("merge Write d.txt");
});

test("squashed onto a base that had moved, and that went on", async () => {
  git("checkout", "-q", "main");
  commit("c.txt", "c\n");
  git("merge", "-q", "--squash", "epic");
  git("commit", "-qm", "Squash it");
  commit("d.txt", "d\n");
  expect(await seen()).toBe("squash Squash it");
});

test("squashed and then taken out again: it had landed", async () => {
  git("checkout", "-q", "main");
  git("merge", "-q", "--squash", "epic");
  git("commit", "-qm", "Squash it");
  git("revert", "--no-edit", "HEAD");
  expect(await seen()).toBe("squash Squash it");
});

test("rebased onto a base that had moved", async () => {
  git("checkout", "-q", "main");
  commit("c.txt", "c\n");
  git("cherry-pick", "main..epic");
  expect(await seen()).toBe("rebase Write b.txt");
});

test("a part of it, or more than it in one commit, is not it", async () => {
  git("checkout", "-q", "main");
  git("cherry-pick", "epic~1");
  expect(await seen()).toBe(undefined);
  git("reset", "-q", "--hard", "main~1");
  git("merge", "-q", "--squash", "epic");
  writeFileSync(join(folder, "e.txt"), "e\n");
  git("add", "-A");
  git("commit", "-qm", "It and more");
  expect(await seen()).toBe(undefined);
});

test("every patch is there, but not what a merge of the epic itself resolved", async () => {
  git("checkout", "-q", "-b", "other", "main");
  commit("shared.txt", "one\ntwo of others\nthree\n");
  git("checkout", "-q", "epic");
  git("merge", "-q", "--no-commit", "other");
  writeFileSync(join(folder, "resolved.txt"), "only in the merge\n");
  git("add", "-A");
  git("commit", "-qm", "Merge other with more");
  git("checkout", "-q", "main");
  commit("c.txt", "c\n");
  git("cherry-pick", "epic~2", "epic~1", "other");
  expect(git("cherry", "main", "epic").replace(/[0-9a-f]{40}/g, "<oid>")).toBe("- <oid>\n- <oid>\n- <oid>");
  expect(await seen()).toBe(undefined);
});

test("an epic that changes nothing in all is not seen in an empty commit", async () => {
  git("revert", "--no-edit", "HEAD", "HEAD~1");
  git("checkout", "-q", "main");
  git("commit", "-q", "--allow-empty", "-m", "Empty");
  expect(await seen()).toBe(undefined);
});

test("an unrelated history is not it", async () => {
  git("checkout", "-q", "--orphan", "anew", "main");
  git("commit", "-qm", "Anew");
  git("branch", "-f", "main", "anew");
  expect(await seen()).toBe(undefined);
});
