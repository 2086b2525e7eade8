// crew run on the process runtime, by the real program: a command in an instance of its own, of which nothing is left.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { runScenarios } from "./run-scenarios.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

runScenarios(
  (files) => {
    const made = aBench(files);
    open.push(made);
    return made;
  },
  async (made) => made.find("crew/*/roles/*"),
);

test("what cannot be run says why, and leaves nothing", async () => {
  const made = aBench({
    "crew.yaml":
      "name: run\nepic: {title: Run, base: main}\nruntime: process\ntracker: git\nroles: {dev: {agent: {command: 'true'}}}\n",
  });
  open.push(made);
  const said = async (...args: readonly string[]) => {
    const { code, stderr } = await made.crew(["run", ...args]);
    return [code, stderr];
  };
  expect(await said("dve", "true")).toEqual([
    1,
    "! There is no role dve in crew.yaml\n  Did you mean dev? Roles: dev\n",
  ]);
  expect(await said("-u", "root", "dev", "true")).toEqual([
    1,
    "! runtime: process runs everything as you.\n  Leave out --user\n",
  ]);
  expect(await said("-e", "=x", "dev", "true")).toEqual([1, expect.stringContaining("=x names no variable.")]);
  expect(await said("dev", "no-such")).toEqual([
    127,
    expect.stringMatching(/^! dev\.run-[0-9a-f]+: no-such: there is no/),
  ]);
  expect(made.find("crew/*/roles/*")).toEqual([]);
});
