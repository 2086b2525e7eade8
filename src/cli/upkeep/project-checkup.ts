// Looks at one project for `crew doctor`: its file, its records, its driver and its instances, each as far as it can be read.
import { relative, resolve } from "node:path";
import { findCrewFile } from "../../config/load.ts";
import { observeBare } from "../../execute/observe.ts";
import type { ProjectHealth } from "../../model/health.ts";
import { whyBroken } from "../../model/instance.ts";
import type { World } from "../../model/world.ts";
import { driverOf } from "../driving/drivers.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import type { OpenProject } from "../project/opened.ts";
import { openProject } from "../project/project.ts";
import { lookNow } from "../project/work-context.ts";
import { attempt } from "./attempt.ts";

/** An instance is made within a moment of its folder. */
const settleMs = 1000;

export interface Checking {
  readonly project: OpenProject;
  readonly topLevel: string;
}

export async function projectCheckup(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, topLevel }: Checking,
): Promise<ProjectHealth> {
  const name = project.engine.project;
  const looked = await attempt(() => observeBare(project.engine));
  const driver = await attempt(() => driverOf(project));
  const isDriven = driver.problem === undefined && driver.value !== undefined;
  const nothing = { name, isDriven, unreadable: [], broken: [], bare: [] };
  if (looked.problem) return { ...nothing, problem: looked.problem };
  const world = looked.value;
  const recorded = world.repository.facts.project?.file;
  const file = flags.file ?? (recorded === undefined ? undefined : resolve(topLevel, recorded));
  const named = { ...flags, projectName: name, ...(file !== undefined && { file }) };
  const opened = await attempt(() => openProject(invocation, named));
  const found = { ...nothing, ...fileFlag(invocation, file), ...rolesOf(world) };
  if (opened.problem) return { ...found, file: opened.problem };
  const planned = await attempt(async () => (await lookNow(opened.value)).plan.outlook);
  if (planned.problem) return { ...found, problem: planned.problem };
  const declared = new Set(opened.value.crew.roles.map((role) => role.name));
  const bare = await bareNow(project, declared, invocation);
  return { ...found, outlook: planned.value, bare };
}

/** Where another file would be found without being named. */
function fileFlag({ cwd }: Invocation, file: string | undefined): Pick<ProjectHealth, "fileFlag"> {
  if (file === undefined) return {};
  try {
    return findCrewFile(cwd) === file ? {} : { fileFlag: relative(cwd, file) };
  } catch {
    return { fileFlag: relative(cwd, file) };
  }
}

function rolesOf({ runtime }: World): Pick<ProjectHealth, "unreadable" | "broken"> {
  const instances = [...runtime.instances.values()];
  return {
    unreadable: instances.filter(({ mail }) => mail === "unreadable").map(({ role }) => role),
    broken: instances.flatMap((instance) => {
      const reason = whyBroken(instance);
      return reason === undefined ? [] : [{ role: instance.role, reason }];
    }),
  };
}

/** Looked at twice: while a project is brought up each role has its folder first. */
async function bareNow(
  { engine }: OpenProject,
  declared: ReadonlySet<string>,
  { signal }: Invocation,
): Promise<readonly string[]> {
  const look = async () => {
    const { instances, volumes } = await engine.runtime.observe();
    return instances.size === 0 ? [] : [...volumes].filter((role) => declared.has(role) && !instances.has(role)).sort();
  };
  const first = await look();
  if (first.length === 0) return [];
  await engine.clock.sleep(settleMs, signal);
  const second = await look();
  return first.filter((role) => second.includes(role));
}
