// What is measured on an engine: the built program, Docker Compose, and the calls that neither could do without. Each from
// nothing, with the calls that it makes. Leaves nothing on the engine.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import Dockerode from "dockerode";
import { pack } from "tar-stream";
import { type Contender, composeContender, crewContender } from "./contenders.ts";
import type { Counter } from "./engine-calls.ts";
import { type Running, run } from "./running.ts";
import { timed, timesOf } from "./timing.ts";

export interface ContainerBench {
  readonly root: string;
  readonly home: string;
  readonly counter: Counter;
  readonly roles: number;
  readonly image: string;
  /** Of what changes nothing; the rest is measured once. */
  readonly tries: number;
}

/** By path, milliseconds and calls of the engine. */
export type Measured = ReadonlyMap<string, { readonly ms: number; readonly calls: number }>;

/** Milliseconds; the least of ten. */
export async function emptyNode(): Promise<number> {
  const tries: number[] = [];
  for (let n = 0; n < 10; n += 1) tries.push((await timed(() => run([process.execPath, "-e", ""])))[1]);
  return timesOf(tries).least;
}

/** Of several rounds the least of each path. */
export function leastOf(rounds: readonly Measured[]): Measured {
  const least = new Map<string, { readonly ms: number; readonly calls: number }>();
  for (const [path, { ms, calls }] of rounds.flatMap((round) => [...round])) {
    const before = least.get(path) ?? { ms, calls };
    least.set(path, { ms: Math.min(before.ms, ms), calls: Math.min(before.calls, calls) });
  }
  return least;
}

export async function measureCrew(bench: ContainerBench, program?: string): Promise<Measured> {
  return await measure(bench, await crewContender({ ...bench, host: bench.counter.host }, program));
}

export async function measureCompose(bench: ContainerBench, program: string): Promise<Measured> {
  return await measure(bench, composeContender({ ...bench, host: bench.counter.host }, program));
}

async function measure({ counter, tries }: ContainerBench, { up, change, ps, down }: Contender): Promise<Measured> {
  const measured = new Map<string, { ms: number; calls: number }>();
  const once = async (path: string, work: () => Running) => {
    counter.calls();
    const [, ms] = await timed(() => work().ended);
    measured.set(path, { ms, calls: counter.calls() });
  };
  const often = async (path: string, work: () => Running) => {
    const all: { ms: number; calls: number }[] = [];
    for (let n = 0; n < tries; n += 1) {
      await once(path, work);
      all.push(measured.get(path) ?? { ms: 0, calls: 0 });
    }
    // What crew's driver asks by itself meanwhile is no call of the command's.
    const calls = Math.min(...all.map((each) => each.calls));
    measured.set(path, { ms: timesOf(all.map(({ ms }) => ms)).least, calls });
  };
  try {
    await once("cold up", up);
    await often("no-op", up);
    await often("ps", ps);
    change("yes");
    await once("one changed", up);
  } finally {
    await once("down", down);
  }
  return measured;
}

/**
 * A network; then of each a volume, a container, the repository's objects and a mailbox in one archive, and a start that makes
 * the clone; a stop that is heard, and their end. All at once: what whoever keeps a clone and a mailbox for each cannot do without.
 */
export async function measureEngine({ counter, roles, image, root }: ContainerBench): Promise<Measured> {
  const engine = new Dockerode({ socketPath: counter.host.replace("unix://", "") });
  const measured = new Map<string, { ms: number; calls: number }>();
  const project = `rawbench${process.pid}`;
  const all = Array.from({ length: roles }, (_, n) => `${project}-${n}`);
  const once = async (path: string, work: () => Promise<unknown>) => {
    counter.calls();
    const [, ms] = await timed(work);
    measured.set(path, { ms, calls: counter.calls() });
  };
  const clone = `git clone -q /crew/objects.bundle /tmp/work; sleep 600 & trap "kill $!; exit" TERM; wait`;
  await once("cold up", async () => {
    const bundle = join(root, `${project}.bundle`);
    await run(["git", "bundle", "create", "-q", bundle, "HEAD", "main"], { cwd: join(root, `crew-${roles}`) });
    const network = engine.createNetwork({ Name: project });
    await Promise.all(
      all.map(async (name) => {
        await Promise.all([network, engine.createVolume({ Name: name })]);
        const Mounts = [{ Type: "volume" as const, Source: name, Target: "/crew" }];
        const HostConfig = { Init: true, Mounts, NetworkMode: project };
        const Cmd = ["sh", "-c", clone];
        const container = await engine.createContainer({ name, Image: image, Cmd, HostConfig });
        await container.putArchive(mailWith(readFileSync(bundle)), { path: "/crew" });
        await container.start();
      }),
    );
  });
  await once("down", async () => {
    await Promise.all(
      all.map(async (name) => {
        await engine.getContainer(name).stop();
        await engine.getContainer(name).remove();
        await engine.getVolume(name).remove();
      }),
    );
    await engine.getNetwork(project).remove();
  });
  return measured;
}

function mailWith(bundle: Buffer): Readable {
  const archive = pack();
  for (const folder of ["inbox", "outbox"]) archive.entry({ name: folder, type: "directory", mode: 0o777 });
  archive.entry({ name: "objects.bundle" }, bundle);
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}
