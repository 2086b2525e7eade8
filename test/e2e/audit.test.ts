// The proof of the landing itself: which gates judged exactly the tree that base moved to. The real program on real git.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

async function merged(): Promise<Bench> {
  const bench = aBench({
    "crew.yaml": `name: proof
epic: {title: Proof, base: main}
runtime: process
tracker: git
tasks: {one: {title: One, role: dev}}
gates:
  quick: {run: "true", on: [candidate]}
  whole: {run: "test -e crew.yaml", on: [land]}
roles: {dev: {agent: {command: echo 1 > one.txt}}}
`,
  });
  open.push(bench);
  const up = await bench.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  return bench;
}

async function epicOf(bench: Bench) {
  const { code, stdout } = await bench.crew(["audit", "--format", "json"]);
  const { beads } = JSON.parse(stdout) as {
    beads: { evidence: string; in: string; state: string; gates: { gate: string; result: string }[] }[];
  };
  const [epic] = beads;
  return [code, epic?.state, epic?.evidence, epic?.in, epic?.gates.map(({ gate, result }) => `${gate} ${result}`)];
}

test("of a fast-forward every verdict on the tip's tree is told, also after down", async () => {
  const bench = await merged();
  expect((await bench.crew(["land"])).code).toBe(0);
  const proven = [0, "proven", bench.git("rev-parse", "main"), "main", ["quick green", "whole green"]];
  expect(await epicOf(bench)).toEqual(proven);
  expect((await bench.crew(["down"])).code).toBe(0);
  expect(await epicOf(bench)).toEqual(proven);
});

test("of a merge into a base that moved those that its commit names are told, in the report too, whatever came later", async () => {
  const bench = await merged();
  bench.write("moved.txt", "moved\n");
  bench.commit("Move base");
  const land = await bench.crew(["land"]);
  expect(land.code, land.stderr).toBe(0);
  const landing = bench.git("rev-parse", "main");
  bench.write("later.txt", "later\n");
  bench.commit("Go on");
  expect(await epicOf(bench)).toEqual([0, "proven", landing, "main", ["whole green"]]);
  expect((await bench.crew(["down"])).code).toBe(0);
  const { code, stdout } = await bench.crew(["audit", "--report", "audit.md"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`${landing.slice(0, 7)}; in main; whole green\n`)]);
  expect(readFileSync(join(bench.repository, "audit.md"), "utf8")).toMatch(
    new RegExp(`^\\| proof-\\S+ Proof \\| proven \\| \`${landing}\` \\| main \\| whole green \\|$`, "m"),
  );
});
