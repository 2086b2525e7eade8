// A look at a project costs the engine the same few calls however many roles there are.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

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
    if (role === "one" || role === "four") looked.push(await callsOf(() => look(container.image)));
  }
  const calls = ["GET /containers/hub/archive?", "GET /containers/json?", "GET /images/json?", "GET /volumes?"];
  expect(looked).toEqual([calls, calls]);
});

async function look(image: string): Promise<void> {
  const { instances } = await harness.again().observe({ images: [image] });
  expect(instances.size).toBeGreaterThan(0);
}

/** Method and path of each call, names and what is asked for left out. */
async function callsOf(work: () => Promise<void>): Promise<readonly string[]> {
  const { modem } = harness.engine;
  const calls: string[] = [];
  const dial = modem.dial;
  modem.dial = (options: { readonly method: string; readonly path: string }, callback: Parameters<typeof dial>[1]) => {
    calls.push(`${options.method} ${options.path.replace(`${harness.project}.`, "")}`);
    return dial.call(modem, options, callback);
  };
  await work().finally(() => {
    modem.dial = dial;
  });
  return calls.sort();
}
