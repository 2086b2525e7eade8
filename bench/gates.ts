// Gate runs for each bead that lands, serial and in batches, by how many reports are red at first: the real driver and plan on
// repository and runtime in memory, every agent right at its second attempt. Exits with 1 where a batch costs more than serial at
// no red. Usage: npm run bench -- gates [--beads 48] [--batches 1,4,8] [--red 0,10,20,30]
import { parseArgs } from "node:util";
import { aCrew, aGate, aRole, aTask, settings } from "../test/builders/crew.ts";
import { answer, newWhole, up } from "../test/properties/whole.ts";

const { values } = parseArgs({
  options: {
    beads: { type: "string", default: "48" },
    batches: { type: "string", default: "1,4,8" },
    red: { type: "string", default: "0,10,20,30" },
  },
});
const numbers = (list: string) => list.split(",").map(Number);
const count = Number(values.beads);
const [batches, rates] = [numbers(values.batches), numbers(values.red)];

const lines = [["red at first", ...batches.map((batch) => (batch === 1 ? "serial" : `batch ${batch}`))]];
let first: readonly number[] = [];
for (const rate of rates) {
  const runs: number[] = [];
  for (const batch of batches) runs.push(await runsPerBead({ batch, rate }));
  if (rate === 0) first = runs;
  lines.push([`${rate} %`, ...runs.map((each) => each.toFixed(2))]);
}
process.stdout.write(`gate runs per landed bead, ${count} beads of as many roles\n`);
for (const line of lines) process.stdout.write(`${line.map((cell) => cell.padStart(12)).join("")}\n`);
const [serial = 0, ...batched] = first;
process.exitCode = batched.some((each) => each > serial) ? 1 : 0;

/** Every k-th bead is red at its first attempt, so that the rate is exact; a red run is run once more, and counts twice. */
async function runsPerBead({ batch, rate }: { readonly batch: number; readonly rate: number }): Promise<number> {
  const names = Array.from({ length: count }, (_, n) => `r${n}`);
  const isRed = (n: number) => Math.floor(((n + 1) * rate) / 100) > Math.floor((n * rate) / 100);
  const crew = aCrew(
    ...names.flatMap((name) => [aRole(name), aTask(name, { title: name, role: name })]),
    aGate("test"),
    settings({ batch, maxParallel: count, review: "none" }),
  );
  const scripts = Object.fromEntries(names.map((name, n) => [name, isRed(n) ? { red: true } : {}]));
  const whole = newWhole({ seed: "gates", crew: () => crew, scripts });
  for (let n = 0; n < 20; n += 1) {
    const driven = await up(whole);
    if (driven.outlook === "complete") break;
    if (!(await answer(whole, driven))) throw new Error(`settled: ${JSON.stringify(driven.attention)}`);
  }
  const verdicts = [...(whole.repository.store.projects.get("shop")?.verdicts.values() ?? [])];
  // The base's own run is nobody's, and a flaky gate's second no fault of the way.
  return (verdicts.reduce((sum, { runs, flaky }) => sum + (flaky ? runs - 1 : runs), 0) - 1) / count;
}
