// A merge that a person finishes in a work tree: what is theirs stays, whatever becomes of that tree. Real git.
import { existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Order } from "../../src/model/records.ts";
import type { Resolution } from "../../src/ports/review.ts";
import { anOrder } from "./contract.ts";
import { type GitBench, gitBench } from "./git-bench.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

/** Both sides change the same line of `src/app.txt`. */
async function aConflict(more: Readonly<Record<string, string>> = {}): Promise<Resolution> {
  const commit = async (side: string) => {
    const files = { ...more, "src/app.txt": `${side}\nb\nc\n` };
    const made = await bench.agentCommit({ parents: [bench.base], files, message: side });
    bench.git(bench.work, ["fetch", "-q", bench.clone, made]);
    return made;
  };
  const [start, merge] = [await commit("ours"), await commit("theirs")];
  const order: Order = anOrder(start, { kind: "conflict", merge });
  return { project: "shop", order: { ...order, merge } };
}

const treeOf = () => join(bench.work, ".git", "crew", "shop", "resolve", "shop-12");

async function resolved(resolution: Resolution): Promise<void> {
  await bench.repository.prepareResolution(resolution);
  writeFileSync(join(treeOf(), "src", "app.txt"), "both\nb\nc\n");
  bench.git(treeOf(), ["commit", "-qam", "Both"]);
}

test("a person's own work tree on a disk that is away is still theirs afterwards", async () => {
  const [own, away] = [join(bench.root, "own tree"), join(bench.root, "away")];
  bench.git(bench.work, ["worktree", "add", "-q", "--detach", own]);
  bench.git(own, ["commit", "-q", "--allow-empty", "-m", "Mine"]);
  const mine = bench.git(own, ["rev-parse", "HEAD"]);
  renameSync(own, away);
  const resolution = await aConflict();
  await resolved(resolution);
  expect(await bench.repository.takeResolution(resolution)).toMatchObject({ kind: "taken" });
  renameSync(away, own);
  expect(bench.git(own, ["rev-parse", "HEAD"])).toBe(mine);
  expect(existsSync(treeOf())).toBe(false);
  expect(bench.git(bench.work, ["worktree", "list"]).split("\n")).toHaveLength(2);
});

test("what a person changes while the resolution is taken stays where it is", async () => {
  const resolution = await aConflict();
  await resolved(resolution);
  const late = join(treeOf(), "late.txt");
  const order = {
    ...resolution.order,
    // Read when the order is pinned: between the look at the work tree and its removal.
    get cause() {
      writeFileSync(late, "late\n");
      return "resolved by a person";
    },
  };
  const taken = await bench.repository.takeResolution({ ...resolution, order });
  expect(taken).toMatchObject({ kind: "taken", keptAt: treeOf() });
  expect(existsSync(late)).toBe(true);
});

test("a resolution that is given up leaves nothing where nothing was done, else a pinned commit of the files", async () => {
  const resolution = await aConflict();
  const { repository } = bench;
  await repository.prepareResolution(resolution);
  expect(await repository.dropResolution("shop", "shop-12")).toBeUndefined();
  await repository.prepareResolution(resolution);
  writeFileSync(join(treeOf(), "src", "app.txt"), "half\nb\nc\n");
  bench.git(treeOf(), ["add", "src/app.txt"]);
  writeFileSync(join(treeOf(), "new.txt"), "new\n");
  const kept = (await repository.dropResolution("shop", "shop-12")) ?? "";
  expect(existsSync(treeOf())).toBe(false);
  const show = (path: string) => bench.git(bench.work, ["show", `${kept}:${path}`]);
  expect([show("src/app.txt"), show("new.txt")]).toEqual(["half\nb\nc", "new"]);
  const { start, merge } = resolution.order;
  expect(bench.git(bench.work, ["show", "-s", "--format=%P", kept])).toBe(`${start} ${merge}`);
  expect(bench.git(bench.work, ["for-each-ref", "--format=%(refname:lstrip=4)", "--points-at", kept])).toBe(
    "rescue/resolve+shop-12/1",
  );
});

test("what is kept of a resolution that is given up was also changed in the second in which it was staged", async () => {
  const resolution = await aConflict();
  const { repository } = bench;
  await repository.prepareResolution(resolution);
  const git = (...args: readonly string[]) => bench.git(treeOf(), args);
  const staged = new Date("2020-01-01T00:00:00Z");
  const put = (text: string) => {
    writeFileSync(join(treeOf(), "quick.txt"), text);
    utimesSync(join(treeOf(), "quick.txt"), staged, staged);
  };
  git("config", "core.trustctime", "false");
  put("old");
  git("add", "quick.txt");
  put("new");
  utimesSync(git("rev-parse", "--git-path", "index"), staged, staged);
  const kept = (await repository.dropResolution("shop", "shop-12")) ?? "";
  expect(bench.git(bench.work, ["show", `${kept}:quick.txt`])).toBe("new");
});

test("only what is the name of a work tree that is there is given up", async () => {
  const { repository } = bench;
  await repository.prepareResolution(await aConflict());
  const own = join(bench.work, "own");
  mkdirSync(own);
  for (const typed of ["shop-1", "../../../../own", "..", ".git/crew/shop/resolve/shop-12", ""]) {
    await expect(repository.dropResolution("shop", typed)).rejects.toMatchObject({
      code: "failed",
      message: `There is no work tree for ${typed}.`,
    });
  }
  expect([existsSync(own), existsSync(treeOf())]).toEqual([true, true]);
});
