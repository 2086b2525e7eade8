// What is measured on an engine: the built program, Docker Compose, and the calls that neither could do without. Each from
// nothing, with the calls that it makes. Leaves nothing on the engine.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import Dockerode from "dockerode";
import { pack } from "tar-stream";
import type { Counter } from "./engine-calls.ts";
import { timed, timesOf } from "./timing.ts";

export interface ContainerBench {
  readonly root: string;
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

export async function measureCrew(bench: ContainerBench): Promise<Measured> {
  const repository = join(bench.root, `crew-${bench.roles}`);
  const program = join(process.cwd(), "dist", "main.js");
  const git = (...args: readonly string[]) =>
    run(["git", "-c", "user.name=b", "-c", "user.email=b@b", ...args], repository);
  mkdirSync(repository);
  await git("init", "-q", "-b", "main");
  const file = (changed: string) =>
    [
      `name: crewbench${process.pid}`,
      "epic: Bench",
      "tasks: {hold: {title: Hold, role: r0}}",
      `defaults: {image: "${bench.image}", agent: {command: "sleep 600"}}`,
      `roles: {${names(bench)
        .map((name) => `${name}: {environment: {CHANGED: "${name === "r0" ? changed : ""}"}, beads: {ids: [none]}}`)
        .join(", ")}}`,
      "runtime: docker",
      "tracker: git",
    ].join("\n");
  const write = (changed: string) => writeFileSync(join(repository, "crew.yaml"), `${file(changed)}\n`);
  write("");
  await git("add", "-A");
  await git("commit", "-qm", "Bench");
  const environment = { XDG_STATE_HOME: join(bench.root, "state"), HOME: bench.root };
  const crew = (...args: readonly string[]) =>
    run([process.execPath, program, ...args], repository, { ...environment, DOCKER_HOST: bench.counter.host });
  return await measure(bench, {
    up: () => crew("up", "-d"),
    change: () => write("yes"),
    ps: () => crew("ps"),
    down: () => crew("down", "-v"),
  });
}

export async function measureCompose(bench: ContainerBench, program: string): Promise<Measured> {
  const folder = join(bench.root, `compose-${bench.roles}`);
  mkdirSync(folder);
  const write = (changed: string) => {
    const services = names(bench).map(
      (name) =>
        `  ${name}: {image: "${bench.image}", init: true, stop_signal: SIGKILL, command: [sleep, "600"], environment: {CHANGED: "${name === "r0" ? changed : ""}"}, volumes: ["${name}:/crew"]}`,
    );
    const volumes = names(bench).map((name) => `  ${name}: {}`);
    writeFileSync(join(folder, "compose.yaml"), `services:\n${services.join("\n")}\nvolumes:\n${volumes.join("\n")}\n`);
  };
  write("");
  const compose = (...args: readonly string[]) =>
    run(
      [
        program,
        ...(basename(program) === "docker-compose" ? [] : ["compose"]),
        "-p",
        `composebench${process.pid}`,
        ...args,
      ],
      folder,
      {
        HOME: bench.root,
        DOCKER_HOST: bench.counter.host,
      },
    );
  return await measure(bench, {
    up: () => compose("up", "-d"),
    change: () => write("yes"),
    ps: () => compose("ps"),
    down: () => compose("down", "-v"),
  });
}

interface Commands {
  readonly up: () => Promise<void>;
  readonly change: () => void;
  readonly ps: () => Promise<void>;
  readonly down: () => Promise<void>;
}

async function measure({ counter, tries }: ContainerBench, { up, change, ps, down }: Commands): Promise<Measured> {
  const measured = new Map<string, { ms: number; calls: number }>();
  const once = async (path: string, work: () => Promise<void>) => {
    counter.calls();
    const [, ms] = await timed(work);
    measured.set(path, { ms, calls: counter.calls() });
  };
  const often = async (path: string, work: () => Promise<void>) => {
    const all: number[] = [];
    for (let n = 0; n < tries; n += 1) {
      await once(path, work);
      all.push(measured.get(path)?.ms ?? 0);
    }
    measured.set(path, { ms: timesOf(all).least, calls: measured.get(path)?.calls ?? 0 });
  };
  try {
    await once("cold up", up);
    await often("no-op", up);
    await often("ps", ps);
    change();
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
    await run(["git", "bundle", "create", "-q", bundle, "HEAD", "main"], join(root, `crew-${roles}`));
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

function names({ roles }: ContainerBench): readonly string[] {
  return Array.from({ length: roles }, (_, n) => `r${n}`);
}

function run(
  argv: readonly string[],
  cwd = dirname(process.execPath),
  own: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { PATH: process.env.PATH ?? "", ...own },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(" ")} ended with ${code}\n${said}`)),
    );
  });
}
