// What a crew file says of a container, looked at from inside it and in what the engine says of it.
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerSpec } from "../../../src/model/container.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close(), 60_000);

async function begin(more: Partial<ContainerSpec>): Promise<void> {
  const { runtime, container, start } = harness;
  if (!container) throw new Error("a docker harness has a container");
  const spec = { role: "dev", environment: {}, container: { ...container, ...more } };
  await runtime.createVolume({ role: "dev", branch: "feature/dev", start });
  await runtime.createInstance(spec);
  await runtime.startInstance("dev");
  expect((await runtime.observe()).instances.get("dev")?.spec).toEqual(spec);
}

/** What a command in the running container says. */
async function inside(command: string): Promise<string> {
  const container = harness.engine.getContainer(`${harness.project}-dev`);
  const exec = await container.exec({
    Cmd: ["/bin/sh", "-c", command],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().replaceAll("\r", "").trim();
}

test("every key does in the container what it says", async () => {
  await begin({
    user: "0:0",
    capAdd: ["CHOWN", "NET_BIND_SERVICE"],
    securityOpt: ["seccomp=unconfined"],
    platform: "linux/amd64",
    labels: { "com.example.team": "core", "dev.crew.role": "other" },
    workingDir: "/srv",
    stopGraceMs: 2_500,
    stopSignal: "SIGINT",
    healthcheck: { test: ["CMD-SHELL", "test -d /crew"], intervalMs: 200, retries: 2 },
    shmSizeBytes: 8 * 1024 ** 2,
    ulimits: { nofile: { soft: 100, hard: 200 } },
    tmpfs: { "/cache": "size=1m,mode=1777" },
    dns: ["10.9.8.7"],
    extraHosts: ["registry.local:10.0.0.5"],
    ports: [{ target: 8080, hostIp: "127.0.0.1", protocol: "tcp" }],
  });
  // Bits 0 and 10 (capabilities(7)).
  expect(await inside("grep CapEff /proc/1/status | cut -f2")).toBe("0000000000000401");
  expect(await inside("grep Seccomp: /proc/1/status | cut -f2; grep NoNewPrivs /proc/1/status | cut -f2")).toBe("0\n1");
  // Of what began with the container: whom the engine's exec brings in, some versions give the hard limit alone.
  expect(await inside("pwd; sed -n 's/^Max open files *//p' /proc/1/limits")).toMatch(/^\/srv\n100 +200 /);
  expect(await inside("df -k /dev/shm /cache | awk 'NR > 1 {print $1, $2}'")).toBe("shm 8192\ntmpfs 1024");
  expect(await inside("grep -o '10.0.0.5.*' /etc/hosts")).toMatch(/^10\.0\.0\.5\s+registry\.local$/);
  const container = harness.engine.getContainer(`${harness.project}-dev`);
  let found = await container.inspect();
  for (let n = 0; n < 50 && found.State.Health?.Status !== "healthy"; n++) {
    await delay(200);
    found = await container.inspect();
  }
  expect(found.State.Health?.Status).toBe("healthy");
  expect(found.NetworkSettings.Ports["8080/tcp"]).toEqual([
    { HostIp: "127.0.0.1", HostPort: expect.stringMatching(/^\d+$/) },
  ]);
  expect(found.Config.Labels).toMatchObject({ "com.example.team": "core", "dev.crew.role": "dev" });
  expect(found.Config).toMatchObject({ StopSignal: "SIGINT", StopTimeout: 3 });
  // On a network of its own, the engine's resolver asks that server.
  expect(found.HostConfig.Dns).toEqual(["10.9.8.7"]);
  // On its own signal, too, the work is kept.
  await container.stop();
  expect((await harness.runtime.observe()).instances.get("dev")?.mail).toMatchObject({ status: { phase: "stopped" } });
});

test("what is not said is as hard as ever", async () => {
  await begin({});
  const found = await harness.engine.getContainer(`${harness.project}-dev`).inspect();
  expect(found.HostConfig).toMatchObject({
    CapAdd: null,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Privileged: false,
  });
  expect(found.HostConfig.PortBindings ?? {}).toEqual({});
  expect(await inside("grep CapBnd /proc/1/status | cut -f2")).toBe("0000000000000000");
});
