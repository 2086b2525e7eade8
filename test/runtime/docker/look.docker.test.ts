// A look at a project: the same few calls to the engine however many roles there are, and one that a person disturbs sees what
// is there all the same.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";
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

async function look(image: string): Promise<void> {
  const { instances } = await harness.again().observe({ images: [image] });
  expect(instances.size).toBeGreaterThan(0);
}
