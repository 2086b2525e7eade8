// The network of a gate without one: no address of the host's is in it, where any other gate's has one.
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ServiceOwner } from "../../../src/model/services.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close());

test("the host has no address in it", async () => {
  const { runtime, engine, project } = harness;
  const container = {
    image: "crew-test-tiny:busybox",
    cpus: 1,
    memoryBytes: 64 * 1024 ** 2,
    pids: 64,
    readOnly: false,
  };
  const spec = { name: "db", container, environment: {}, command: ["sleep", "60"], needs: [] };
  const look = async (owner: ServiceOwner & { readonly kind: "gate" }) => {
    await runtime.createService(owner, spec);
    await runtime.startService(owner, "db");
    const { Id, Internal } = await engine.getNetwork(`${project}.gate-${owner.key}.services`).inspect();
    const found = networkInterfaces()[`br-${Id.slice(0, 12)}`] ?? [];
    await runtime.removeService(owner, "db");
    return { Internal, hostAddresses: found.filter(({ family }) => family === "IPv4").length };
  };
  expect(await look({ kind: "gate", gate: "open", key: "o.1" })).toEqual({ Internal: false, hostAddresses: 1 });
  const isolated = { kind: "gate", gate: "closed", key: "c.1", isolated: true } as const;
  expect(await look(isolated)).toEqual({ Internal: true, hostAddresses: 0 });
});

test("what is left of a run whose containers are gone goes with the next that is removed; what lives keeps its own", async () => {
  const { runtime, engine, project, start } = harness;
  const container = {
    image: "crew-test-tiny:busybox",
    cpus: 1,
    memoryBytes: 64 * 1024 ** 2,
    pids: 64,
    readOnly: false,
  };
  const volumes = [{ kind: "volume" as const, volume: { key: "data" }, target: "/data", readOnly: false }];
  const spec = {
    name: "db",
    container: { ...container, volumes },
    environment: {},
    command: ["sleep", "60"],
    needs: [],
  };
  const owner = (key: string) => ({ kind: "gate", gate: "test", key }) as const;
  for (const key of ["gone.1", "lives.1"]) await runtime.createService(owner(key), spec);
  // As by somebody who is killed after the first of it.
  await engine.getContainer(`${project}.gate-gone.1.service-db`).remove({ force: true });
  const gate = { key: "other.1", gate: "test", commit: start, run: "true", timeoutSeconds: 60, environment: {} };
  await runtime.startGate({ ...gate, container: { ...container, image: "crew-test-base:bookworm" } });
  const keysLeft = async () => (await harness.left()).filter((name) => /gate-(gone|lives)/.test(name)).sort();
  expect(await keysLeft()).toHaveLength(5);
  await runtime.removeGate("other.1");
  expect(await keysLeft()).toEqual([
    `container /${project}.gate-lives.1.service-db`,
    `network ${project}.gate-lives.1.services`,
    `volume ${project}.gate-lives.1.service-db.data`,
  ]);
  await runtime.removeService(owner("lives.1"), "db");
  expect(await harness.left()).toEqual([]);
});
