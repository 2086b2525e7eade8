// What a clean merge changes in its target is told with the mode: an approval stands for what a path is, not for its bytes
// alone.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitBench, gitBench } from "./git-bench.ts";
import { executable, link, long, treeCommit } from "./tree-commits.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

test("a mode that changes, a link, a new file and one that is gone are each an entry of their own", async () => {
  const before = treeCommit(bench, { parents: [bench.base], entries: { run: long, gone: "gone\n", same: "a" } });
  const source = treeCommit(bench, {
    parents: [before],
    entries: { run: executable(long), gone: null, same: link("a"), "new": "new\n" },
  });
  const [tried] = await bench.repository.testMerges([{ source, target: before }]);
  if (tried?.kind !== "clean") throw new Error("they conflict");
  const blob = (path: string) => bench.git(bench.work, ["rev-parse", `${source}:${path}`]);
  expect(Object.fromEntries(tried.changes ?? [])).toEqual({
    gone: `000000 ${"0".repeat(40)}`,
    new: `100644 ${blob("new")}`,
    run: `100755 ${bench.git(bench.work, ["rev-parse", `${before}:run`])}`,
    same: `120000 ${bench.git(bench.work, ["rev-parse", `${before}:same`])}`,
  });
});
