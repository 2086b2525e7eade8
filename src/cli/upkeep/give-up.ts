// Gives a project up: a `down` to the end, with a person's consent in place of the landing. What it has is archived first.
import { rm, rmdir } from "node:fs/promises";
import { CrewError } from "../../errors.ts";
import { observeBare } from "../../execute/observe.ts";
import type { Operation } from "../../model/plan.ts";
import { shellLine } from "../../model/shell.ts";
import type { World } from "../../model/world.ts";
import { type DownOptions, isComplete, planDown } from "../../plan/down.ts";
import type { EngineProject } from "../../runtimes/docker/leftovers.ts";
import { type StateFolder, stateFolders } from "../../runtimes/process/leftovers.ts";
import type { Gc, Removal } from "../../ui/gc.ts";
import { takeDown } from "../down.ts";
import { drivenElsewhere } from "../driving/drivers.ts";
import { underLock } from "../driving/under-lock.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import type { OpenProject } from "../project/opened.ts";
import { diskUse } from "./disk-use.ts";
import { historyFolder } from "./history-folder.ts";
import { bytesOf, namesOf } from "./left-over.ts";

/** Everything that would go, byte for byte. Throws where there is no such project. */
export async function whatGoesWith(project: OpenProject, onEngine?: EngineProject): Promise<Gc> {
  const { engine, directory } = project;
  const name = engine.project;
  const world = await observeBare(engine);
  const state = await stateOf(project);
  const planned = planDown(stopped(world), optionsFor(world));
  const hasRefs = (await engine.repository.projects()).includes(name);
  const history = await historyFolder(directory, "its history");
  const removals: readonly Removal[] = [
    ...(state ? [await folder(foldersOf(state), state.path)] : []),
    ...(onEngine ? [engineRemoval(onEngine)] : []),
    ...history.removals,
    ...planned.flatMap(branchRemoval),
    ...(hasRefs ? [{ what: "its refs", where: `refs/crew/p/${name}/`, bytes: 0 }] : []),
  ];
  if (removals.length === 0) throw new CrewError("failed", `There is no project ${name} here`, { hint: "crew doctor" });
  return { project: name, removals, kept: [...history.kept, ...keptBranches(world, planned)] };
}

/** Holds the driver's lease meanwhile, so that nobody begins to drive what is going. */
/** `clear`: removes what is left on the engine once nobody's work is there. */
export async function giveUp(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, clear }: { readonly project: OpenProject; readonly clear: () => Promise<void> },
): Promise<number> {
  const { engine, directory } = project;
  const command = `crew ${shellLine(invocation.argv)}`;
  const driver = engine.repository.lease(engine.project, "driver");
  const taken = await driver.acquire(command);
  if (!taken.held && taken.by.host !== invocation.process.host) throw drivenElsewhere(taken.by, project);
  if (!taken.held) {
    const message = `Project ${engine.project} is driven (pid ${taken.by.pid}): nothing was removed`;
    throw new CrewError("needs-you", message, { hint: `crew -p ${engine.project} down` });
  }
  try {
    const words = `Project ${engine.project} is archived and removed. No work was lost.`;
    return await underLock(invocation, { flags, engine, command }, async () => {
      const code = await takeDown(invocation, flags, { project, options: optionsFor, words });
      const state = code === 0 ? await stateOf(project) : undefined;
      if (state?.roles.length === 0) await rm(state.path, { recursive: true, force: true });
      if (code === 0) await clear();
      if (code === 0) await removeHistory(directory);
      return code;
    });
  } finally {
    await driver.release();
  }
}

/** The folder itself only when it is empty: a person's resolution may be under way in it. */
async function removeHistory(directory: string): Promise<void> {
  const { removals } = await historyFolder(directory, "");
  for (const { where } of removals) await rm(where, { force: true });
  await rmdir(directory).catch(() => undefined);
}

function optionsFor(world: World): DownOptions {
  return { volumes: true, isComplete: isComplete(world), isAbandoned: true };
}

async function stateOf({ engine, stateDirectory }: OpenProject): Promise<StateFolder | undefined> {
  const folders = await stateFolders(stateDirectory, engine.repository.id);
  return folders.find(({ isOurs, project }) => isOurs && project === engine.project);
}

/** As it will be once its roles have ended: what comes after is planned only then. */
function stopped(world: World): World {
  const instances = [...world.runtime.instances].map(([role, each]) => [role, { ...each, running: false }] as const);
  return { ...world, runtime: { ...world.runtime, instances: new Map(instances) } };
}

function foldersOf({ roles }: StateFolder): string {
  if (roles.length === 0) return "what is left of its folder";
  return `the folders of ${roles.join(", ")}, with the files that git ignores there`;
}

function engineRemoval({ roles, things }: EngineProject): Removal {
  const what =
    roles.length === 0
      ? "what is left of it on the engine"
      : `the volumes of ${roles.join(", ")}, with the files that git ignores there`;
  return { what, where: namesOf(things), bytes: bytesOf(things), onEngine: true };
}

async function folder(what: string, path: string): Promise<Removal> {
  return { what, where: path, bytes: (await diskUse(path)).bytes };
}

function branchRemoval(operation: Operation): readonly Removal[] {
  if (operation.kind !== "branch.delete") return [];
  return [{ what: `the branch ${operation.branch}`, where: `refs/heads/${operation.branch}`, bytes: 0 }];
}

function keptBranches({ repository }: World, planned: readonly Operation[]): Gc["kept"] {
  const gone = new Set(planned.flatMap((each) => (each.kind === "branch.delete" ? [each.branch] : [])));
  return [...repository.branches.values()].flatMap(({ branch, oid, checkedOutAt }) => {
    if (oid === undefined || gone.has(branch)) return [];
    const why =
      checkedOutAt === undefined ? "which holds more than crew showed there" : `checked out at ${checkedOutAt}`;
    return [{ what: `the branch ${branch}, ${why}`, command: `git log ${branch}` }];
  });
}
