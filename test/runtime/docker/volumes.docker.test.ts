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

test("nothing of a role's mail stays when its volume goes and another role's does not", async () => {
  const { runtime, start, container, engine, project } = harness;
  if (!container) throw new Error("a docker harness has a container");
  for (const role of ["dev", "gone"]) {
    await runtime.createVolume({ role, branch: `feature/${role}`, start });
    await runtime.createInstance({ role, environment: {}, container });
  }
  const { Labels } = await engine.getVolume(`${project}-gone`).inspect();
  const path = `/mail/slots/${Labels["dev.crew.slot"]}`;
  const kindAndSize = async () => {
    const { headers } = (await engine.getContainer(`${project}.hub`).infoArchive({ path })) as unknown as {
      readonly headers: Readonly<Record<string, string>>;
    };
    const { mode, size } = JSON.parse(Buffer.from(headers["x-docker-container-path-stat"] ?? "", "base64").toString());
    return { isFolder: mode >= 2 ** 31, size };
  };
  expect(await kindAndSize()).toMatchObject({ isFolder: true });
  await runtime.removeInstance("gone");
  await runtime.removeVolume("gone");
  expect(await kindAndSize()).toEqual({ isFolder: false, size: 0 });
  const { instances } = await runtime.observe();
  expect([...instances.keys()]).toEqual(["dev"]);
  expect(instances.get("dev")?.mail).not.toBe("unreadable");
});
