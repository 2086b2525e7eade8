// A docker runtime over a scratch repository and the machine's engine, and a look at the engine that does not use crew's own.
// Removes everything that it made, and fails when crew would have left something.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Dockerode from "dockerode";
import type { Clock } from "../../src/ports/clock.ts";
import type { Runtime } from "../../src/ports/runtime.ts";
import { openRepository } from "../../src/repository/open.ts";
import { dockerRuntime } from "../../src/runtimes/docker/runtime.ts";
import { scripts } from "../agents/scripts.ts";
import type { RuntimeHarness } from "./contract.ts";

const clock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
};

export interface DockerHarness extends RuntimeHarness {
  readonly root: string;
  readonly repository: string;
  readonly project: string;
  readonly engine: Dockerode;
  git(...args: string[]): string;
  /** Names of everything of the project's on the engine. */
  left(): Promise<readonly string[]>;
}

const image = "crew-test-base:bookworm";

export async function dockerHarness(): Promise<DockerHarness> {
  const root = mkdtempSync(join(tmpdir(), "crew docker "));
  const repository = join(root, "repository");
  const project = `crewtest${root.slice(-6).toLowerCase()}`;
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      encoding: "utf8",
      env: {
        PATH: process.env.PATH ?? "",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        HOME: "/nonexistent",
      },
      stdio: "pipe",
    }).trim();
  execFileSync("git", ["init", "-q", "-b", "main", repository]);
  writeFileSync(join(repository, "a.txt"), "one\n");
  git("add", "-A");
  git("commit", "-q", "-m", "One");
  const identity = { host: "test", pid: process.pid, startTimeOf: async () => "now" };
  const { source, id } = await openRepository({
    cwd: repository,
    environment: { PATH: process.env.PATH ?? "" },
    identity,
  });
  const engine = new Dockerode();
  const again = (): Runtime =>
    dockerRuntime({ project, repositoryId: id, source, clock, assets: scripts, connect: async () => engine });
  const left = async () => await everythingOf(engine, project);
  return {
    runtime: again(),
    again,
    start: git("rev-parse", "HEAD"),
    container: { image, cpus: 2, memoryBytes: 1024 ** 3, pids: 256, readOnly: false },
    root,
    repository,
    project,
    engine,
    git,
    left,
    close: async () => {
      const runtime = again();
      try {
        const { instances, volumes, gates } = await runtime.observe();
        for (const role of instances.keys()) {
          await engine
            .getContainer(`${project}-${role}`)
            .kill()
            .catch(() => undefined);
          await runtime.removeInstance(role);
        }
        for (const role of volumes) await runtime.removeVolume(role).catch(() => undefined);
        for (const key of gates.keys()) await runtime.removeGate(key);
        const names = await left();
        if (names.length > 0) throw new Error(`left on the engine: ${names.join(", ")}`);
      } finally {
        await removeEverything(engine, project);
        rmSync(root, { recursive: true, force: true });
      }
    },
  };
}

async function everythingOf(engine: Dockerode, project: string): Promise<readonly string[]> {
  const filters = { label: [`dev.crew.project=${project}`] };
  const containers = await engine.listContainers({ all: true, filters });
  const { Volumes } = await engine.listVolumes({ filters });
  const networks = await engine.listNetworks({ filters });
  return [
    ...containers.map(({ Names }) => `container ${Names[0]}`),
    ...(Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...networks.map(({ Name }) => `network ${Name}`),
  ];
}

async function removeEverything(engine: Dockerode, project: string): Promise<void> {
  for (const each of await everythingOf(engine, project)) {
    const [kind, name = ""] = each.split(" ");
    if (kind === "container")
      await engine
        .getContainer(name.slice(1))
        .remove({ force: true })
        .catch(() => undefined);
    if (kind === "volume")
      await engine
        .getVolume(name)
        .remove()
        .catch(() => undefined);
    if (kind === "network")
      await engine
        .getNetwork(name)
        .remove()
        .catch(() => undefined);
  }
}
