// A process runtime over a scratch repository and state directory, and a look at the machine's processes that does not use
// crew's own. Ends everything that it started, and fails when crew would have left something.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../src/ports/clock.ts";
import type { ObjectSource, Runtime } from "../../src/ports/runtime.ts";
import { processRuntime } from "../../src/runtimes/process/runtime.ts";
import { scripts } from "../agents/scripts.ts";
import { type RuntimeHarness, until } from "./contract.ts";
import { clock, scratchRepository } from "./scratch.ts";

/** Clones borrow the objects where they are. */
export const noPack = () => Promise.reject(new Error("processes need no pack"));

export interface ProcessHarness extends RuntimeHarness {
  readonly root: string;
  readonly repository: string;
  readonly stateDirectory: string;
  /** The project's folder. */
  readonly project: string;
  readonly role: (name?: string) => string;
  readonly again: (
    environment?: Readonly<Record<string, string>>,
    sleep?: Clock["sleep"],
    source?: ObjectSource,
  ) => Runtime;
  git(...args: string[]): string;
  /** Pids and environments of every process with a marker of this project. */
  processes(): ReadonlyMap<number, ReadonlyMap<string, string>>;
}

export async function processHarness(): Promise<ProcessHarness> {
  const { root, repository, git } = scratchRepository("crew runtime ");
  const stateDirectory = join(root, "state home");
  const project = `shop${root.slice(-6).toLowerCase()}`;
  const objects = {
    objectDirectory: join(repository, ".git/objects"),
    objectFormat: "sha1",
    pinned: noPack,
    pack: noPack,
  } as const;
  const again = (own: Readonly<Record<string, string>> = {}, sleep = clock.sleep, source: ObjectSource = objects) =>
    processRuntime({
      project,
      repositoryId: "0123456789abcdef0123456789abcdef",
      stateDirectory,
      environment: { PATH: process.env.PATH ?? "/usr/bin:/bin", LANG: "C.UTF-8", ...own },
      source,
      clock: { ...clock, sleep },
      assets: scripts,
    });
  const folder = join(stateDirectory, `${project}-0123456789ab`);
  const processes = () => findProcesses(`[${project}-0123456789ab/`);
  return {
    runtime: again(),
    again,
    start: git("rev-parse", "HEAD"),
    root,
    repository,
    stateDirectory,
    project: folder,
    role: (name = "dev") => join(folder, "roles", name),
    git,
    processes,
    close: async () => {
      const runtime = again();
      const roles = existsSync(join(folder, "roles")) ? readdirSync(join(folder, "roles")) : [];
      try {
        for (const role of roles) await runtime.stopInstance(role, { graceMs: 5_000 }).catch(() => undefined);
        for (const key of (await runtime.observe()).gates.keys()) await runtime.removeGate(key);
        await until("no process left", async () => (processes().size === 0 ? true : undefined), 5_000);
      } finally {
        for (const pid of processes().keys()) process.kill(pid, "SIGKILL");
        rmSync(root, { recursive: true, force: true });
      }
    },
  };
}

function findProcesses(prefix: string): ReadonlyMap<number, ReadonlyMap<string, string>> {
  const found = new Map<number, ReadonlyMap<string, string>>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const pairs = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      if (!pairs.some((pair) => pair.startsWith(`CREW_INSTANCE=${prefix}`) || pair.startsWith(`CREW_READER=${prefix}`)))
        continue;
      found.set(
        Number(name),
        new Map(
          pairs.filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
        ),
      );
    } catch {
      // gone meanwhile, or not ours to read
    }
  }
  return found;
}
