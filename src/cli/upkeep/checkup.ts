// Gathers what `crew doctor` judges: every look is tried by itself, so that one that fails is a finding and not the end.
import { lstat, statfs } from "node:fs/promises";
import { systemClock } from "../../execute/clock.ts";
import type { Disk, FolderSight, Health, MachineHealth, Problem, ProcessSight, Stray } from "../../model/health.ts";
import type { RuntimeState } from "../../model/world.ts";
import { stateFolders } from "../../runtimes/process/leftovers.ts";
import { gitsIn, markedProcesses } from "../../runtimes/process/sightings.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { type Adapters, openAdapters, type Place, stateDirectoryOf } from "../project/adapters.ts";
import { readCrewFile } from "../project/crew-file.ts";
import { mayHoldState } from "../project/writable.ts";
import { attempt } from "./attempt.ts";
import { engineNow } from "./engine-sight.ts";
import { programVersions } from "./program-versions.ts";
import { projectCheckup } from "./project-checkup.ts";

/** What is there for so long is not only passing by: git holds a lock for an instant, and a process ends with its instance. */
const stayMs = 300;

export interface CheckupFlags extends GlobalFlags {
  /** Every object that crew's refs reach is looked for. */
  readonly deep?: boolean;
}

export async function lookAround(invocation: Invocation, flags: CheckupFlags): Promise<Health> {
  const machine = await machineHealth(invocation);
  const opened = await attempt(() => openAdapters(invocation));
  if (opened.problem) return { ...unseen, machine, refusals: [opened.problem] };
  const { place, stateDirectory } = opened.value;
  const { repository, commonDir } = place;
  const seen: Partial<Health>[] = [];
  const refusals: Problem[] = [];
  // One after the other: a git that another look runs would be taken for one that holds a lock.
  for (const look of [
    () => projectsIn(invocation, flags, opened.value),
    () => trackerNow(invocation, flags, opened.value),
    () => engineWanted(invocation, flags),
    () => untriedPresets(invocation, flags),
    () => repositoryNow(invocation, flags, opened.value),
    () => folderSights(stateDirectory, repository),
    async () => ({ leftovers: (await repository.leftovers()).map(({ path }) => path) }),
  ]) {
    const looked = await attempt<Partial<Health>>(look);
    if (looked.problem) refusals.push(looked.problem);
    else seen.push(looked.value);
  }
  const disks = [...machine.disks, ...(await disk(commonDir))];
  return Object.assign({}, unseen, ...seen, { machine: { ...machine, disks }, refusals });
}

const unseen: Omit<Health, "machine" | "refusals"> = {
  leases: [],
  strangeRefs: [],
  missing: [],
  locks: [],
  projects: [],
  strays: [],
  folders: [],
  leftovers: [],
};

async function projectsIn(
  invocation: Invocation,
  flags: GlobalFlags,
  { place, adapters }: Adapters,
): Promise<Pick<Health, "projects" | "file">> {
  const names = await place.repository.projects();
  const projects = await Promise.all(
    names.map((name) => projectCheckup(invocation, flags, { project: adapters(name), topLevel: place.topLevel })),
  );
  const file = names.length === 0 ? (await attempt(async () => readCrewFile(invocation, flags))).problem : undefined;
  return { projects, ...(file && { file }) };
}

/** Of a project that lives here, whose own checkup tells what is wrong with it; else what the file says, if it can be read. */
async function trackerNow(
  invocation: Invocation,
  flags: GlobalFlags,
  { recorded: [first], tracker }: Adapters,
): Promise<Pick<Health, "tracker">> {
  if (first) {
    const about = await attempt(async () => await tracker(first.name).about());
    return about.problem || about.value.program === undefined ? {} : { tracker: about.value.program };
  }
  const read = await attempt(async () => readCrewFile(invocation, flags).crew.tracker);
  const { program } = await tracker(undefined, read.problem ? undefined : read.value).about();
  return program === undefined ? {} : { tracker: program };
}

/** A file that cannot be read asks for none; that it cannot is a finding of its own. */
async function engineWanted(invocation: Invocation, flags: GlobalFlags): Promise<Pick<Health, "engine" | "noEngine">> {
  const read = await attempt(async () => readCrewFile(invocation, flags).crew.runtime);
  return read.problem ? {} : await engineNow(invocation, read.value);
}

async function untriedPresets(invocation: Invocation, flags: GlobalFlags): Promise<Pick<Health, "untried">> {
  const read = await attempt(async () => readCrewFile(invocation, flags).crew.roles);
  const untried = new Map<string, readonly string[]>();
  for (const { name, agent, isUntried } of read.problem ? [] : read.value) {
    const { preset } = agent;
    if (isUntried && preset !== undefined) untried.set(preset, [...(untried.get(preset) ?? []), name]);
  }
  return { untried };
}

/** What only passes by is looked at twice. */
async function repositoryNow(
  { signal }: Invocation,
  { deep = false }: CheckupFlags,
  opened: Adapters,
): Promise<Pick<Health, "leases" | "strangeRefs" | "missing" | "locks" | "gits" | "strays">> {
  const { repository } = opened.place;
  const first = await repository.health({ deep });
  const passing = await sightings(opened);
  const isQuiet = first.locks.length === 0 && passing.strays.length === 0;
  if (!isQuiet) await systemClock.sleep(stayMs, signal);
  const locks = isQuiet ? [] : (await repository.health({ deep: false })).locks;
  const lasting = isQuiet ? passing : await sightings(opened);
  const gits = lasting.gits?.filter(({ pid }) => passing.gits?.some((each) => each.pid === pid));
  return {
    leases: first.leases,
    strangeRefs: first.strangeRefs,
    missing: first.missing,
    locks: locks.filter((lock) => first.locks.some(({ inode }) => inode === lock.inode)).map(({ path }) => path),
    ...(gits && { gits }),
    strays: lasting.strays.filter(({ pid }) => passing.strays.some((each) => each.pid === pid)),
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
  const gits = await gitsIn([place.commonDir, ...(await workTrees(place))]);
  const marked = await markedProcesses(place.repository.id);
  const running = new Map<string, ReadonlyMap<string, boolean>>();
  for (const name of new Set(marked.map(({ project }) => project))) {
    running.set(name, instancesIn(await adapters(name).engine.runtime.observe()));
  }
  const strays = marked.flatMap((each): readonly Stray[] => {
    const isRunning = running.get(each.project)?.get(each.instance);
    return isRunning === true ? [] : [{ ...each, isKept: isRunning !== undefined }];
  });
  return { strays, ...(gits && { gits }) };
}

async function workTrees({ repository }: Place): Promise<readonly string[]> {
  const { stdout } = await repository.runner.run(["worktree", "list", "--porcelain", "-z"]);
  return stdout
    .split("\0")
    .flatMap((field) => (field.startsWith("worktree ") ? [field.slice("worktree ".length)] : []));
}

/** Whether each runs: roles, and gates as `gate/<key>`. */
function instancesIn({ instances, gates }: RuntimeState): ReadonlyMap<string, boolean> {
  return new Map([
    ...[...instances.values()].map(({ role, running }) => [role, running] as const),
    ...[...gates.values()].map(({ key, running }) => [`gate/${key}`, running] as const),
  ]);
}

async function folderSights(path: string, repository: Place["repository"]): Promise<Pick<Health, "folders">> {
  const live = new Set(await repository.projects());
  const found = await stateFolders(path, repository.id);
  const folders = await Promise.all(
    found.map(async ({ path, project, isOurs, roles, objectDirectory }): Promise<FolderSight> => {
      const kind = isOurs
        ? live.has(project)
          ? "live"
          : "lost"
        : (await isGone(objectDirectory))
          ? "orphan"
          : "foreign";
      return { path, project, kind, roles, ...(objectDirectory !== undefined && { objectDirectory }) };
    }),
  );
  return { folders };
}

/** Only what is not there: of what cannot be looked at nobody can tell. */
async function isGone(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  return await lstat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );
}
