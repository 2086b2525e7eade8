// A look at a project: the same few calls to the engine however many roles there are, and one that a person disturbs sees what
// is there all the same.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Runtime } from "../../../src/ports/runtime.ts";
import { beginIn, type DockerHarness, dockerHarness } from "../docker-harness.ts";
import { order } from "../orders.ts";
import { clock } from "../scratch.ts";
import { callsOf } from "./calls.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close());

test("one call for containers, volumes, images and all mailboxes each", async () => {
  const { container } = harness;
  if (!container) throw new Error("no container to make");
  const looked: (readonly string[])[] = [];
  for (const role of ["one", "two", "three", "four"]) {
    await harness.runtime.createVolume({ role, branch: `feature/${role}`, start: harness.start });
    await harness.runtime.createInstance({ role, environment: {}, container });
    if (role === "one" || role === "four")
      looked.push([...(await callsOf(harness, () => look(container.image)))].sort());
  }
  const calls = ["GET /containers/hub/archive", "GET /containers/json", "GET /images/json", "GET /volumes"];
  expect(looked).toEqual([calls, calls]);
});

test("a hub that is removed in the middle of a look takes nobody's mail with it", async () => {
  const { container, runtime, engine, project } = harness;
  if (!container) throw new Error("no container to make");
  await runtime.createVolume({ role: "one", branch: "feature/one", start: harness.start });
  await runtime.createInstance({ role: "one", environment: {}, container });
  const { modem } = engine;
  const dial = modem.dial;
  let removed = 0;
  modem.dial = (options: { readonly path: string }, callback: Parameters<typeof dial>[1]) => {
    if (!options.path.includes(`${project}.hub/archive`) || removed++ > 0) return dial.call(modem, options, callback);
    modem.dial = dial;
    engine.getContainer(`${project}.hub`).remove({ force: true }, () => dial.call(modem, options, callback));
  };
  const { instances } = await runtime.observe();
  expect(removed).toBe(1);
  expect(instances.get("one")?.mail).toMatchObject({ inbox: [], outbox: [] });
});

test("a look that was announced has all mailboxes read while it finds out whose there are", async () => {
  const { container } = harness;
  if (!container) throw new Error("no container to make");
  await beginIn(harness, "one");
  await until("one", "idle");
  const runtime = harness.again();
  const calls = await callsOf(harness, async () => {
    runtime.expectLook?.("mail");
    const { instances } = await runtime.observe({ images: [container.image] });
    expect(instances.get("one")?.mail).toMatchObject({ inbox: [], outbox: [] });
  });
  expect(calls[0]).toBe(archive);
  expect([...calls].sort()).toEqual([archive, "GET /containers/json", "GET /images/json", "GET /volumes"]);
  // It serves one look.
  expect(await callsOf(harness, () => runtime.observe())).toContain(archive);
});

test("a look may leave the mailboxes unread, and says so", async () => {
  const { container, runtime } = harness;
  if (!container) throw new Error("no container to make");
  await beginIn(harness, "one");
  const calls = await callsOf(harness, async () => {
    const seen = await runtime.observe({ images: [container.image] }, { leavesMail: true });
    expect(seen).toMatchObject({ isMailLeft: true });
    expect(seen.instances.get("one")).toMatchObject({ running: true, mail: "unreadable" });
  });
  expect([...calls].sort()).toEqual(["GET /containers/json", "GET /images/json", "GET /volumes"]);
  expect(await runtime.observe()).not.toHaveProperty("isMailLeft");
});

test("the lists of a look that was announced are asked for at once, and serve one look that comes soon", async () => {
  const { container } = harness;
  if (!container) throw new Error("no container to make");
  await beginIn(harness, "one");
  const all = ["GET /containers/json", "GET /images/json", "GET /volumes"];
  let aheadMs = 0;
  const runtime = harness.again({ ...clock, nowMs: () => clock.nowMs() + aheadMs });
  const look = () => runtime.observe({ images: [container.image] }, { leavesMail: true });
  const announced = await callsOf(harness, async () => {
    runtime.expectLook?.("lists");
    const { instances, images } = await look();
    expect(instances.get("one")).toMatchObject({ running: true, mail: "unreadable" });
    expect(images?.has(container.image)).toBe(true);
  });
  expect([...announced].sort()).toEqual(all);
  expect([...(await callsOf(harness, look))].sort()).toEqual(all);
  const late = await callsOf(harness, async () => {
    runtime.expectLook?.("lists");
    aheadMs = 2_001;
    await look();
  });
  expect([...late].sort()).toEqual([...all, ...all].sort());
});

test("what was read early counts for nobody who ended, or was made, after it", async () => {
  const { runtime, start } = harness;
  await beginIn(harness, "one");
  await until("one", "idle");
  const stopped = await readBefore(async () => await runtime.stopInstance("one", { graceMs: 10_000 }));
  expect(await mailOf(stopped, "one")).toMatchObject({ status: { phase: "stopped" } });
  await runtime.startInstance("one");
  await until("one", "idle");
  const joined = await readBefore(() => beginIn(harness, "two"));
  expect(await mailOf(joined, "two")).toMatchObject({ inbox: [] });
  // Whoever had to wait before it looked does not see what was before that.
  let aheadMs = 0;
  const late = await readBefore(
    async () => {
      await runtime.deliver("one", order("b-1.1.1", "sleep 60", start));
      await until("one", "working");
      aheadMs = 2_001;
    },
    { ...clock, nowMs: () => clock.nowMs() + aheadMs },
  );
  expect(await mailOf(late, "one")).toMatchObject({ status: { phase: "working" } });
});

const archive = "GET /containers/hub/archive";

async function until(role: string, phase: "idle" | "working"): Promise<void> {
  await expect.poll(() => mailOf(harness.runtime, role), { timeout: 15_000 }).toMatchObject({ status: { phase } });
}

/** A runtime that has read the mail before the work was done. */
async function readBefore(work: () => Promise<void>, own?: Clock): Promise<Runtime> {
  const runtime = harness.again(own);
  const { modem } = harness.engine;
  const dial = modem.dial;
  const hasRead = new Promise<void>((resolve) => {
    modem.dial = (options: Parameters<typeof dial>[0], answered: (...all: unknown[]) => void) =>
      dial.call(modem, options, (...all: unknown[]) => {
        answered(...all);
        resolve();
      });
  });
  runtime.expectLook?.("mail");
  await hasRead.finally(() => {
    modem.dial = dial;
  });
  await work();
  return runtime;
}

async function mailOf(runtime: Runtime, role: string) {
  return (await runtime.observe()).instances.get(role)?.mail;
}

async function look(image: string): Promise<void> {
  const { instances } = await harness.again().observe({ images: [image] });
  expect(instances.size).toBeGreaterThan(0);
}
