// What an instance's life asks of the engine: what takes it long (archives, containers of crew's own) no more often than it must.
import type { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readArchive } from "../../../src/runtimes/docker/archive.ts";
import { beginIn, type DockerHarness, dockerHarness } from "../docker-harness.ts";
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
  expect(await slowCalls(() => beginIn(harness, "one"))).toEqual([
    "GET /containers/hub/archive",
    "POST /containers/create",
    "POST /containers/create",
    "POST /containers/one/start",
    "POST /networks/create",
    "PUT /containers/hub/archive",
    "PUT /containers/hub/archive",
    "PUT /containers/one/archive",
  ]);
});

test("a volume that is made for an instance has all that this one needs written beside, and its network made", async () => {
  const { container, runtime, start } = harness;
  if (!container) throw new Error("no container to make");
  const next = { role: "one", environment: { LEVEL: "debug" }, container };
  const make = async (spec: typeof next) => {
    await runtime.createVolume({ role: "one", branch: "feature/one", start, next });
    const made = await slowCalls(() => runtime.createInstance(spec));
    const seen = (await runtime.observe()).instances.get("one");
    await runtime.removeInstance("one");
    await runtime.removeVolume("one");
    return { made, seen };
  };
  const told = await make(next);
  expect(told.made).toEqual(["POST /containers/create"]);
  expect(told.seen?.spec).toEqual(next);
  // Another one than it was told of is not given what was meant for that.
  const other = { ...next, environment: { LEVEL: "info" } };
  const others = await make(other);
  expect(others.made).toEqual(["POST /containers/create", "PUT /containers/hub/archive"]);
  expect(others.seen?.spec).toEqual(other);
});

test("instances that are made together share the archives of the hub", async () => {
  const { container, runtime, start } = harness;
  if (!container) throw new Error("no container to make");
  const roles = ["one", "two", "three", "four", "five", "six"];
  const calls = await slowCalls(async () => {
    await Promise.all(roles.map((role) => runtime.createVolume({ role, branch: `feature/${role}`, start })));
    await Promise.all(roles.map((role) => runtime.createInstance({ role, environment: { ROLE: role }, container })));
  });
  const hubs = calls.filter((call) => call.includes("/containers/hub/"));
  // Each by itself would take one to read, and two to write.
  expect(hubs.filter((call) => call.startsWith("PUT")).length).toBeLessThan(2 * roles.length);
  expect(hubs.filter((call) => call.startsWith("GET")).length).toBeLessThan(roles.length);
  const { instances } = await runtime.observe();
  expect(
    [...instances.values()].map(({ role, spec, mail }) => [role, spec.environment, mail === "unreadable"]),
  ).toEqual(expect.arrayContaining(roles.map((role) => [role, { ROLE: role }, false])));
});

test("a role that has done nothing goes, folder and all, without a look into its clone", async () => {
  await beginIn(harness, "one");
  await untilIdle("one");
  let isRescued = true;
  const calls = await slowCalls(async () => {
    ({ isRescued } = await takenDown("one"));
  });
  expect(calls).toEqual(["DELETE /networks/…", "GET /containers/hub/archive", "POST /containers/one/stop"]);
  expect(isRescued).toBe(false);
  expect(await harness.left()).toEqual([]);
});

test("roles that go with all others are asked nothing that the look has told", async () => {
  const roles = ["one", "two"];
  for (const role of roles) await beginIn(harness, role);
  for (const role of roles) await untilIdle(role);
  const runtime = harness.again();
  const stopped = await callsOf(harness, async () => {
    await Promise.all(roles.map((role) => runtime.stopInstance(role, { graceMs: 10_000, leavesRescue: true })));
    await runtime.observe();
  });
  // All mailboxes in one archive, and once.
  expect(stopped.filter((call) => /archive$/.test(call))).toEqual(["GET /containers/hub/archive"]);
  const removed = await callsOf(harness, async () => {
    for (const role of roles) expect(await runtime.rescue(role)).toBe(false);
    await Promise.all(roles.map((role) => runtime.removeInstance(role, { leavesShared: true })));
    await Promise.all(roles.map((role) => runtime.removeVolume(role)));
  });
  expect(removed.filter((call) => /^(GET|HEAD) .*\b(one|two)\b/.test(call))).toEqual([]);
  expect(removed.filter((call) => /^DELETE \/containers\/(?!hub)/.test(call))).toHaveLength(2);
  expect(await harness.left()).toEqual([]);
});

test("what goes without the project's shared things leaves them to the end", async () => {
  await beginIn(harness, "one");
  await untilIdle("one");
  const runtime = harness.again();
  await runtime.stopInstance("one", { graceMs: 10_000, leavesRescue: true });
  await runtime.removeInstance("one", { leavesShared: true });
  expect((await harness.left()).filter((each) => /[./-](hub|network)$/.test(each))).toHaveLength(2);
  await runtime.clear();
  expect((await harness.left()).filter((each) => !each.startsWith("volume "))).toEqual([]);
});

test("roles that go together while another stays empty their mailboxes in one archive", async () => {
  const { container, engine, project, runtime, start } = harness;
  if (!container) throw new Error("no container to make");
  const roles = ["one", "two", "three"];
  await Promise.all(
    ["stays", ...roles].map((role) => runtime.createVolume({ role, branch: `feature/${role}`, start })),
  );
  await Promise.all(["stays", ...roles].map((role) => runtime.createInstance({ role, environment: {}, container })));
  await Promise.all(roles.map((role) => runtime.startInstance(role)));
  for (const role of roles) await untilIdle(role);
  await Promise.all(roles.map((role) => runtime.stopInstance(role, { graceMs: 10_000 })));
  await Promise.all(roles.map((role) => runtime.removeInstance(role)));
  const calls = await slowCalls(() => Promise.all(roles.map((role) => runtime.removeVolume(role))));
  // One that is ready before the others, and all others.
  expect(calls.filter((call) => call.startsWith("PUT")).length).toBeLessThanOrEqual(2);
  const hub = engine.getContainer(
    (await harness.left()).find((each) => /[.-]hub$/.test(each))?.slice("container /".length) ?? project,
  );
  const slots = await readArchive((await hub.getArchive({ path: "/mail/slots" })) as Readable, {
    fileBytes: 1_000_000,
    totalBytes: 4_000_000,
  });
  if (slots.kind !== "whole") throw new Error(slots.kind);
  const mailboxes = [...slots.entries.keys()].filter((name) => name.endsWith("/inbox"));
  expect(mailboxes).toEqual([expect.stringMatching(/^slots\/stays@/)]);
}, 60_000);

test("what a role has done is kept all the same, and its folder goes without another look", async () => {
  await beginIn(harness, "one");
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
  expect(calls).toEqual(["DELETE /networks/…", "GET /containers/hub/archive", "POST /containers/one/stop"]);
  expect(isRescued).toBe(true);
});

test("one that is replaced for its environment leaves what the project shares, and is not tried out first", async () => {
  const { container } = harness;
  await beginIn(harness, "one");
  await untilIdle("one");
  const next = { role: "one", environment: { LEVEL: "debug" }, ...(container && { container }) };
  const all = await callsOf(harness, async () => {
    const again = harness.again();
    await again.stopInstance("one", { graceMs: 10_000, next });
    await again.removeInstance("one", { isReplaced: true });
    await again.createInstance(next);
    await again.startInstance("one");
  });
  // What it stood on was in use until now: of that only what was kept is asked for.
  expect(all.filter((call) => call.startsWith("HEAD"))).toEqual(["HEAD /containers/hub/archive"]);
  expect(all.filter((call) => slow.test(call)).sort()).toEqual([
    "POST /containers/create",
    "POST /containers/one/start",
    "POST /containers/one/stop",
    "PUT /containers/hub/archive",
  ]);
});

test("what was left for one that never came is cleared away, and nothing as long as one is there", async () => {
  const { runtime } = harness;
  await beginIn(harness, "one");
  await untilIdle("one");
  await runtime.clear();
  expect(await harness.left()).toHaveLength(7);
  await runtime.stopInstance("one", { graceMs: 10_000 });
  await runtime.removeInstance("one", { isReplaced: true });
  expect(await harness.left()).toHaveLength(6);
  await runtime.clear();
  expect((await harness.left()).filter((each) => !each.startsWith("volume "))).toEqual([]);
});
