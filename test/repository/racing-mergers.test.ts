// Merging stands on compare-and-swap, not on the write lock: processes that race without it lose nothing and merge nothing
// twice. Whoever loses looks again, and ends well.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Oid } from "../../src/model/names.ts";
import { type GitBench, gitBench } from "./git-bench.ts";
import { overBase, treeCommit, wholeTree } from "./tree-commits.ts";

const mergers = 8;
const candidates = 100;

let bench: GitBench;
let program: string;
beforeEach(async () => {
  bench = await gitBench();
  program = join(bench.root, "merger-process.mjs");
  const source = fileURLToPath(new URL("./merger-process.ts", import.meta.url));
  buildSync({ entryPoints: [source], outfile: program, bundle: true, platform: "node", format: "esm" });
});
afterEach(() => bench.close());

const nameOf = (n: number) => `work/${String(n).padStart(3, "0")}.txt`;

/** Each adds a file, and a line at the same place of the changelog. */
function prepare(): readonly Oid[] {
  return Array.from({ length: candidates }, (_, n) =>
    treeCommit(bench, { parents: [bench.base], entries: { [nameOf(n)]: `${n}\n`, "CHANGELOG.md": `- ${n}\n` } }),
  );
}

async function race(sources: readonly Oid[]) {
  const file = join(bench.root, "sources.json");
  writeFileSync(file, JSON.stringify(sources));
  const running = Array.from({ length: mergers }, async (_, turn) => {
    const argv = [program, bench.work, file, String(turn)];
    const child = spawn(process.execPath, argv, { env: bench.environment, stdio: ["ignore", "pipe", "pipe"] });
    const [ended, said, complaints] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
    return { ended, complaints, ...(ended[0] === 0 ? (JSON.parse(said) as { won: number; lost: number }) : {}) };
  });
  return await Promise.all(running);
}

test("eight processes make a chain of a hundred merges, none of them twice", async () => {
  const { base, git, work, repository } = bench;
  const sources = prepare();
  await repository.pinStart("shop", { to: base });
  await repository.moveTip("shop", "epic", { to: base });
  const ends = await race(sources);
  for (const end of ends) expect(end).toMatchObject({ ended: [0, null], complaints: "" });
  const total = (kind: "won" | "lost") => ends.reduce((sum, end) => sum + (end[kind] ?? 0), 0);
  expect(total("won")).toBeGreaterThanOrEqual(candidates);
  expect(total("lost"), "they did race").toBeGreaterThan(0);

  const tip = (await repository.observe({ project: "shop", branches: new Map() })).tips.get("epic");
  const chain = tip?.chain ?? [];
  expect(chain.map(({ parents }) => parents[0])).toEqual([base, ...chain.slice(0, -1).map(({ oid }) => oid)]);
  expect(chain.map(({ parents }) => parents[1]).toSorted()).toEqual(sources.toSorted());
  const { "CHANGELOG.md": log, ...files } = wholeTree(bench, tip?.oid ?? "none");
  const numbers = Array.from({ length: candidates }, (_, n) => n);
  expect(files).toEqual(overBase(bench, Object.fromEntries(numbers.map((n) => [nameOf(n), `${n}\n`]))));
  expect(String(log).split("\n").toSorted()).toEqual(["", ...numbers.map((n) => `- ${n}`)].toSorted());

  expect(git(work, ["fsck", "--full", "--strict", "--no-dangling"])).toBe("");
  const left = readdirSync(repository.commonDir, { recursive: true, encoding: "utf8" });
  expect(left.filter((path) => path.endsWith(".lock"))).toEqual([]);
}, 120_000);
