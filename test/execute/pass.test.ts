// A pass whose images take long: whatever else is due is done meanwhile, and the write lock is free for everybody else.
import { expect, test } from "vitest";
import type { Engine } from "../../src/execute/engine.ts";
import { type PassOptions, pass } from "../../src/execute/pass.ts";
import type { ContainerSpec } from "../../src/model/container.ts";
import type { Runtime } from "../../src/ports/runtime.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { fakeBeads } from "../fakes/beads.ts";
import { fakeRemote } from "../fakes/remote.ts";
import { fakeRepository } from "../fakes/repository.ts";
import { fakeStore } from "../fakes/repository-store.ts";
import { fakeRuntime } from "../fakes/runtime.ts";

const image = (name: string): ContainerSpec => ({
  image: name,
  cpus: 1,
  memoryBytes: 2 ** 30,
  pids: 64,
  readOnly: false,
});

/** No order is delivered and no gate begun here. */
const unasked = () => {
  throw new Error("nothing was to be done");
};

function opened() {
  const clock = { nowMs: () => 1_000, sleep: async () => await new Promise<void>((done) => setImmediate(done)) };
  const store = fakeStore({ shared: "start" });
  const fake = fakeRuntime({ nowMs: clock.nowMs, work: unasked, gate: unasked });
  const present = new Map([["here:1", "sha256:here"]]);
  let bring = () => {};
  const bringing = new Promise<void>((resolve) => {
    bring = resolve;
  });
  const pulled: string[] = [];
  const runtime: Runtime = {
    ...fake,
    observe: async () => ({ ...(await fake.observe()), images: present }),
    pullImage: async (name) => {
      pulled.push(name);
      await bringing;
      present.set(name, "sha256:brought");
    },
  };
  const engine: Engine = {
    project: "p",
    repository: fakeRepository({ store }),
    remote: fakeRemote(store),
    runtime,
    beads: fakeBeads({ clock, actor: "crew", store: new Map() }),
    clock,
  };
  const holder = { host: "here", pid: 2, startTime: "2" };
  const rival: Engine = { ...engine, repository: fakeRepository({ store, holder }) };
  return { engine, rival, runtime, pulled, bring: () => bring() };
}

const crew = aCrew(aRole("far", { container: image("far:1") }), aRole("near", { container: image("here:1") }));

const options: PassOptions = {
  planOptions: { startedAtMs: 0, allowRedBase: true },
  memory: new Map(),
  command: "crew up",
  lockTimeoutMs: 0,
  signal: new AbortController().signal,
  isDue: () => true,
};

test("mailboxes that the first look leaves are read under the lock", async () => {
  const { engine, bring } = opened();
  bring();
  const looks: (boolean | undefined)[] = [];
  const runtime: Runtime = {
    ...engine.runtime,
    observe: (wanted, look) => {
      looks.push(look?.leavesMail);
      return engine.runtime.observe(wanted);
    },
  };
  const onlyNear = aCrew(aRole("near", { container: image("here:1") }));
  const passing = () => pass({ ...engine, runtime }, onlyNear, { ...options, leavesMail: true });
  expect((await passing()).walked?.done.map(({ id }) => id)).toContain("instance.start:near");
  expect(looks).toEqual([true, false]);
});

test("the lock is free while an image is brought, and all else is done", async () => {
  const { engine, rival, runtime, pulled, bring } = opened();
  let passing = pass(engine, crew, options);
  await expect.poll(() => pulled).toEqual(["far:1"]);
  expect([...(await runtime.observe()).instances.keys()]).toEqual(["near"]);
  const lock = rival.repository.lease(engine.project, "lock");
  await expect.poll(() => lock.acquire("crew tell")).toEqual({ held: true });
  await lock.release();
  bring();
  expect((await passing).walked?.done.map(({ id }) => id)).toContain("image.pull:far:1");
  passing = pass(engine, crew, options);
  expect((await passing).walked?.done.map(({ id }) => id)).toContain("instance.create:far");
});

test("two that want the same image bring it once", async () => {
  const { engine, rival, pulled, bring } = opened();
  const both = [pass(engine, crew, options), pass(rival, crew, { ...options, lockTimeoutMs: 10_000 })];
  await expect.poll(() => pulled).toEqual(["far:1"]);
  bring();
  await Promise.all(both);
  expect(pulled).toEqual(["far:1"]);
});
