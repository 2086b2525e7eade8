// What was compiled for one command is there for the next, in the person's cache folder, on each version of Node by itself; and
// no command needs it.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aBench, type Bench, newestNode } from "./bench.ts";

let bench: Bench;
beforeEach(() => {
  bench = aBench({
    "crew.yaml": "epic: Try\nroles: {one: {agent: {command: 'true'}}}\nruntime: process\ntracker: git\n",
  });
});
afterEach(() => bench.remove());

const kept = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
const ofThisNode = expect.stringContaining(`-${process.version}-${process.platform}-${process.arch}-`);

test("one file for all commands, and none for the version", async () => {
  const folder = join(bench.environment.HOME ?? "", ".cache", "crew");
  expect(await bench.crew(["--version"])).toMatchObject({ code: 0 });
  expect(kept(folder)).toEqual([]);
  for (const args of [["config"], ["config"], ["ps"]]) {
    expect(await bench.crew(args)).toMatchObject({ code: 0, stderr: "" });
    expect(kept(folder)).toEqual([ofThisNode]);
  }
});

test("where XDG_CACHE_HOME says, and nowhere where that cannot be", async () => {
  const home = bench.environment.HOME ?? "";
  const elsewhere = join(home, "elsewhere");
  mkdirSync(elsewhere);
  const first = await bench.crew(["config"], { env: { XDG_CACHE_HOME: elsewhere } });
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(kept(join(elsewhere, "crew"))).toEqual([ofThisNode]);
  const file = join(home, "file");
  writeFileSync(file, "");
  for (const env of [
    { XDG_CACHE_HOME: file },
    { XDG_CACHE_HOME: "/proc" },
    { HOME: file },
    { HOME: join(home, "none") },
  ]) {
    const { code, stdout, stderr } = await bench.crew(["config"], { env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
  }
  expect([existsSync(join(home, ".cache")), existsSync(join(home, "none"))]).toEqual([false, false]);
});

const node = newestNode;
if (node !== undefined) {
  test("the newest Node has its own beside it", async () => {
    const folder = join(bench.environment.HOME ?? "", ".cache", "crew");
    const first = await bench.crew(["config"]);
    for (let n = 0; n < 2; n += 1) {
      expect(await bench.crew(["config"], { node })).toMatchObject({
        code: 0,
        stdout: first.stdout,
        stderr: "",
      });
      expect(kept(folder)).toHaveLength(2);
    }
    for (const name of kept(folder)) rmSync(join(folder, name));
  });
}
