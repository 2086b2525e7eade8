// Volumes that somebody removes between crew's look and the engine's making: they come back as crew's own, and are mounted.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close(), 60_000);

async function aVolume(): Promise<void> {
  await harness.runtime.createVolume({ role: "dev", branch: "feature/dev", start: harness.start });
}

async function create(): Promise<void> {
  const { runtime, container } = harness;
  if (!container) throw new Error("a docker harness has a container");
  await runtime.createInstance({ role: "dev", environment: {}, container });
}

/** Just before the engine is asked to make the container. */
function beforeItIsMade(strike: () => Promise<unknown>): void {
  const { modem } = harness.engine;
  const dial = modem.dial;
  modem.dial = (options: { readonly path: string }, callback: Parameters<typeof dial>[1]) => {
    if (!options.path.startsWith("/containers/create?")) return dial.call(modem, options, callback);
    modem.dial = dial;
    void strike().finally(() => dial.call(modem, options, callback));
  };
}

test("the role's own and its slot's", async () => {
  const { engine, project, runtime } = harness;
  await aVolume();
  const names = [`${project}-dev`, `${project}-dev.mail`];
  const seen = () => Promise.all(names.map((name) => engine.getVolume(name).inspect()));
  const before = await seen();
  beforeItIsMade(() => Promise.all(names.map((name) => engine.getVolume(name).remove())));
  await create();
  const after = await seen();
  expect(after.map(({ Labels, Options }) => [Labels, Options ?? {}])).toEqual(
    before.map(({ Labels, Options }) => [Labels, Options ?? {}]),
  );
  await runtime.startInstance("dev");
  expect((await runtime.observe()).instances.get("dev")?.running).toBe(true);
});

test("all mail, after the container was made", async () => {
  const { engine, project, runtime } = harness;
  await aVolume();
  await create();
  await engine.getContainer(`${project}.hub`).remove({ force: true });
  await engine.getVolume(`${project}.mail`).remove();
  await runtime.startInstance("dev");
  expect([...(await runtime.observe()).instances]).toEqual([]);
  await create();
  await runtime.startInstance("dev");
  const { instances } = await runtime.observe();
  expect(instances.get("dev")).toMatchObject({ running: true, mail: { inbox: [], outbox: [] } });
});
