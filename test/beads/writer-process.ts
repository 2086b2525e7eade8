// A process that adds beads to the chain of a repository until it is killed, and says each id once its write returned.
import { writeSync } from "node:fs";
import { gitBeads } from "../../src/beads/git/tracker.ts";
import { aBead, steppingClock } from "./beads.ts";
import { gitRunner } from "./git-runner.ts";

const [repository = "", name = "", count = "Infinity"] = process.argv.slice(2);
const tracker = gitBeads({ git: gitRunner(repository), clock: steppingClock(), actor: name });
for (let n = 0; n < Number(count); n += 1) {
  const id = `${name}-${n}`;
  await tracker.create(aBead(id, { description: "x".repeat(2_000) }));
  writeSync(1, `${id}\n`);
}
