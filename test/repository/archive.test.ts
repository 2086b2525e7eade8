// The archive of a real project: everything reachable, in a form that people can read, and safe to make again.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aMailReport, anOrder, aProjectFact, aVerdict } from "./contract.ts";
import { type GitBench, gitBench } from "./git-bench.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

test("every ref's commit is reached, facts, verdicts and audit are files", async () => {
  const { repository, base, git, work } = bench;
  const order = anOrder(base);
  const commit = await bench.agentCommit({ parents: [base], files: { "new.txt": "new\n" }, message: "Work" });
  const uploadPack = await bench.report(order.id, commit);
  await repository.pinStart("shop", { to: base });
  await repository.moveTip("shop", "epic", { to: base });
  await repository.writeFact("shop", { kind: "project", value: aProjectFact() });
  await repository.writeFact("shop", { kind: "closed", id: "shop-12.1", value: { atMs: 9 } });
  await repository.createOrder("shop", order);
  await repository.importReport({ project: "shop", order, report: aMailReport(commit), uploadPack });
  const [merge] = await repository.testMerges([{ source: commit, target: base }]);
  const tree = merge?.kind === "clean" ? merge.tree : "";
  const candidate = await repository.writeCandidate({
    target: base,
    source: commit,
    tree,
    subject: "Merge shop-12",
    role: "backend",
    bead: { id: "shop-12", round: 1 },
    gates: ["0123abcd"],
  });
  await repository.moveTip("shop", "epic", { from: base, to: candidate });
  await repository.writeVerdict("shop", aVerdict(tree));
  await repository.showBranch("shop", { name: "backend", branch: "feature/b", to: commit });
  const refs = git(work, ["for-each-ref", "--format=%(objecttype) %(objectname)", "refs/crew/p/shop"]).split("\n");
  await repository.archive("shop", "shop-1");
  await repository.deleteProject("shop", "shop-1");

  const archive = "refs/crew/archive/shop/shop-1";
  expect(git(work, ["for-each-ref", "--format=%(refname)", "refs/crew"])).toBe(archive);
  for (const [type, oid = ""] of refs.map((line) => line.split(" "))) {
    if (type === "commit") git(work, ["merge-base", "--is-ancestor", oid, archive]);
  }
  expect(refs.length).toBe(8);
  expect(git(work, ["ls-tree", "-r", "--name-only", archive]).split("\n")).toEqual([
    "audit.json",
    "fact/closed/shop-12.1",
    "fact/project",
    "gate/0123abcd",
  ]);
  expect(JSON.parse(git(work, ["show", `${archive}:audit.json`]))).toMatchObject({
    project: "shop",
    epic: "shop-1",
    start: base,
    tip: candidate,
    chains: {
      epic: [{ oid: candidate, subject: "Merge shop-12", bead: { id: "shop-12", round: 1 }, gates: ["0123abcd"] }],
    },
    refs: { "tip/epic": candidate, start: base },
  });
  expect(JSON.parse(git(work, ["show", `${archive}:gate/0123abcd`]))).toEqual(aVerdict(tree));
});

test("many pins become levels of commits, and the same pins the same archive", async () => {
  const { repository, base, git, work } = bench;
  const commits = Array.from({ length: 250 }, (_, n) => {
    const who = `committer Pat <pat@example.invalid> ${1_700_000_000 + n} +0000`;
    const from = `from ${base}\nM 644 inline n\ndata ${String(n).length}\n${n}\n`;
    return `commit refs/crew/p/shop/rescue/backend/${n + 1}\n${who}\ndata 1\nx\n${from}`;
  });
  git(work, ["fast-import", "--quiet", "--force"], commits.join("\n"));
  const pinned = git(work, ["for-each-ref", "--format=%(objectname)", "refs/crew/p/shop/rescue"]).split("\n");
  expect(pinned.length).toBe(250);
  await repository.archive("shop", "shop-1");
  const archive = "refs/crew/archive/shop/shop-1";
  const first = git(work, ["rev-parse", archive]);
  const parents = git(work, ["rev-list", "--parents", "--max-count=1", archive]).split(" ").length - 1;
  expect(parents).toBe(3);
  git(work, ["update-ref", "-d", archive]);
  await repository.archive("shop", "shop-1");
  expect(git(work, ["rev-parse", archive])).toBe(first);
  await repository.deleteProject("shop", "shop-1");
  expect(git(work, ["rev-list", "--no-walk", ...pinned, `^${archive}`])).toBe("");
  expect(git(work, ["for-each-ref", "refs/crew/p"])).toBe("");
}, 60_000);

test("what came after the archive is in the next one, with the first as its parent", async () => {
  const { repository, base, git, work } = bench;
  await repository.moveTip("shop", "epic", { to: base });
  await repository.archive("shop", "shop-1");
  const first = git(work, ["rev-parse", "refs/crew/archive/shop/shop-1"]);
  await repository.writeFact("shop", { kind: "closed", id: "shop-12.1", value: { atMs: 9 } });
  await expect(repository.deleteProject("shop", "shop-1")).rejects.toMatchObject({
    code: "conflict",
    message: "refs/crew/p/shop/fact/closed/shop-12.1 is newer than the archive: nothing was removed.",
  });
  await repository.archive("shop", "shop-1");
  git(work, ["merge-base", "--is-ancestor", first, "refs/crew/archive/shop/shop-1"]);
  await repository.deleteProject("shop", "shop-1");
  expect(await repository.projects()).toEqual([]);
});

test("made again, it clears what a run that was ended in the midst of it left", async () => {
  const { repository, base } = bench;
  await repository.moveTip("shop", "epic", { to: base });
  await repository.archive("shop", "shop-1");
  const folder = join(repository.commonDir, "crew", "quarantine");
  const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
  mkdirSync(join(folder, `${host}-4000000-00000000-abcdef`));
  await repository.archive("shop", "shop-1");
  expect(readdirSync(folder)).toEqual([]);
});
