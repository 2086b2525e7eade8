// How crew start and restart look on until a role and its services run: what looks as if it had failed is believed once it stays so.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { follow, mustHaveServices } from "../../src/cli/driving/follow.ts";
import type { GlobalFlags } from "../../src/cli/flags.ts";
import type { Invocation } from "../../src/cli/invocation.ts";
import type { ViewedProject } from "../../src/cli/project/opened.ts";
import type { Engine } from "../../src/execute/engine.ts";
import { pass } from "../../src/execute/pass.ts";
import type { Runtime } from "../../src/ports/runtime.ts";
import { aCrew, aRole, aService } from "../builders/crew.ts";
import { fakeBeads } from "../fakes/beads.ts";
import { fakeRemote } from "../fakes/remote.ts";
import { fakeRepository } from "../fakes/repository.ts";
import { fakeStore } from "../fakes/repository-store.ts";
import { fakeRuntime } from "../fakes/runtime.ts";

const owner = { kind: "role", role: "dev" } as const;
const crew = aCrew(aRole("dev", { services: [aService("db")] }));
const flags = { progress: "quiet", color: "never", lockTimeout: 1, verbose: false } as unknown as GlobalFlags;
const invocation = {
  argv: ["restart", "dev"],
  environment: {},
  stderr: new PassThrough(),
  stdout: new PassThrough(),
  signal: new AbortController().signal,
} as unknown as Invocation;

/** All ran, and has ended. `onLook`: told before each look at it, the first being 1. */
async function ended(onLook: (look: number, runtime: Runtime) => Promise<void>) {
  const clock = { nowMs: () => 1_000, sleep: async () => await new Promise<void>((done) => setImmediate(done)) };
  const store = fakeStore({ shared: "start" });
  const fake = fakeRuntime({ nowMs: clock.nowMs, work: () => undefined, gate: () => undefined });
  let looks = 0;
  const runtime: Runtime = {
    ...fake,
    observe: async (...asked) => {
      looks += 1;
      await onLook(looks, fake);
      return await fake.observe(...asked);
    },
  };
  const engine: Engine = {
    project: "shop",
    repository: fakeRepository({ store }),
    remote: fakeRemote(store),
    runtime,
    beads: fakeBeads({ clock, actor: "crew", store: new Map() }),
    clock,
  };
  const isRunning = async () => (await fake.observe()).instances.get("dev")?.running === true;
  const planOptions = { startedAtMs: 0, allowRedBase: true };
  const options = { planOptions, memory: new Map(), command: "crew up", lockTimeoutMs: 0, isDue: () => true };
  for (let n = 0; n < 10 && !(await isRunning()); n += 1)
    await pass({ ...engine, runtime: fake }, crew, { ...options, signal: invocation.signal });
  expect(await isRunning()).toBe(true);
  await fake.stopInstance("dev", { graceMs: 0 });
  await fake.stopService(owner, "db");
  const project = { engine, crew } as unknown as ViewedProject;
  const following = async () => await follow(invocation, flags, { project, roles: ["dev"], state: "none" });
  return { following, isRunning, looks: () => looks };
}

test("what a driver is about to start is waited for", async () => {
  const { following, isRunning } = await ended(async (look, runtime) => {
    if (look === 6) await runtime.startService(owner, "db");
  });
  const passed = await following();
  expect(await isRunning()).toBe(true);
  mustHaveServices(crew, ["dev"], passed);
});

test("what nobody starts is said to have failed, after a while", async () => {
  const { following, isRunning, looks } = await ended(async () => {});
  const passed = await following();
  expect([await isRunning(), looks()]).toEqual([false, 9]);
  expect(() => mustHaveServices(crew, ["dev"], passed)).toThrow("dev is not started: Service dev/db ended with 143");
});
