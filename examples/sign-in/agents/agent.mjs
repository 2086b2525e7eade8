// One turn of a scripted agent. crew runs it in the role's clone, with the order on stdin:
// it does the bead's work, or resolves the merge that is under way, and commits.
import { beads } from "./beads.mjs";
import { resolveConflicts } from "./conflict.mjs";
import { commitAll, mergeUnderWay } from "./git.mjs";
import { readOrder } from "./order.mjs";

if (mergeUnderWay()) resolve();
else if (process.env.CREW_BEAD?.startsWith("up/")) console.log("No merge is under way: nothing to do.");
else work(readOrder());

function resolve() {
  const paths = resolveConflicts();
  for (const path of paths) console.log(`${path}: kept what both sides added`);
  commitAll(`Keep both sides of ${paths.join(", ") || "the merge"}`);
}

function work({ title, failedTests }) {
  const bead = beads.find((candidate) => candidate.title === title);
  if (!bead) throw new Error(`No script does the bead "${title}".`);
  const change = bead.work({ failedTests }) ?? title.replace(/^\[.*?\] /, "");
  console.log(commitAll(change) ? `Committed: ${change}` : "Everything is there already.");
}
