// crew run on an engine: its container is as hardened as a role's, has none of its ports, and leaves nothing.
import { afterEach, expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { type DockerBench, docker, dockerFile, leftOf, onEngine } from "./docker.ts";
import { runScenarios } from "./run-scenarios.ts";

const open: DockerBench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function begin(files: Readonly<Record<string, string>>): DockerBench {
  const made = onEngine(aBench({ ...files, "crew.yaml": dockerFile(files["crew.yaml"] ?? "") }));
  open.push(made);
  return made;
}

runScenarios(begin, async (made) => await leftOf((made as DockerBench).engine, (made as DockerBench).project));

test("its container is as hardened as a role's, and binds none of its ports; no thing of it stays on the engine", async () => {
  const made = begin({
    "crew.yaml": `name: run
epic: {title: Run, base: main}
runtime: process
tracker: git
defaults:
  agent: {command: 'true'}
roles: {dev: {ports: ["127.0.0.1:18643:80"], cpus: 1, mem_limit: 256m}}
`,
  });
  const running = made.start(["run", "dev", "sh", "-c", "echo begun >&2; sleep 4; id -u"]);
  await running.says("begun");
  const [id = ""] = docker(
    "ps",
    "-q",
    "--filter",
    `label=dev.crew.project=${made.project}`,
    "--filter",
    "label=dev.crew.kind=role",
  ).split("\n");
  const inspected = await made.engine.getContainer(id).inspect();
  expect(inspected.HostConfig).toMatchObject({
    CapDrop: ["ALL"],
    Privileged: false,
    CpuQuota: 100_000,
    Memory: 256 * 1024 * 1024,
    PortBindings: null,
  });
  expect(inspected.HostConfig.SecurityOpt).toContain("no-new-privileges");
  expect(inspected.HostConfig.Binds ?? []).toEqual([]);
  expect((await running.ended).stdout).not.toBe("0\n");
  expect(await leftOf(made.engine, made.project)).toEqual([]);
});

test("it reaches the services of its role and those that all share, and leaves no network", async () => {
  const made = begin({
    "crew.yaml": `name: reach
epic: {title: Reach, base: main}
runtime: process
tracker: git
defaults:
  agent: {command: 'true'}
roles: {dev: {services: [db, greeter]}, other: {services: [db]}}
services:
  db: &web
    image: crew-test-tiny:busybox
    command: [sh, -c, "mkdir -p /tmp/w; hostname > /tmp/w/id; exec httpd -f -p 8080 -h /tmp/w"]
    hostname: own
    stop_grace_period: 0s
  greeter: {<<: *web, hostname: shared, shared: true}
`,
  });
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const networks = () =>
    docker("network", "ls", "-q", "--filter", `label=dev.crew.project=${made.project}`).split("\n").sort();
  const before = networks();
  const ask = `perl -MIO::Socket::INET -e '
for $name (@ARGV) {
  $s = IO::Socket::INET->new(PeerAddr => $name, PeerPort => 8080, Timeout => 10) or die "no $name: $!\\n";
  print $s "GET /id HTTP/1.0\\r\\n\\r\\n"; @lines = <$s>; print $lines[-1];
}' db greeter`;
  const asked = await made.crew(["run", "-T", "dev", "sh", "-c", ask]);
  expect([asked.code, asked.stdout], asked.stderr).toEqual([0, "own\nshared\n"]);
  expect(networks()).toEqual(before);
  expect((await made.crew(["down", "-v"])).code).toBe(0);
});
