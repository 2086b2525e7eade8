// What crew's containers are denied: as the engine tells it of each, and as an agent finds it from inside. What an agent is
// refused, an unhardened container beside it is first shown to get.
import type { ContainerInspectInfo } from "dockerode";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Mail } from "../../../src/model/world.ts";
import { collect, until } from "../contract.ts";
import { type DockerHarness, dockerHarness } from "../docker-harness.ts";
import { order } from "../orders.ts";
import { allowed, answersIn, type ProbeTargets, probeScript, probes } from "./probes.ts";

let harness: DockerHarness;
beforeEach(async () => {
  harness = await dockerHarness();
});
afterEach(() => harness.close());

const never = new AbortController().signal;
const secret = "s3kr3t-a7f1";
const limits = { cpus: 0.5, memoryBytes: 256 * 1024 ** 2, pids: 200 } as const;

test("every container that crew makes is hardened, and no secret shows", async () => {
  const { runtime, engine, project, start } = harness;
  const container = containerOf();
  const environment = { API_TOKEN: secret };
  await runtime.startGate({
    key: "k.1",
    gate: "test",
    commit: start,
    run: "sleep 600",
    timeoutSeconds: 900,
    environment,
    container,
  });
  await runtime.setups?.start({
    ...{ hash: "0f".repeat(16), run: "sleep 600", key: ["a.txt"], commit: start, timeoutSeconds: 900, secrets: [] },
    environment,
    container: { ...container, imageId: container.image },
  });
  for (const role of ["dev", "idle"]) await createRole(role, environment);
  await mailWhen("dev", (mail) => mail.status.phase === "idle");
  await runtime.stopInstance("idle", { graceMs: 10_000 });
  const upload = runtime.uploadPack("idle");
  if (upload.kind !== "connection") throw new Error("no connection");
  const reading = await upload.open();
  const found = await containers();
  await reading.close();
  expect(found.map(({ Config }) => Config.Labels["dev.crew.kind"]).sort()).toEqual([
    "gate",
    "hub",
    "reader",
    "role",
    "role",
    "setup",
  ]);
  for (const each of found) {
    const kind = each.Config.Labels["dev.crew.kind"];
    expect([each.Name, kind === "hub" ? each.State.Status : factsOf(each)]).toEqual([
      each.Name,
      kind === "hub" ? "created" : hardFacts(kind ?? "", each.Name),
    ]);
  }
  const shown = [...found, ...(await engine.listVolumes()).Volumes, ...(await engine.listContainers({ all: true }))];
  expect(JSON.stringify(shown)).not.toContain(secret);
  for (const { Id, Config } of found) {
    if (Config.Labels["dev.crew.kind"] !== "reader") expect(await saidBy(Id)).not.toContain(secret);
  }

  function hardFacts(kind: string, name: string): Facts {
    const role = ["dev", "idle"].find((each) => name.startsWith(`/${project}-${each}`));
    const isReader = kind === "reader";
    const own = ["gate", "setup"].includes(kind)
      ? []
      : [`${project}-${role} /crew rw`, `${project}-${role}.mail /crew/mail rw`];
    return {
      ...hard,
      network: isReader ? "none" : `${project}.network`,
      mounts: [...own, `${project}.shared /opt/crew ro`],
      ...(isReader ? { cpus: 2, memoryBytes: 1024 ** 3, pids: 128 } : limits),
    };
  }
});

test("an agent is refused what an unhardened container beside it gets", async () => {
  const { runtime, engine, project } = harness;
  for (const role of ["dev", "other"]) await createRole(role);
  const other = engine.getContainer(`${project}-other`);
  await mailWhen("other", (mail) => mail.status.phase === "idle");
  const port = 4_711;
  const victim = `sleep ${86_000 + Math.floor(Math.random() * 1_000)}.${process.pid}`;
  const listens = `perl -MIO::Socket -e '$s = IO::Socket::INET->new(LocalPort => ${port}, Listen => 5, ReuseAddr => 1) or die;
    while ($c = $s->accept) { print $c "hello\\n"; close $c }'`;
  for (const Cmd of [victim.split(" "), ["sh", "-c", listens]]) {
    await (await other.exec({ Cmd })).start({ Detach: true });
  }
  const network = await engine.createNetwork({ Name: `${project}.open` });
  try {
    await network.connect({ Container: other.id });
    const { NetworkSettings, Mounts } = await other.inspect();
    const mountOf = (name: string) => engine.getVolume(name).inspect();
    const mail = (await mountOf(`${project}.mail`)).Mountpoint;
    const slot = Mounts.find(({ Destination }) => Destination === "/crew/mail")?.Name ?? "";
    const targets: Omit<ProbeTargets, "address"> = {
      repository: harness.repository,
      otherVolume: (await mountOf(`${project}-other`)).Mountpoint,
      otherSlot: `${mail}/slots/${(await mountOf(slot)).Labels["dev.crew.slot"]}`,
      mailVolume: mail,
      port,
      victim,
    };
    const addressIn = (name: string) => NetworkSettings.Networks[name]?.IPAddress ?? "";
    await runtime.deliver(
      "dev",
      order("b-1.1.1", probeScript({ ...targets, address: addressIn(`${project}.network`) }), harness.start),
    );
    await mailWhen("dev", (mail) => mail.outbox.length > 0);
    const hardened = answersIn(await collect(runtime.logs("dev", { follow: false, signal: never })));
    const control = answersIn(await unhardened({ ...targets, address: addressIn(`${project}.open`) }));
    const names = Object.keys(probes);
    expect(control).toEqual(Object.fromEntries(names.map((name) => [name, "got it"])));
    expect(hardened).toEqual(Object.fromEntries(names.map((name) => [name, name === allowed ? "got it" : "refused"])));
    expect((await runtime.observe()).instances.get("other")).toMatchObject({
      running: true,
      mail: { status: { phase: "idle" } },
    });
  } finally {
    await network.disconnect({ Container: other.id, Force: true }).catch(() => undefined);
    await network.remove();
  }
});

/** Root with capabilities, the host's processes, and all that the targets name mounted. Not `privileged`: an engine that lacks one capability itself refuses that. */
async function unhardened(targets: ProbeTargets): Promise<readonly string[]> {
  const { engine, project } = harness;
  const container = await engine.createContainer({
    name: `${project}.control`,
    Image: containerOf().image,
    User: "0:0",
    Env: ["HOME=/root"],
    Cmd: ["sh", "-c", probeScript(targets)],
    HostConfig: {
      CapAdd: ["SYS_ADMIN", "SYS_PTRACE"],
      SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
      MaskedPaths: [],
      ReadonlyPaths: [],
      PidMode: "host",
      NetworkMode: `${project}.open`,
      Binds: [
        "/var/run/docker.sock:/var/run/docker.sock",
        ...[targets.repository, targets.otherVolume, targets.mailVolume].map((path) => `${path}:${path}`),
        `${project}.shared:/opt/crew`,
      ],
      Tmpfs: { "/tmp": "rw" },
    },
  });
  try {
    await container.start();
    await container.wait();
    return (await saidBy(container.id)).split("\n");
  } finally {
    await container.remove({ force: true });
  }
}

interface Facts {
  readonly [name: string]: unknown;
}

const hard = {
  isRoot: false,
  privileged: false,
  capDrop: ["ALL"],
  capAdd: [],
  securityOpt: ["no-new-privileges"],
  init: true,
  tmp: true,
  devices: [],
  binds: [],
  volumesFrom: [],
  published: [],
  exposed: [],
  restart: "no",
  namespaces: { pid: "", ipc: "private", uts: "", user: "", cgroup: "private" },
  swap: 0,
} as const;

function factsOf({ Config, HostConfig, Mounts, NetworkSettings }: ContainerInspectInfo): Facts {
  const host = HostConfig as typeof HostConfig & { readonly CgroupnsMode: string; readonly UTSMode: string };
  return {
    isRoot: /^(|0|root)(:|$)/.test(Config.User),
    privileged: host.Privileged,
    capDrop: host.CapDrop,
    capAdd: host.CapAdd ?? [],
    securityOpt: host.SecurityOpt,
    init: host.Init,
    tmp: "/tmp" in (host.Tmpfs ?? {}),
    devices: host.Devices ?? [],
    binds: host.Binds ?? [],
    volumesFrom: host.VolumesFrom ?? [],
    published: Object.values(NetworkSettings.Ports).flat(),
    exposed: Object.keys(host.PortBindings ?? {}),
    restart: host.RestartPolicy?.Name,
    namespaces: {
      pid: host.PidMode,
      ipc: host.IpcMode,
      uts: host.UTSMode,
      user: host.UsernsMode,
      cgroup: host.CgroupnsMode,
    },
    swap: (host.MemorySwap ?? 0) - (host.Memory ?? 0),
    network: host.NetworkMode,
    mounts: Mounts.map(({ Type, Name, Destination, RW }) =>
      [Type === "volume" ? Name : Type, Destination, RW ? "rw" : "ro"].join(" "),
    ).sort(),
    cpus: (host.CpuQuota ?? 0) / (host.CpuPeriod ?? 1),
    memoryBytes: host.Memory,
    pids: host.PidsLimit,
  };
}

function containerOf() {
  if (!harness.container) throw new Error("no container");
  return { ...harness.container, ...limits };
}

async function createRole(role: string, environment = {}): Promise<void> {
  const { runtime, start } = harness;
  await runtime.createVolume({ role, branch: `feature/${role}`, start });
  await runtime.createInstance({ role, environment, container: containerOf() });
  await runtime.startInstance(role);
}

async function containers(): Promise<readonly ContainerInspectInfo[]> {
  const { engine, project } = harness;
  const filters = { label: [`dev.crew.project=${project}`] };
  const list = await engine.listContainers({ all: true, filters });
  return await Promise.all(list.map(({ Id }) => engine.getContainer(Id).inspect()));
}

async function saidBy(id: string): Promise<string> {
  const raw = (await harness.engine.getContainer(id).logs({ stdout: true, stderr: true })) as unknown as Buffer;
  const said: Buffer[] = [];
  for (let at = 0; at < raw.length; ) {
    const length = raw.readUInt32BE(at + 4);
    said.push(raw.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(said).toString("utf8");
}

async function mailWhen(role: string, isReached: (mail: Mail) => boolean): Promise<Mail> {
  return await until(`the mail of ${role}`, async () => {
    const mail = (await harness.again().observe()).instances.get(role)?.mail;
    return mail !== undefined && mail !== "unreadable" && isReached(mail) ? mail : undefined;
  });
}
