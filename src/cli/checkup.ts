// Gathers what `crew doctor` judges: every look is tried by itself, so that one that fails is a finding and not the end.
import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import type { Disk, FolderSight, Health, MachineHealth, ProcessSight, Stray } from "../model/health.ts";
import type { RuntimeState } from "../model/world.ts";
import { stateFolders } from "../runtimes/process/leftovers.ts";
import { gitsIn, markedProcesses } from "../runtimes/process/sightings.ts";
import { type Adapters, openAdapters, stateDirectoryOf } from "./adapters.ts";
import { attempt } from "./attempt.ts";
import { readCrewFile } from "./crew-file.ts";
import { diskUse } from "./disk-use.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { programVersions } from "./program-versions.ts";
import { projectCheckup } from "./project-checkup.ts";
import { mayHoldState } from "./writable.ts";

/** What is there for so long is not only passing by: git holds a lock for an instant, and a process ends with its instance. */
const stayMs = 300;

export interface CheckupFlags extends GlobalFlags {
  /** Every object that crew's refs reach is looked for. */
  readonly deep?: boolean;
}

export async function lookAround(invocation: Invocation, flags: CheckupFlags): Promise<Health> {
  const machine = await machineHealth(invocation);
  const nothing = {
    leases: [],
    strangeRefs: [],
    missing: [],
    locks: [],
    projects: [],
    strays: [],
    folders: [],
    leftovers: [],
  };
  const opened = await attempt(() => openAdapters(invocation));
  if (opened.problem) return { machine, refusal: opened.problem, ...nothing };
  const { place, adapters, stateDirectory } = opened.value;
  const { repository, topLevel, commonDir } = place;
  const names = await repository.projects();
  const first = await repository.health({ deep: flags.deep === true });
  const projects = await Promise.all(
    names.map((name) => projectCheckup(invocation, flags, { project: adapters(name), topLevel })),
  );
  const passing = await sightings(opened.value);
  const isQuiet = first.locks.length === 0 && passing.strays.length === 0;
  if (!isQuiet) await pause(opened.value, invocation);
  const locks = isQuiet ? [] : (await repository.health({ deep: false })).locks;
  const lasting = isQuiet ? passing : await sightings(opened.value);
  const gits = lasting.gits?.filter(({ pid }) => passing.gits?.some((each) => each.pid === pid));
  const file = names.length === 0 ? (await attempt(async () => readCrewFile(invocation, flags))).problem : undefined;
  return {
    machine: { ...machine, disks: [...machine.disks, ...(await disk(commonDir))] },
    ...(file && { file }),
    leases: first.leases,
    strangeRefs: first.strangeRefs,
    missing: first.missing,
    locks: locks.filter((lock) => first.locks.some(({ inode }) => inode === lock.inode)).map(({ path }) => path),
    ...(gits && { gits }),
    projects,
    strays: lasting.strays.filter(({ pid }) => passing.strays.some((each) => each.pid === pid)),
    folders: await folderSights(stateDirectory, { repositoryId: repository.id, live: new Set(names) }),
    leftovers: (await repository.leftovers()).map(({ path }) => path),
  };
}

async function machineHealth(invocation: Invocation): Promise<MachineHealth> {
  const state = stateDirectoryOf(invocation.environment);
  const { problem } = await attempt(async () => mayHoldState(state));
  const versions = await programVersions(invocation.environment);
  return { ...versions, ...(problem && { state: problem }), disks: await disk(state) };
}

async function disk(path: string): Promise<readonly Disk[]> {
  try {
    const { bavail, bsize } = await statfs(path);
    return [{ path, freeBytes: bavail * bsize }];
  } catch {
    return [];
  }
}

interface Sightings {
  readonly strays: readonly Stray[];
  readonly gits?: readonly ProcessSight[];
}

/** Marked processes whose instance does not run, and living gits: while no git of this process's own runs. */
async function sightings({ place, adapters }: Adapters): Promise<Sightings> {
  const gits = await gitsIn([place.topLevel, place.commonDir]);
  const marked = await markedProcesses(place.repository.id);
  const running = new Map<string, ReadonlySet<string>>();
  for (const name of new Set(marked.map(({ project }) => project))) {
    running.set(name, runningIn(await adapters(name).engine.runtime.observe()));
  }
  const strays = marked.filter(({ project, instance }) => running.get(project)?.has(instance) !== true);
  return { strays, ...(gits && { gits }) };
}

/** Roles, and gates as `gate/<key>`. */
function runningIn({ instances, gates }: RuntimeState): ReadonlySet<string> {
  return new Set([
    ...[...instances.values()].filter(({ running }) => running).map(({ role }) => role),
    ...[...gates.values()].filter(({ running }) => running).map(({ key }) => `gate/${key}`),
  ]);
}

async function pause({ adapters }: Adapters, { signal }: Invocation): Promise<void> {
  await adapters("x").engine.clock.sleep(stayMs, signal);
}

interface Repository {
  readonly repositoryId: string;
  /** Projects that have refs. */
  readonly live: ReadonlySet<string>;
}

async function folderSights(path: string, { repositoryId, live }: Repository): Promise<readonly FolderSight[]> {
  const found = await stateFolders(path, repositoryId);
  return await Promise.all(
    found.map(async ({ path, project, isOurs, roles, objectDirectory }) => {
      const isGone = objectDirectory !== undefined && (await diskUse(resolve(objectDirectory))).changedAtMs === 0;
      const theirs = isGone ? "orphan" : "foreign";
      const kind = isOurs ? (live.has(project) ? "live" : "lost") : theirs;
      return { path, project, kind, roles, ...(objectDirectory !== undefined && { objectDirectory }) };
    }),
  );
}
