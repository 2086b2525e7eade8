// Volumes and networks that a crew file names, on a real engine: who sees what, whose they are, and who removes them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerSpec } from "../../../src/model/container.ts";
import type { InstanceSpec } from "../../../src/model/spec.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
let external: string;
let folder: string;
beforeEach(async () => {
  harness = await dockerHarness();
  external = `hf-${harness.project}`;
  folder = mkdtempSync(join(tmpdir(), "crew-bind-"));
});
afterEach(async () => {
  const { engine } = harness;
  await harness.close();
  await engine
    .getVolume(external)
    .remove()
    .catch(() => undefined);
  await engine
    .getNetwork(external)
    .remove()
    .catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function specOf(role: string, more: Partial<ContainerSpec>): InstanceSpec {
  const { container } = harness;
  if (!container) throw new Error("a docker harness has a container");
  return { role, environment: {}, container: { ...container, ...more } };
}

async function begin(role: string, more: Partial<ContainerSpec>): Promise<void> {
  const { runtime, start } = harness;
  await runtime.createVolume({ role, branch: `feature/${role}`, start });
  await runtime.createInstance(specOf(role, more));
  await runtime.startInstance(role);
}

async function end(role: string): Promise<void> {
  await harness.runtime.stopInstance(role, { graceMs: 10_000 });
  await harness.runtime.removeInstance(role);
}

async function inside(role: string, command: string): Promise<string> {
  const container = harness.engine.getContainer(`${harness.project}-${role}`);
  const exec = await container.exec({ Cmd: ["/bin/sh", "-c", command], AttachStdout: true, Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().replaceAll("\r", "").trim();
}

test("two roles write into one volume, and it goes with the project's last", async () => {
  const cache = { kind: "volume", volume: { key: "cache", labels: { a: "b" } }, readOnly: false } as const;
  await begin("dev", {
    volumes: [
      { ...cache, target: "/cache" },
      { kind: "tmpfs", target: "/fast", sizeBytes: 2 ** 20 },
    ],
  });
  await begin("ops", { volumes: [{ ...cache, target: "/mnt/it" }], readOnly: true });
  expect(
    await inside("dev", "id -u; echo one >/cache/a && cat /cache/a; df -k /fast | tail -n 1 | cut -d' ' -f1"),
  ).toBe("1000\none\ntmpfs");
  expect(await inside("ops", "cat /mnt/it/a; echo two >>/mnt/it/a && wc -l </mnt/it/a")).toBe("one\n2");
  const { engine, project, runtime } = harness;
  const { Labels } = await engine.getVolume(`${project}_cache`).inspect();
  expect(Labels).toMatchObject({ a: "b", "dev.crew.project": project, "dev.crew.kind": "volume" });
  await end("dev");
  await runtime.removeVolume("dev");
  expect(await harness.left()).toContain(`volume ${project}_cache`);
  await end("ops");
  await runtime.removeVolume("ops");
  expect(await harness.left()).toEqual([]);
});

test("a volume of the same key with other settings is refused, with what is in it kept", async () => {
  const mount = (driverOpts?: Readonly<Record<string, string>>) =>
    ({
      kind: "volume",
      volume: { key: "c", ...(driverOpts && { driverOpts }) },
      target: "/c",
      readOnly: false,
    }) as const;
  await begin("dev", { volumes: [mount()] });
  await inside("dev", "echo kept >/c/a");
  await end("dev");
  const other = specOf("dev", { volumes: [mount({ type: "tmpfs", device: "tmpfs" })] });
  await expect(harness.runtime.createInstance(other)).rejects.toThrow("was made with other settings");
  await harness.runtime.createInstance(specOf("dev", { volumes: [mount()] }));
  await harness.runtime.startInstance("dev");
  expect(await inside("dev", "cat /c/a")).toBe("kept");
});

test("a folder of the host is seen as it was written", async () => {
  await begin("dev", {
    volumes: [
      { kind: "bind", source: folder, target: "/in", readOnly: true },
      { kind: "bind", source: join(folder, "new"), target: "/out", readOnly: false },
    ],
    user: "0:0",
  });
  expect(await inside("dev", "(echo a >/in/a) 2>/dev/null || echo read-only; echo b >/out/b")).toBe("read-only");
  expect(readFileSync(join(folder, "new", "b"), "utf8")).toBe("b\n");
  const missing = specOf("ops", {
    volumes: [{ kind: "bind", source: join(folder, "none"), target: "/n", readOnly: true, mustExist: true }],
  });
  await harness.runtime.createVolume({ role: "ops", branch: "feature/ops", start: harness.start });
  await expect(harness.runtime.createInstance(missing)).rejects.toThrow(/none/);
});

test("what is external must be there, is asked for before anything ends, and stays", async () => {
  const { engine, runtime } = harness;
  const volumes = [
    { kind: "volume", volume: { key: "x", name: external, external: true }, target: "/x", readOnly: false },
  ] as const;
  const networks = [{ key: "n", settings: { name: external, external: true } }] as const;
  const hint = { code: "needs-you", hint: expect.stringContaining("create") };
  await expect(runtime.stopInstance("dev", { graceMs: 1_000, next: specOf("dev", { volumes }) })).rejects.toMatchObject(
    hint,
  );
  await expect(
    runtime.stopInstance("dev", { graceMs: 1_000, next: specOf("dev", { networks }) }),
  ).rejects.toMatchObject(hint);
  await expect(
    runtime.stopInstance("dev", { graceMs: 1_000, next: specOf("dev", { image: "crew-test-none:1" }) }),
  ).rejects.toMatchObject({
    code: "needs-you",
  });
  await runtime.createVolume({ role: "dev", branch: "feature/dev", start: harness.start });
  await expect(runtime.createInstance(specOf("dev", { volumes }))).rejects.toMatchObject(hint);
  await engine.createVolume({ Name: external });
  await engine.createNetwork({ Name: external });
  await runtime.stopInstance("dev", { graceMs: 1_000, next: specOf("dev", { volumes, networks }) });
  await begin("dev", { volumes, networks });
  expect(await inside("dev", "ls -d /x")).toBe("/x");
  await end("dev");
  await runtime.removeVolume("dev");
  expect(await harness.left()).toEqual([]);
  expect((await engine.getVolume(external).inspect()).Labels).toBeNull();
  expect((await engine.getNetwork(external).inspect()).Containers).toEqual({});
});

test("roles of one network reach each other by name, and others do not", async () => {
  const back = { key: "back", settings: { internal: true } } as const;
  await begin("api", { networks: [{ ...back, aliases: ["backend"] }] });
  await begin("web", { networks: [{ key: "default" }, back] });
  await begin("alone", {});
  const reaches = (name: string) => `getent hosts ${name} >/dev/null && echo yes || echo no`;
  expect(await inside("web", `${reaches("api")}; ${reaches("backend")}; ${reaches("alone")}`)).toBe("yes\nyes\nno");
  expect(await inside("alone", `${reaches("api")}; ${reaches("web")}`)).toBe("no\nno");
  const { engine, project, runtime } = harness;
  const joined = async () =>
    Object.keys((await engine.getContainer(`${project}-web`).inspect()).NetworkSettings.Networks).sort();
  expect(await joined()).toEqual([`${project}.network`, `${project}_back`]);
  // Killed between making the container and joining its second network, and a network removed by hand.
  await runtime.stopInstance("web", { graceMs: 10_000 });
  await engine.getNetwork(`${project}_back`).disconnect({ Container: `${project}-web` });
  await runtime.startInstance("web");
  expect(await joined()).toEqual([`${project}.network`, `${project}_back`]);
  for (const role of ["api", "web"]) await runtime.stopInstance(role, { graceMs: 10_000 });
  await engine.getNetwork(`${project}_back`).remove();
  await runtime.startInstance("api");
  await runtime.startInstance("web");
  expect(await inside("web", reaches("api"))).toBe("yes");
}, 60_000);
