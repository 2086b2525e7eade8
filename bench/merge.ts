// Merging beside `git merge` in a work tree of the same repository, against the budgets of the design. Exits with 1 where
// one is exceeded. Usage: npm run bench -- merge [--files 2000,50000] [--branches 10,200]
import { parseArgs } from "node:util";
import { isOver, type Row, table } from "./budgets.ts";
import { measureMerges, measureRadar } from "./merging.ts";
import { type Prepared, prepare, type Size } from "./prepared.ts";
import { timed, timesOf } from "./timing.ts";

/** Milliseconds. */
const mergeBudget = 20;
const radarBudget = 1_000;
/** The radar's budget is for as many; fewer are no radar. */
const radarBranches = 200;

const { values } = parseArgs({
  options: { files: { type: "string", default: "2000,50000" }, branches: { type: "string", default: "10,200" } },
});
const numbers = (list: string) => list.split(",").map(Number);
const sizes = numbers(values.files).flatMap((files) =>
  numbers(values.branches).map((branches) => ({ files, branches })),
);

const rows: Row[] = [];
for (const size of sizes) {
  const prepared = prepare(size);
  try {
    rows.push(...(await measure(prepared, size)));
  } finally {
    prepared.remove();
  }
}
process.stdout.write(table(rows));
process.exitCode = rows.some(isOver) ? 1 : 0;

async function measure(prepared: Prepared, size: Size): Promise<readonly Row[]> {
  process.stderr.write(`${size.files} files, ${size.branches} branches; ${await spawnTime(prepared)}\n`);
  const radar = size.branches < radarBranches ? [] : [await measureRadar(prepared)];
  const merges = await measureMerges(prepared);
  return [
    { path: "merge of one ready candidate", ...size, ...merges, budget: mergeBudget },
    ...radar.map((measured) => ({ path: "radar of all branches", ...size, ...measured, budget: radarBudget })),
  ];
}

/** What one git costs that does nothing: tells a busy machine from a slow program. */
async function spawnTime({ git, workTree }: Prepared): Promise<string> {
  const tries: number[] = [];
  for (let n = 0; n < 20; n += 1) tries.push((await timed(() => git(workTree, ["--version"])))[1]);
  const { least, median } = timesOf(tries);
  return `a git that does nothing takes ${least.toFixed(1)} ms (${median.toFixed(1)})`;
}
