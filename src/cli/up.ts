// crew up: converges the project. In a terminal it starts the driver and looks on; elsewhere, or with --wait, it drives itself.
import { CrewError } from "../errors.ts";
import { shellLine } from "../model/shell.ts";
import type { PlanOptions } from "../plan/context.ts";
import { type Converging, converge, view } from "./converge.ts";
import { driverOf, ensureDriver, sayUpAgain } from "./drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import { letGo } from "./hold.ts";
import type { Invocation } from "./invocation.ts";
import type { Project } from "./opened.ts";
import { openProject } from "./project.ts";
import { mustBeRoles } from "./said.ts";
import { setUp } from "./set-up.ts";
import { lookNow } from "./work-context.ts";
import { mustHoldState, mustTakeRecords } from "./writable.ts";

export interface UpFlags extends GlobalFlags {
  readonly detach?: boolean;
  readonly wait?: boolean;
  readonly allowRedBase?: boolean;
  readonly removeOrphans?: boolean;
  readonly epic?: string;
}

export async function up(invocation: Invocation, flags: UpFlags, roles: readonly string[]): Promise<number> {
  const project = await openProject(invocation, flags);
  const planOptions = planOptionsOf(project, flags, roles);
  const command = `crew ${shellLine(invocation.argv)}`;
  mustTakeRecords(project.commonDir);
  mustHoldState(project.stateDirectory);
  await letGo(project, roles);
  sayUpAgain(project, { removeOrphans: flags.removeOrphans === true });
  if (flags.detach === true) {
    const result = await setUp(invocation, flags, { project, planOptions, command });
    if (result !== "done") return result === "complete" ? 0 : 5;
    await ensureDriver(invocation, project, driveArguments(project, flags, planOptions));
    return 0;
  }
  await bringUpBesideDriver(invocation, flags, { project, planOptions, command });
  const isLookedAt = invocation.stderr.isTTY === true && flags.wait !== true;
  if (!isLookedAt) return await converge(invocation, flags, { project, planOptions, command });
  const { plan } = await lookNow(project);
  if (plan.outlook === "complete") return await converge(invocation, flags, { project, planOptions, command });
  await ensureDriver(invocation, project, driveArguments(project, flags, planOptions));
  const code = await view(invocation, flags, project);
  if (code !== undefined) return code;
  throw new CrewError("failed", "The driver ended before its time: nobody is driving", { hint: "crew up" });
}

/** A driver that was started for some roles takes up others once they have instances. */
async function bringUpBesideDriver(invocation: Invocation, flags: UpFlags, converging: Converging): Promise<void> {
  const { project, planOptions } = converging;
  if (!(await driverOf(project))) return;
  const { instances } = (await lookNow(project)).world.runtime;
  const names = planOptions.roles ?? project.crew.roles.map(({ name }) => name);
  if (names.some((name) => !instances.has(name))) await setUp(invocation, flags, converging);
}

export function planOptionsOf({ crew, engine }: Project, flags: UpFlags, roles: readonly string[]): PlanOptions {
  mustBeRoles(crew, roles);
  return {
    startedAtMs: engine.clock.nowMs(),
    allowRedBase: flags.allowRedBase === true,
    ...(flags.removeOrphans === true && { removeOrphans: true }),
    ...(roles.length > 0 && { roles, keepsOthers: true }),
  };
}

/** The same file, project and inputs, for the driver that goes on. */
function driveArguments({ crew }: Project, flags: UpFlags, options: PlanOptions): readonly string[] {
  return [
    "drive",
    ...(flags.file === undefined ? [] : ["--file", flags.file]),
    ...["--project-name", crew.name],
    ...Object.entries(flags.set).flatMap(([name, value]) => ["--set", `${name}=${value}`]),
    "--started-at",
    String(options.startedAtMs),
    ...(flags.epic === undefined ? [] : ["--epic", flags.epic]),
    ...(options.allowRedBase ? ["--allow-red-base"] : []),
    ...(options.removeOrphans === true ? ["--remove-orphans"] : []),
    ...(options.roles === undefined ? [] : ["--roles", options.roles.join(",")]),
  ];
}
