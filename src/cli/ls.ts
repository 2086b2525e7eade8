// crew ls: the projects that live in this repository. Changes nothing.
import type { ProjectFact } from "../model/records.ts";
import type { Instance } from "../model/world.ts";
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { type ProjectRow, projectsText } from "../ui/projects.ts";
import { driverOf } from "./driving/drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { type Adapters, openAdapters } from "./project/adapters.ts";

export interface LsFlags extends GlobalFlags {
  readonly format: string;
  readonly all?: boolean;
  readonly quiet?: boolean;
}

export async function ls(invocation: Invocation, flags: LsFlags): Promise<number> {
  const { recorded, adapters } = await openAdapters(invocation);
  const all = await Promise.all(recorded.map(async (fact) => await rowOf(fact, adapters)));
  const rows = all
    .filter(({ status, driven }) => flags.all === true || driven || status.includes("running"))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { data } = createOutput({ ...invocation, color: flags.color });
  if (flags.quiet) data.write(rows.map(({ name }) => `${name}\n`).join(""));
  else data.write(flags.format === "json" ? `${jsonText(rows, 2)}\n` : projectsText(rows, data.format()));
  await data.flush();
  return 0;
}

async function rowOf(fact: ProjectFact, adapters: Adapters["adapters"]): Promise<ProjectRow> {
  const { name, epic, file, runtime = "process" } = fact;
  const project = adapters(name);
  const [{ instances }, driver] = await Promise.all([project.engine.runtime.observe(), driverOf(project)]);
  return { name, status: statusOf([...instances.values()]), driven: driver !== undefined, epic, runtime, file };
}

function statusOf(instances: readonly Instance[]): string {
  const states = instances.map(({ running, paused }) => (paused ? "paused" : running ? "running" : "exited"));
  const counted = (["running", "paused", "exited"] as const).flatMap((state) => {
    const count = states.filter((each) => each === state).length;
    return count === 0 ? [] : [`${state}(${count})`];
  });
  return counted.length === 0 ? "down" : counted.join(", ");
}
