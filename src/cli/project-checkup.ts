// Looks at one project for `crew doctor`: its file, its records, its driver and its instances, each as far as it can be read.
import { resolve } from "node:path";
import { observeBare } from "../execute/observe.ts";
import type { ProjectHealth } from "../model/health.ts";
import type { World } from "../model/world.ts";
import { attempt } from "./attempt.ts";
import { driverOf } from "./drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { OpenProject } from "./opened.ts";
import { openProject } from "./project.ts";
import { lookNow } from "./work-context.ts";

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
  const planned = await attempt(async () => {
    const opened = await openProject(invocation, { ...flags, projectName: name, ...(file !== undefined && { file }) });
    return (await lookNow(opened)).plan.outlook;
  });
  const found = planned.problem ? { file: planned.problem } : { outlook: planned.value };
  return { ...nothing, ...found, ...rolesOf(world) };
}

function rolesOf({ runtime }: World): Pick<ProjectHealth, "unreadable" | "broken" | "bare"> {
  const instances = [...runtime.instances.values()];
  return {
    unreadable: instances.filter(({ mail }) => mail === "unreadable").map(({ role }) => role),
    broken: instances.flatMap(({ role, mail }) =>
      mail !== "unreadable" && mail.status.phase === "broken" ? [{ role, reason: mail.status.detail }] : [],
    ),
    bare: instances.length === 0 ? [] : [...runtime.volumes].filter((role) => !runtime.instances.has(role)).sort(),
  };
}
