// crew merge: takes in and merges what is reported, without handing out anything new. `--dry-run` says in which order,
// and what waits for a person first.
import { jsonText } from "../ui/clean.ts";
import { mergeOrderOf, mergeOrderText } from "../ui/graph.ts";
import { createOutput } from "../ui/output.ts";
import { converge } from "./driving/converge.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood, openProject } from "./project/project.ts";
import { lookNow, mustBeUp } from "./project/work-context.ts";

export interface MergeFlags extends GlobalFlags {
  readonly dryRun?: boolean;
  readonly format: string;
}

export async function merge(invocation: Invocation, flags: MergeFlags): Promise<number> {
  if (flags.dryRun === true) return await showOrder(invocation, flags);
  const project = await openProject(invocation, flags);
  mustBeUp(await lookNow(project));
  // Of no role: nothing is started, and no order is given.
  const planOptions = { startedAtMs: project.engine.clock.nowMs(), allowRedBase: false, roles: [] };
  return await converge(invocation, flags, { project, command: "crew merge", planOptions });
}

async function showOrder(invocation: Invocation, flags: MergeFlags): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const order = mergeOrderOf({ crew: project.crew, ...now });
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(order, 2)}\n` : mergeOrderText(order, data.format()));
  await data.flush();
  return 0;
}
