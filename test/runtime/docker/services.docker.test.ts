// How services on a real engine look while something is done to them: frozen, let go on or just started they neither hang nor pass
// for what they are not.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ServiceOwner, ServiceSpec } from "../../../src/model/services.ts";
import { blockIn } from "../../../src/runtimes/docker/networks/subnets.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close());

const owner: ServiceOwner = { kind: "role", role: "dev" };

async function begun(test: string, intervalMs: number): Promise<void> {
  const limits = { cpus: 1, memoryBytes: 64 * 1024 ** 2, pids: 64, readOnly: false };
  const healthcheck = { test: ["CMD-SHELL", test], intervalMs, retries: 2 };
  const container = { image: "crew-test-tiny:busybox", ...limits, healthcheck };
  const spec: ServiceSpec = { name: "db", container, environment: {}, command: ["sleep", "600"], needs: [] };
  await harness.runtime.createService(owner, spec);
  await harness.runtime.startService(owner, "db");
}

async function look() {
  return (await harness.runtime.observe()).services?.get("dev/db");
}

async function become(health: string): Promise<void> {
  await expect.poll(async () => (await look())?.health, { timeout: 30_000, interval: 100 }).toBe(health);
}

test("one is frozen and goes on at once, also where a check of its health begins just then", async () => {
  const { runtime } = harness;
  await begun("sleep 1", 500);
  await become("healthy");
  for (let n = 0; n < 5; n += 1) {
    await checkBegins();
    const startedAtMs = performance.now();
    await runtime.pauseService(owner, "db");
    expect(await look()).toMatchObject({ running: true, paused: true });
    await runtime.startService(owner, "db");
    expect((await look())?.paused).toBeUndefined();
    // Frozen before the check has begun, the engine would hold it for 30 s.
    expect(performance.now() - startedAtMs).toBeLessThan(15_000);
    await become("healthy");
  }
  await runtime.removeService(owner, "db");
});

/** As the engine tells it before it begins one. */
async function checkBegins(): Promise<void> {
  const { engine, project } = harness;
  const events = await engine.getEvents({ filters: { container: [`${project}-dev.service-db`] } });
  for await (const chunk of events) if (`${chunk}`.includes("exec_create")) return;
}

test("whether one is well is not known before it was checked again, and that it is not once it failed often enough", async () => {
  const { runtime } = harness;
  await begun("test ! -e /ill", 2000);
  await become("healthy");
  await runtime.pauseService(owner, "db");
  await runtime.startService(owner, "db");
  expect((await look())?.health).toBe("starting");
  await become("healthy");
  const { engine, project } = harness;
  const exec = await engine.getContainer(`${project}-dev.service-db`).exec({ Cmd: ["touch", "/ill"] });
  await exec.start({});
  await become("unhealthy");
  await runtime.removeService(owner, "db");
});

test("one that is started while it is looked at is starting, whatever it ended with before", async () => {
  const { runtime, engine, project } = harness;
  await begun("true", 500);
  await become("healthy");
  await runtime.stopService(owner, "db");
  expect(await look()).toMatchObject({ running: false, exitCode: 143 });
  const list = engine.listContainers.bind(engine);
  engine.listContainers = (async (options: object) => {
    const listed = await list(options);
    await engine.getContainer(`${project}-dev.service-db`).start();
    return listed;
  }) as typeof engine.listContainers;
  const seen = await look();
  engine.listContainers = list;
  expect([seen?.running, seen?.health, seen?.exitCode]).toEqual([true, "starting", undefined]);
  await runtime.removeService(owner, "db");
});

test("forty owners have a network each, though the engine has addresses for about thirty that choose none", async () => {
  const { runtime, engine, project } = harness;
  const limits = { cpus: 1, memoryBytes: 64 * 1024 ** 2, pids: 64, readOnly: false };
  const container = { image: "crew-test-tiny:busybox", ...limits };
  const spec: ServiceSpec = { name: "db", container, environment: {}, command: ["sleep", "600"], needs: [] };
  const owners = Array.from({ length: 40 }, (_, n): ServiceOwner => ({ kind: "role", role: `r${n}` }));
  for (const each of owners) await runtime.createService(each, spec);
  const networks = await engine.listNetworks({ filters: { label: [`dev.crew.project=${project}`] } });
  expect(networks.map(({ Name }) => Name).sort()).toEqual(owners.map((_, n) => `${project}-r${n}.services`).sort());
  const blocks = networks
    .flatMap(({ IPAM }) => IPAM?.Config ?? [])
    .map(({ Subnet }) => blockIn(Subnet ?? ""))
    .sort((one, other) => (one?.from ?? 0) - (other?.from ?? 0));
  expect(blocks).toHaveLength(40);
  expect(blocks.filter((block, n) => (block?.from ?? 0) < (blocks[n - 1]?.to ?? 0))).toEqual([]);
  // The last one has its addresses from a part, and runs with them.
  const last = owners.at(-1) ?? owner;
  await runtime.startService(last, "db");
  const { NetworkSettings } = await engine.getContainer(`${project}-r39.service-db`).inspect();
  expect(NetworkSettings.Networks[`${project}-r39.services`]?.IPPrefixLen).toBe(26);
  for (const each of owners) await runtime.removeService(each, "db");
}, 180_000);
