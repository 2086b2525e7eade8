// What was listed when the repository was opened serves the look that was announced, and no other.
import { afterEach, beforeEach, expect, test } from "vitest";
import { epicTip } from "../../src/model/names.ts";
import { type GitBench, gitBench } from "./git-bench.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

const query = { project: "shop", branches: new Map([[epicTip, "epic/shop"]]), base: "main" };
const head = () => bench.git(bench.work, ["rev-parse", "main"]);

/** Opened before a person makes the branch. */
async function opened(isAnnounced: boolean, isSoon = true) {
  const repository = await bench.open();
  await repository.recorded();
  if (isAnnounced) repository.expectLook(() => isSoon);
  bench.git(bench.work, ["branch", "epic/shop", "main"]);
  const look = async () => (await repository.observe(query)).branches.get(epicTip)?.oid;
  return { repository, look };
}

test("the announced look goes by it, once", async () => {
  const { look } = await opened(true);
  expect([await look(), await look()]).toEqual([undefined, head()]);
});

test("a look that nobody announced lists anew", async () => {
  const { look } = await opened(false);
  expect(await look()).toBe(head());
});

test("nor does one that comes too late go by it", async () => {
  const { look } = await opened(true, false);
  expect(await look()).toBe(head());
});

test("so does one after crew itself has moved a ref", async () => {
  const { repository, look } = await opened(true);
  await repository.lease("shop", "lock").acquire("crew up");
  expect(await look()).toBe(head());
});
