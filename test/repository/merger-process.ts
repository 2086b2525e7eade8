// A process that merges what is not merged yet, one at a time, as fast as it can and without the write lock: whatever
// another one was quicker with, it looks anew. Says on stdout how often it won and lost.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { CrewError } from "../../src/errors.ts";
import type { Oid } from "../../src/model/names.ts";
import { placeRef } from "../../src/repository/layout.ts";
import { openRepository } from "../../src/repository/open.ts";
import { startTimeOf } from "../../src/runtimes/process/identity.ts";

const [cwd = "", sourcesFile = "", turn = "0"] = process.argv.slice(2);
const sources: readonly Oid[] = JSON.parse(readFileSync(sourcesFile, "utf8"));
const identity = { host: hostname(), pid: process.pid, startTimeOf };
const repository = await openRepository({ cwd, environment: process.env, identity });
const tipRef = placeRef("shop", { kind: "tip", tip: "epic" });
const moves = { won: 0, lost: 0 };

for (let left = await unmerged(); left.sources.length > 0; left = await unmerged()) {
  // Two begin at each place: they want the very same merge, the others another one on the same tip.
  const source = left.sources[Math.floor(Number(turn) / 2) % left.sources.length] ?? "";
  if (await merge(source, left.target)) moves.won += 1;
  else moves.lost += 1;
}
console.log(JSON.stringify(moves));

/** One look for the tip and all that it reaches: a look at the whole project would be most of what this process does. */
async function unmerged(): Promise<{ readonly target: Oid; readonly sources: readonly Oid[] }> {
  const { stdout } = await repository.runner.run(["rev-list", tipRef]);
  const reached = stdout.split("\n").filter(Boolean);
  const [target] = reached;
  if (target === undefined) throw new Error("there is no tip");
  const known = new Set(reached);
  return { target, sources: sources.filter((source) => !known.has(source)) };
}

/** False: another process was quicker. */
async function merge(source: Oid, target: Oid): Promise<boolean> {
  const [merged] = await repository.testMerges([{ source, target }]);
  if (merged?.kind !== "clean") throw new Error(`${source} conflicts`);
  const spec = { source, target, tree: merged.tree, subject: `Merge ${source}`, role: "backend", gates: [] };
  const candidate = await repository.writeCandidate(spec);
  try {
    await repository.moveTip("shop", "epic", { from: target, to: candidate });
    return true;
  } catch (error) {
    if (error instanceof CrewError && error.code === "conflict") return false;
    throw error;
  }
}
