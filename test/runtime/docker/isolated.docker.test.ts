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
