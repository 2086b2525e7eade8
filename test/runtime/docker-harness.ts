// A docker runtime over a scratch repository and the machine's engine, and a look at the engine that does not use crew's own.
// Removes everything that it made, and fails when crew would have left something.
import { rmSync } from "node:fs";
import Dockerode from "dockerode";
import type { Clock } from "../../src/ports/clock.ts";
import type { Runtime } from "../../src/ports/runtime.ts";
import { openRepository } from "../../src/repository/open.ts";
import { dockerRuntime } from "../../src/runtimes/docker/runtime.ts";
import { scripts } from "../agents/scripts.ts";
import type { RuntimeHarness } from "./contract.ts";
import { clock, scratchRepository } from "./scratch.ts";

export interface DockerHarness extends RuntimeHarness {
  readonly root: string;
  readonly repository: string;
  readonly project: string;
  readonly engine: Dockerode;
  /** `own`: the clock of this one. */
  again(own?: Clock): Runtime;
  git(...args: string[]): string;
  /** Names of everything of the project's on the engine. */
  left(): Promise<readonly string[]>;
}

const image = "crew-test-base:bookworm";

export async function dockerHarness(): Promise<DockerHarness> {
  const { root, repository, git } = scratchRepository("crew docker ");
  const project = `crewtest${root.slice(-6).toLowerCase()}`;
  const identity = { host: "test", pid: process.pid, startTimeOf: async () => "now" };
  const { source, id } = await openRepository({
    cwd: repository,
    environment: { PATH: process.env.PATH ?? "" },
    identity,
  });
  const engine = new Dockerode();
  const again = (own = clock): Runtime =>
    dockerRuntime({
      project,
      repositoryId: id,
      source,
      clock: own,
      assets: scripts,
      way: async () => ({ engine, reach: async () => engine }),
    });
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
        const { instances, volumes, gates, setups } = await runtime.observe();
        for (const role of instances.keys()) {
          await engine
            .getContainer(`${project}-${role}`)
            .kill()
            .catch(() => undefined);
          await runtime.removeInstance(role);
        }
        for (const role of volumes) await runtime.removeVolume(role).catch(() => undefined);
        for (const key of gates.keys()) await runtime.removeGate(key);
        for (const hash of setups?.runs.keys() ?? []) await runtime.setups?.remove(hash);
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
  const filters = { label: [`dev.crew.project=${project}`, "dev.crew.kind=setup"] };
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
  for (const { Id } of await engine.listImages({ filters })) await engine.getImage(Id).remove({ force: true });
}

/** A role's instance with nothing of its own, just started. */
export async function beginIn({ container, runtime, start }: DockerHarness, role: string): Promise<void> {
  if (!container) throw new Error("no container to make");
  await runtime.createVolume({ role, branch: `feature/${role}`, start });
  await runtime.createInstance({ role, environment: {}, container });
  await runtime.startInstance(role);
}
