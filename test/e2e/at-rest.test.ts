// A project whose epic has landed: its roles are there until `down`, and do as they are told. The real program.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

test("roles with nothing left to do stop, start, pause and restart", async () => {
  const bench = aBench({
    "crew.yaml": `name: rest
epic: {title: Rest, base: main}
runtime: process
tracker: git
tasks: {one: {title: One, role: dev}}
roles: {dev: {agent: {command: echo 1 > one.txt}}}
`,
  });
  open.push(bench);
  const up = await bench.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect((await bench.crew(["land"])).code).toBe(0);
  const told = async (word: string) => {
    const { code, stderr } = await bench.crew([word, "dev"]);
    expect(code, stderr).toBe(0);
    const { stdout } = await bench.crew(["ps", "-a", "--format", "json"]);
    return (JSON.parse(stdout) as readonly { readonly state: string }[]).map(({ state }) => state);
  };
  expect(await told("stop")).toEqual(["exited"]);
  expect(await told("start")).toEqual(["running"]);
  expect(await told("pause")).toEqual(["paused"]);
  expect(await told("unpause")).toEqual(["running"]);
  expect(await told("restart")).toEqual(["running"]);
  expect((await bench.crew(["down"])).code).toBe(0);
});
