// Images on the real engine: pulled from a registry, known by every form of their name, and gone without a fuss.
import { afterEach, beforeEach, expect, test } from "vitest";
import { familiarName } from "../../../src/runtimes/docker/images/images.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";
import { aRegistry, type Registry } from "./registry.ts";

let harness: DockerHarness;
let registry: Registry;
beforeEach(async () => {
  harness = await dockerHarness();
  registry = await aRegistry("crew-test-pulled");
});
afterEach(async () => {
  await harness.engine
    .getImage(registry.image)
    .remove({ force: true })
    .catch(() => undefined);
  await registry.close();
  await harness.close();
});

const present = async (...images: readonly string[]) => [
  ...((await harness.runtime.observe({ images })).images?.keys() ?? []),
];

test("is pulled, seen with its id, and pulled anew when the name means another", async () => {
  expect(await present(registry.image)).toEqual([]);
  await harness.runtime.pullImage(registry.image);
  const first = (await harness.runtime.observe({ images: [registry.image] })).images?.get(registry.image);
  expect(first).toBe((await harness.engine.getImage(registry.image).inspect()).Id);
  await registry.publish("second");
  await harness.runtime.pullImage(registry.image);
  const second = (await harness.runtime.observe({ images: [registry.image] })).images?.get(registry.image);
  expect(second).not.toBe(first);
  await harness.engine.getImage(first ?? "").remove({ force: true });
});

test("is found by tag, without one, by id and by digest", async () => {
  const { Id } = await harness.engine.getImage("crew-test-base:bookworm").inspect();
  await harness.runtime.pullImage(registry.image);
  const { RepoDigests } = await harness.engine.getImage(registry.image).inspect();
  const names = ["crew-test-base:bookworm", "docker.io/library/crew-test-base:bookworm", Id, ...RepoDigests];
  expect(await present(...names, "crew-test-base:other", "crew-test-base")).toEqual(names);
  const digest = `sha256:${"a".repeat(64)}`;
  const forms = [
    "node",
    "docker.io/library/node:24",
    "host:5000/a",
    "localhost/mine:1",
    `node:24@${digest}`,
    digest.slice(7),
  ];
  expect(forms.map(familiarName)).toEqual([
    "node:latest",
    "node:24",
    "host:5000/a:latest",
    "mine:1",
    `node@${digest}`,
    digest,
  ]);
});

test("that cannot be had says so in the engine's words", async () => {
  const missing = registry.image.replace("crew-test-pulled:1", "crew-test-nothing:1");
  await registry.close();
  await expect(harness.runtime.pullImage(missing)).rejects.toMatchObject({
    code: "needs-you",
    message: expect.stringMatching(
      /^There is no image 127\.0\.0\.1:\d+\/crew-test-nothing:1 on the engine, and it cannot be pulled: .*connection refused/,
    ),
    hint: `docker pull ${missing}, then crew up`,
  });
});
