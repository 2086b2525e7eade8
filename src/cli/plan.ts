// crew plan: what `up` would do, why, and what it leaves alone. Changes nothing.
import { look } from "../execute/pass.ts";
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { planJson } from "../ui/plan-json.ts";
import { planText } from "../ui/plan-text.ts";
import { wishesOf } from "./driving/up-flags.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openProject } from "./project/project.ts";

export interface PlanFlags extends GlobalFlags {
  readonly format: string;
  readonly detailedExitcode?: boolean;
  readonly epic?: string;
}

export async function plan(invocation: Invocation, flags: PlanFlags, roles: readonly string[]): Promise<number> {
  const project = await openProject(invocation, flags, { looks: true });
  const { world, plan } = await look(project.engine, project.crew, {
    planOptions: wishesOf(project, flags, roles).first,
    memory: new Map(),
  });
  const { data } = createOutput({ ...invocation, color: flags.color });
  const { instances } = world.runtime;
  data.write(
    flags.format === "json"
      ? `${jsonText(planJson(plan, instances), 2)}\n`
      : planText(plan, { ...data.format(), instances }),
  );
  await data.flush();
  return flags.detailedExitcode === true && plan.operations.length > 0 ? 2 : 0;
}
