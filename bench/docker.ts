// Crews in containers beside Docker Compose and beside the bare calls of the engine, with the calls counted: cold up, no-op, one
// changed, ps, down. Exits with 1 where a budget of the design is exceeded.
// Usage: npm run bench -- docker --compose PROGRAM [--beside MAIN] [--roles 1,5,20,48] [--rounds 1] [--tries 5] [--image IMAGE]
// --beside: the main file of another build of crew, measured by turns. --rounds: all of it so often; the least counts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { emptyNode, leastOf, type Measured, measureCompose, measureCrew, measureEngine } from "./containers.ts";
import { countCalls } from "./engine-calls.ts";

const { values } = parseArgs({
  options: {
    compose: { type: "string" },
    beside: { type: "string" },
    rounds: { type: "string", default: "1" },
    roles: { type: "string", default: "1,5,20,48" },
    image: { type: "string", default: "crew-test-base:bookworm" },
    tries: { type: "string", default: "5" },
    engine: { type: "string", default: "/var/run/docker.sock" },
  },
});

const root = mkdtempSync(join(tmpdir(), "crew-bench-"));
const counter = await countCalls(values.engine, join(root, "engine.sock"));
try {
  const node = await emptyNode();
  process.stdout.write(`an empty node process takes ${node.toFixed(0)} ms\n`);
  let isOver = false;
  for (const roles of values.roles.split(",").map(Number)) {
    const rounds = {
      crew: [] as Measured[],
      beside: [] as Measured[],
      engine: [] as Measured[],
      compose: [] as Measured[],
    };
    for (let n = 0; n < Number(values.rounds); n += 1) {
      const own = { root: join(root, `${roles}-${n}`), home: root };
      const bench = { ...own, counter, roles, image: values.image, tries: Number(values.tries) };
      rounds.crew.push(await measureCrew(bench));
      rounds.engine.push(await measureEngine(bench));
      const other = { ...bench, root: join(bench.root, "beside") };
      if (values.beside !== undefined) rounds.beside.push(await measureCrew(other, values.beside));
      if (values.compose !== undefined) rounds.compose.push(await measureCompose(bench, values.compose));
    }
    const [crew, engine] = [leastOf(rounds.crew), leastOf(rounds.engine)];
    const beside = values.beside === undefined ? undefined : leastOf(rounds.beside);
    const compose = values.compose === undefined ? undefined : leastOf(rounds.compose);
    const budgets = budgetsOf({ crew, engine, compose, node });
    isOver ||= budgets.some(({ is, limit }) => is > limit);
    process.stdout.write(`\n${roles} ${roles === 1 ? "role" : "roles"}: ms (calls)\n`);
    process.stdout.write(table({ crew, ...(beside && { beside }), engine, ...(compose && { compose }) }));
    for (const { name, is, limit } of budgets) {
      process.stdout.write(`  ${is > limit ? "OVER" : "ok  "}  ${name}: ${is.toFixed(0)} of ${limit.toFixed(0)}\n`);
    }
  }
  process.exitCode = isOver ? 1 : 0;
} finally {
  await counter.close();
  rmSync(root, { recursive: true, force: true });
}

interface Sides {
  readonly crew: Measured;
  readonly engine: Measured;
  readonly compose: Measured | undefined;
  readonly node: number;
}

function budgetsOf({ crew, engine, compose, node }: Sides) {
  const of = (side: Measured | undefined, path: string) => side?.get(path)?.ms ?? Number.POSITIVE_INFINITY;
  return [
    { name: "cold up over the bare calls", is: of(crew, "cold up"), limit: of(engine, "cold up") + 400 },
    { name: "no-op over an empty node", is: of(crew, "no-op"), limit: node + 60 },
    { name: "no-op, calls", is: crew.get("no-op")?.calls ?? 0, limit: 5 },
    { name: "no-op beside Compose", is: of(crew, "no-op"), limit: 2.5 * of(compose, "no-op") },
    { name: "one changed beside Compose", is: of(crew, "one changed"), limit: of(compose, "one changed") },
    { name: "down over the bare calls", is: of(crew, "down"), limit: of(engine, "down") + 400 },
  ];
}

function table(sides: Readonly<Record<string, Measured>>): string {
  const paths = [...new Set(Object.values(sides).flatMap((side) => [...side.keys()]))];
  const lines = [["", ...Object.keys(sides)]];
  for (const path of paths) {
    const cells = Object.values(sides).map((side) => {
      const measured = side.get(path);
      return measured ? `${measured.ms.toFixed(0)} (${measured.calls})` : "–";
    });
    lines.push([path, ...cells]);
  }
  return lines
    .map(([name = "", ...cells]) => `  ${name.padEnd(14)}${cells.map((cell) => cell.padStart(16)).join("")}\n`)
    .join("");
}
