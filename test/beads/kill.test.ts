// Writers that are real processes: eight at once lose nothing, and one that is killed leaves a chain that can be read.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gitBeads } from "../../src/beads/git/tracker.ts";
import { aBead, steppingClock } from "./beads.ts";
import { gitRunner, type ScratchRepository, scratchRepository } from "./git-runner.ts";

let repository: ScratchRepository;
let program: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  repository = scratchRepository();
  program = join(repository.path, ".git/writer-process.mjs");
  const source = fileURLToPath(new URL("./writer-process.ts", import.meta.url));
  buildSync({ entryPoints: [source], outfile: program, bundle: true, platform: "node", format: "esm" });
});
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
  repository.remove();
});

const start = (...args: readonly string[]) => {
  const child = spawn(process.execPath, [program, repository.path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const said = { text: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    said.text += chunk.toString();
  });
  return { child, ended: once(child, "close"), ids: () => said.text.split("\n").slice(0, -1) };
};
const beads = async () =>
  await gitBeads({ git: gitRunner(repository.path), clock: steppingClock(), actor: "reader" }).snapshot();

test("eight processes lose nothing", async () => {
  const writers = Array.from({ length: 8 }, (_, n) => start(`w${n}`, "3"));
  for (const writer of writers) expect(await writer.ended).toEqual([0, null]);
  expect([...(await beads()).keys()].sort()).toEqual(writers.flatMap((writer) => writer.ids()).sort());
  expect((await beads()).size).toBe(24);
}, 60_000);

test("what a killed process had written is there, the rest is not, and the next process goes on", async () => {
  for (let round = 0; round < 10; round += 1) {
    const writer = start(`r${round}`);
    const killAt = 2 + (round % 3);
    while (writer.ids().length < killAt) await Promise.race([once(writer.child.stdout, "data"), writer.ended]);
    // A different instant of the next write each time.
    for (let turn = 0; turn < round * 40; turn += 1) await new Promise(setImmediate);
    writer.child.kill("SIGKILL");
    expect(await writer.ended).toEqual([null, "SIGKILL"]);
    const there = [...(await beads()).keys()].filter((id) => id.startsWith(`r${round}-`));
    const said = writer.ids();
    // A git process that had begun outlives its parent: the write in hand may have come through.
    expect([said, [...said, `r${round}-${said.length}`]]).toContainEqual(there.sort(byNumber));
  }
  expect(repository.git("fsck", "--strict", "--no-dangling")).toBe("");
  await gitBeads({ git: gitRunner(repository.path), clock: steppingClock(), actor: "after" }).create(aBead("after-1"));
  expect((await beads()).has("after-1")).toBe(true);
  expect(repository.git("status", "--porcelain")).toBe("");
}, 60_000);

function byNumber(a: string, b: string): number {
  return Number(a.split("-")[1]) - Number(b.split("-")[1]);
}
