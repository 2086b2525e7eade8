// Secrets on a real engine: who sees a value inside, and that nothing that the engine shows has it.
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SecretGrant } from "../../../src/model/secret.ts";
import type { ServiceOwner, ServiceSpec } from "../../../src/model/services.ts";
import type { InstanceSpec } from "../../../src/model/spec.ts";
import type { Instance } from "../../../src/model/world.ts";
import type { Message } from "../../../src/ports/message.ts";
import { aSecret } from "../../builders/secret.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close(), 60_000);

const value = "s3cr3t 'quoted' $HOME";

function grant(name: string, readers: SecretGrant["readers"], text = value): SecretGrant {
  return { ...aSecret(name, text), file: `/run/secrets/${name}`, readers };
}

function specOf(secrets: readonly SecretGrant[], more: object = {}): InstanceSpec {
  const { container } = harness;
  if (!container) throw new Error("a docker harness has a container");
  return { role: "dev", environment: {}, container: { ...container, ...more }, secrets };
}

async function begin(spec: InstanceSpec): Promise<void> {
  await harness.runtime.createVolume({ role: "dev", branch: "feature/dev", start: harness.start });
  await harness.runtime.createInstance(spec);
  await harness.runtime.startInstance("dev");
}

async function instanceWhen(isSo: (instance: Instance) => boolean): Promise<Instance> {
  for (let n = 0; n < 40; n++) {
    const instance = (await harness.runtime.observe()).instances.get("dev");
    if (instance && isSo(instance)) return instance;
    await delay(200);
  }
  throw new Error(`never so: ${JSON.stringify((await harness.runtime.observe()).instances.get("dev"))}`);
}

function order(texts: { readonly agent: string; readonly setup: string; readonly check: string }): Message {
  const header = { order: "b-1.1.1", bead: "b-1", title: "T", kind: "bead", start: harness.start } as const;
  const limits = { branch: "feature/dev", maxTurns: 1, turnTimeoutSeconds: 60 };
  return {
    kind: "order",
    id: "b-1.1.1",
    header: { ...header, ...limits },
    prompt: "p",
    beads: "[]",
    shown: "[]",
    ...texts,
  };
}

async function logOf(name: string): Promise<string> {
  const lines: string[] = [];
  for await (const line of harness.runtime.logs(name, { follow: false, signal: new AbortController().signal })) {
    lines.push(line);
  }
  return lines.join("\n");
}

/** Whether each step sees the value as a variable; only told as yes or no. */
const sees = (step: string) =>
  `[ "\${TOKEN-}" = "$EXPECTED" ] && echo ${step}-token; [ "\${BUILD-}" = "$EXPECTED" ] && echo ${step}-build; true`;

test.each([false, true])("the agent and the setup see theirs, the check none, read-only root %s", async (readOnly) => {
  const secrets = [grant("BUILD", ["setup"]), grant("TOKEN", ["agent"]), grant("odd-name", ["agent"])];
  const spec = { ...specOf(secrets, { readOnly }), environment: { EXPECTED: value } };
  await begin(spec);
  const files = "cat /run/secrets/odd-name | wc -c; (: >/run/secrets/TOKEN) 2>/dev/null || echo kept";
  await harness.runtime.deliver(
    "dev",
    order({ setup: sees("setup"), agent: `${sees("agent")}; ${files}`, check: sees("check") }),
  );
  await instanceWhen(({ mail }) => mail !== "unreadable" && mail.outbox.length > 0);
  const log = await logOf("dev");
  const said = log.split("\n").filter((line) => /^(setup|agent|check)-|^kept|^\d+$/.test(line));
  expect(said).toEqual(["setup-build", "agent-token", `${value.length}`, "kept"]);
  expect((await harness.runtime.observe()).instances.get("dev")?.spec).toEqual(JSON.parse(JSON.stringify(spec)));
});

test("nothing that the engine shows has the value", async () => {
  await begin(specOf([grant("TOKEN", ["agent"])]));
  const { engine, project } = harness;
  const container = await engine.getContainer(`${project}-dev`).inspect();
  const volume = await engine.getVolume(`${project}-dev.secrets`).inspect();
  const networks = await engine.listNetworks();
  const shown = JSON.stringify([container, volume, networks, await engine.listContainers({ all: true })]);
  expect(shown).toContain("/run/secrets");
  expect(shown).not.toContain("s3cr3t");
  const image = await engine.getContainer(`${project}-dev`).top();
  expect(JSON.stringify(image)).not.toContain("s3cr3t");
});

test("another value comes with another instance, and the volume goes with the last", async () => {
  const { runtime, left } = harness;
  await begin(specOf([grant("TOKEN", ["agent"], "one")]));
  await runtime.stopInstance("dev", { graceMs: 10_000 });
  await runtime.removeInstance("dev");
  expect(await left()).not.toContain(`volume ${harness.project}-dev.secrets`);
  await runtime.createInstance(specOf([grant("TOKEN", ["agent"], "two")]));
  await runtime.createInstance(specOf([grant("TOKEN", ["agent"], "two")]));
  await runtime.startInstance("dev");
  await instanceWhen(({ mail }) => mail !== "unreadable" && mail.status?.phase === "idle");
  const exec = await harness.engine
    .getContainer(`${harness.project}-dev`)
    .exec({ Cmd: ["cat", "/run/secrets/TOKEN"], AttachStdout: true, Tty: true });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe("two");
});

test("a gate's setup sees its secrets, and the gate finds none", async () => {
  const { runtime, container, start } = harness;
  if (!container) throw new Error("a docker harness has a container");
  const secrets = [grant("TOKEN", ["setup"]), grant("odd-name", ["setup"])];
  const look = (step: string) => `${sees(step)}; ls /run/secrets | wc -l`;
  const gate = { key: "k.1", gate: "test", commit: start, run: look("gate"), setup: look("setup"), timeoutSeconds: 60 };
  await runtime.startGate({ ...gate, environment: { EXPECTED: value }, container, secrets });
  for (let n = 0; n < 150 && (await runtime.observe()).gates.get("k.1")?.running !== false; n++) await delay(200);
  const result = (await runtime.observe()).gates.get("k.1")?.result;
  expect(result).toMatchObject({ kind: "exited", exitCode: 0 });
  const log = await logOf("gate:test");
  expect(log.split("\n").filter((line) => /^(setup|gate)-|^\d+$/.test(line))).toEqual(["setup-token", "2", "0"]);
  expect(JSON.stringify(await harness.engine.getContainer(`${harness.project}.gate-k.1`).inspect())).not.toContain(
    "s3cr3t",
  );
});

const served: ServiceSpec = {
  name: "db",
  container: { image: "crew-test-tiny:busybox", cpus: 1, memoryBytes: 64 * 1024 ** 2, pids: 64, readOnly: false },
  environment: {},
  command: [
    "sh",
    "-c",
    "cd /run/secrets; stat -c '%n %a %u:%g' *; cat TOKEN; (echo x >TOKEN) 2>/dev/null || echo kept; exec sleep 60",
  ],
  needs: [],
};
const owners: readonly ServiceOwner[] = [
  { kind: "role", role: "dev" },
  { kind: "gate", gate: "test", key: "k.1" },
  { kind: "project" },
];

test.each(owners)("a service of a $kind has files of its own, which even root cannot change", async (owner) => {
  const { runtime, engine, project, left } = harness;
  const key = { ...grant("KEY", []), uid: 70, gid: 71, mode: 0o400 };
  const spec = { ...served, secrets: [grant("TOKEN", [], `${value}\n`), key] };
  await runtime.createService(owner, spec);
  await runtime.createService(owner, { ...spec, secrets: [grant("TOKEN", [], "another")] });
  await runtime.startService(owner, "db");
  const [state] = (await runtime.observe()).services?.values() ?? [];
  expect(state?.secrets).toEqual(JSON.parse(JSON.stringify(spec.secrets)));
  const [container] = await engine.listContainers({
    filters: { label: [`dev.crew.project=${project}`, "dev.crew.kind=service"] },
  });
  const { Id = "" } = container ?? {};
  const said = async () => (await engine.getContainer(Id).logs({ stdout: true })).toString();
  await expect.poll(said, { timeout: 30_000 }).toContain("kept");
  expect(
    (await said())
      .replace(/[^\n -~]/g, "")
      .split("\n")
      .map((line) => line.replace(/^\W+(?=\w)/, "")),
  ).toEqual(expect.arrayContaining(["KEY 400 70:71", "TOKEN 444 0:0", value, "kept"]));
  const { Volumes } = await engine.listVolumes();
  const shown = JSON.stringify([await engine.getContainer(Id).inspect(), Volumes, container]);
  expect([shown.includes("/run/secrets"), shown.includes("s3cr3t")]).toEqual([true, false]);
  await runtime.removeService(owner, "db");
  expect((await left()).filter((each) => each.includes("secrets"))).toEqual([]);
});

test("a crew that was killed while it wrote a service's files keeps no other from making it", async () => {
  const { runtime, engine, project, left } = harness;
  const owner: ServiceOwner = { kind: "role", role: "dev" };
  const spec = { ...served, secrets: [grant("TOKEN", [])] };
  await runtime.createService(owner, spec);
  const volume = `${project}-dev.secrets-db`;
  await engine.getContainer(`${project}-dev.service-db`).remove({ force: true });
  const { Labels } = await engine.getVolume(volume).inspect();
  await engine.createContainer({
    name: `${volume}.filler-0a1b2c3d`,
    Image: "crew-test-tiny:busybox",
    Labels: { ...Labels, "dev.crew.kind": "reader" },
    HostConfig: { Mounts: [{ Type: "volume", Source: volume, Target: "/volume" }] },
  });
  await runtime.createService(owner, spec);
  await runtime.removeService(owner, "db");
  expect((await left()).filter((each) => /secrets|filler/.test(each))).toEqual([]);
});

test("files of a service whose container somebody removed are gone once nothing runs, and its data are not", async () => {
  const { runtime, engine, project, left } = harness;
  await begin(specOf([]));
  await runtime.createService({ kind: "role", role: "dev" }, { ...served, secrets: [grant("TOKEN", [])] });
  await engine.getContainer(`${project}-dev.service-db`).remove({ force: true });
  expect(await left()).toContain(`volume ${project}-dev.secrets-db`);
  await runtime.stopInstance("dev", { graceMs: 10_000 });
  await runtime.removeInstance("dev");
  expect((await left()).filter((each) => each.startsWith("volume"))).toEqual(
    expect.not.arrayContaining([`volume ${project}-dev.secrets-db`]),
  );
  expect(await left()).toContain(`volume ${project}-dev`);
});
