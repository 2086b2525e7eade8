// A pass whose images take long: whatever else is due is done meanwhile, and the write lock is free for everybody else.
import { expect, test } from "vitest";
import type { Engine } from "../../src/execute/engine.ts";
import { type PassOptions, pass } from "../../src/execute/pass.ts";
import type { ContainerSpec } from "../../src/model/container.ts";
import type { RuntimeState } from "../../src/model/world.ts";
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

/** `near` drifted, and a person is at its session, which only its mail says. `more`: what else a look sees. */
async function attended(more: Partial<RuntimeState> = {}) {
  const { engine, rival, bring } = opened();
  bring();
  const near = (environment: Record<string, string>) =>
    aCrew(aRole("near", { container: image("here:1"), environment }));
  await pass(engine, near({}), options);
  const looks: string[] = [];
  const runtime: Runtime = {
    ...engine.runtime,
    observe: async (wanted, look) => {
      const isLeft = look?.leavesMail === true;
      looks.push(isLeft ? "left" : "read");
      const state = await engine.runtime.observe(wanted);
      const [instance] = state.instances.values();
      if (!instance || instance.mail === "unreadable") throw new Error("near has no mail");
      const status = { ...instance.mail.status, phase: "attached" as const };
      const seen = isLeft ? ("unreadable" as const) : { ...instance.mail, status };
      const instances = new Map([["near", { ...instance, mail: seen }]]);
      return { ...state, ...more, instances, ...(isLeft && { isMailLeft: true as const }) };
    },
  };
  const { repository } = engine;
  const lease: typeof repository.lease = (project, name) => {
    const held = repository.lease(project, name);
    const acquire: typeof held.acquire = async (command) => {
      looks.push(`takes ${name}`);
      return await held.acquire(command);
    };
    return { ...held, acquire };
  };
  const isDue: PassOptions["isDue"] = ({ kind }) => kind.startsWith("instance.");
  const passing = () =>
    pass({ ...engine, runtime, repository: { ...repository, lease } }, near({ CHANGED: "1" }), {
      ...options,
      isDue,
      leavesMail: true,
    });
  return { rival, looks, passing };
}

const left = [
  {
    subject: "instance near",
    cause: "environment.CHANGED: (unset) → 1; branch and work kept; replaced after its turn",
    isPutOff: true,
  },
];

test("nobody waits for a lock to find out that whoever is to be replaced is not now", async () => {
  const { rival, looks, passing } = await attended();
  const lock = rival.repository.lease("p", "lock");
  expect(await lock.acquire("crew land")).toEqual({ held: true });
  const { walked, plan } = await passing();
  expect([walked, plan.notes.filter(({ isPutOff }) => isPutOff)]).toEqual([undefined, left]);
  expect(looks).toEqual(["left", "read"]);
});

test("while work goes on mailboxes are looked into before the lock is taken for a replacement", async () => {
  const gates = new Map([["k.1", { key: "k.1", gate: "test", running: true }]]);
  const { looks, passing } = await attended({ gates });
  expect((await passing()).walked).toBeUndefined();
  expect(looks).toEqual(["left", "read"]);
});

test("where nobody has the lock it is taken at once, and mailboxes are looked into under it", async () => {
  const { looks, passing } = await attended();
  const { walked, plan } = await passing();
  expect([walked?.done, plan.notes.filter(({ isPutOff }) => isPutOff)]).toEqual([[], left]);
  expect(looks).toEqual(["left", "takes lock", "read"]);
});
