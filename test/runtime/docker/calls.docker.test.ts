// What an instance's life asks of the engine: what takes it long (archives, containers of crew's own) no more often than it must.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";
import { callsOf } from "./calls.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close());

/** An engine answers these in tens of milliseconds, all others in a few. */
const slow = /^(PUT|GET) .*\/archive$|^POST \/containers\/|^(POST|DELETE) \/networks\//;

async function slowCalls(work: () => Promise<unknown>): Promise<readonly string[]> {
  const calls = await callsOf(harness, work);
  return calls.flatMap((call) => (slow.test(call) ? [call.replace(/[0-9a-f]{64}$/, "…")] : [])).sort();
}

async function begin(role: string): Promise<void> {
  const { container, runtime, start } = harness;
  if (!container) throw new Error("no container to make");
  await runtime.createVolume({ role, branch: `feature/${role}`, start });
  await runtime.createInstance({ role, environment: {}, container });
  await runtime.startInstance(role);
}

async function untilIdle(role: string): Promise<void> {
  await expect
    .poll(async () => (await harness.runtime.observe()).instances.get(role)?.mail, { timeout: 15_000 })
    .toMatchObject({ status: { phase: "idle" } });
}

async function takenDown(role: string): Promise<{ readonly isRescued: boolean }> {
  const runtime = harness.again();
  await runtime.stopInstance(role, { graceMs: 10_000 });
  await runtime.observe();
  const isRescued = await runtime.rescue(role);
  await runtime.removeInstance(role);
  await runtime.removeVolume(role);
  return { isRescued };
}

test("the first instance takes one archive for each volume that it finds something in", async () => {
  expect(await slowCalls(() => begin("one"))).toEqual([
    "GET /containers/hub/archive",
    "POST /containers/create",
    "POST /containers/create",
    "POST /containers/one/start",
    "POST /networks/create",
    "PUT /containers/hub/archive",
    "PUT /containers/hub/archive",
    "PUT /containers/hub/archive",
    "PUT /containers/one/archive",
  ]);
});

test("a role that has done nothing goes, folder and all, without a look into its clone", async () => {
  await begin("one");
  await untilIdle("one");
  let isRescued = true;
  const calls = await slowCalls(async () => {
    ({ isRescued } = await takenDown("one"));
  });
  expect(calls).toEqual([
    "DELETE /networks/…",
    "GET /containers/hub/archive",
    "GET /containers/hub/archive",
    "POST /containers/one/stop",
  ]);
  expect(isRescued).toBe(false);
  expect(await harness.left()).toEqual([]);
});

test("what a role has done is kept all the same, and its folder goes without another look", async () => {
  await begin("one");
  await untilIdle("one");
  await harness.runtime.execDetached("one", { argv: ["sh", "-c", "echo more >more"], environment: {} });
  await expect.poll(() => harness.runtime.kindAt("one", "/crew/work/more")).toBe("other");
  await harness.runtime.stopInstance("one", { graceMs: 10_000 });
  await harness.runtime.startInstance("one");
  await untilIdle("one");
  let isRescued = false;
  const calls = await slowCalls(async () => {
    ({ isRescued } = await takenDown("one"));
  });
  expect(calls).toEqual([
    "DELETE /networks/…",
    "GET /containers/hub/archive",
    "GET /containers/hub/archive",
    "POST /containers/one/stop",
  ]);
  expect(isRescued).toBe(true);
});

test("one that is replaced for its environment leaves what the project shares, and is not tried out first", async () => {
  const { container, runtime } = harness;
  await begin("one");
  await untilIdle("one");
  const next = { role: "one", environment: { LEVEL: "debug" }, ...(container && { container }) };
  const calls = await slowCalls(async () => {
    await runtime.stopInstance("one", { graceMs: 10_000, next });
    await runtime.removeInstance("one", { isReplaced: true });
    await runtime.createInstance(next);
    await runtime.startInstance("one");
  });
  expect(calls).toEqual([
    "GET /containers/hub/archive",
    "POST /containers/create",
    "POST /containers/one/start",
    "POST /containers/one/stop",
    "PUT /containers/hub/archive",
  ]);
});

test("what was left for one that never came is cleared away, and nothing as long as one is there", async () => {
  const { runtime } = harness;
  await begin("one");
  await untilIdle("one");
  await runtime.clear();
  expect(await harness.left()).toHaveLength(7);
  await runtime.stopInstance("one", { graceMs: 10_000 });
  await runtime.removeInstance("one", { isReplaced: true });
  expect(await harness.left()).toHaveLength(6);
  await runtime.clear();
  expect((await harness.left()).filter((each) => !each.startsWith("volume "))).toEqual([]);
});
