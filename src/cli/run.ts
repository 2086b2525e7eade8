// crew run: a person's command in an instance of its own, made like the role's and gone with the command. The role's own volume
// is never touched, and what the command leaves in its clone is not collected.
import { randomBytes } from "node:crypto";
import { CrewError } from "../errors.ts";
import { type Role, roleNamed } from "../model/crew.ts";
import { oneOffName, oneOffSpec } from "../model/one-off.ts";
import type { World } from "../model/world.ts";
import { stopGraceMs } from "../plan/holds.ts";
import { type ExecFlags, execIn, requestOf } from "./exec.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow } from "./project/work-context.ts";
import { mustHoldState } from "./project/writable.ts";
import { mustBeRoles } from "./said.ts";

const pollMs = 50;

export async function run(
  invocation: Invocation,
  flags: ExecFlags,
  roleName: string,
  command: readonly string[],
): Promise<number> {
  const project = await openLastGood(invocation, flags);
  mustBeRoles(project.crew, [roleName]);
  mustHoldState(project.stateDirectory);
  const request = requestOf(invocation, flags, {
    project,
    role: roleName,
    argv: command.length > 0 ? command : ["sh"],
  });
  const { world, survey } = await lookNow(project);
  const role = roleNamed(survey.crew, roleName);
  if (!role) return 1;
  const name = oneOffName(role.name, randomBytes(3).toString("hex"));
  try {
    await make(invocation, project, { role, name, world });
    if (invocation.signal.aborted) return 130;
    const own = { ...request, environment: { CREW_ROLE: role.name, ...request.environment } };
    return await execIn(invocation, flags, { project, name, request: own });
  } finally {
    await unmake(project, role, name);
  }
}

interface Making {
  readonly role: Role;
  readonly name: string;
  readonly world: World;
}

/** A clone at what the role shows, or where its work begins; ready once its supervisor waits for orders that never come. */
async function make(invocation: Invocation, project: ViewedProject, { role, name, world }: Making): Promise<void> {
  const { runtime, clock } = project.engine;
  const { branches, tips, start, base } = world.repository;
  const from = branches.get(role.name)?.oid ?? tips.get(role.into)?.oid ?? start ?? base.oid;
  const next = oneOffSpec(role, name);
  await runtime.createVolume({ role: name, branch: role.branch, start: from, next });
  await runtime.createInstance(next);
  await runtime.startInstance(name);
  while (!invocation.signal.aborted) {
    const instance = (await runtime.observe()).instances.get(name);
    const status = instance && instance.mail !== "unreadable" ? instance.mail.status : undefined;
    if (status?.phase === "idle") return;
    if (!instance?.running || status?.phase === "broken") {
      const why = status?.detail || instance?.stillborn || "it ended at once";
      throw new CrewError("failed", `An instance of ${role.name} cannot be made: ${why}`, { hint: "crew up" });
    }
    await clock.sleep(pollMs, invocation.signal);
  }
}

/** All of it, however far it came. */
async function unmake({ engine }: ViewedProject, role: Role, name: string): Promise<void> {
  const { runtime } = engine;
  await runtime.stopInstance(name, { graceMs: stopGraceMs(oneOffSpec(role, name)) });
  await runtime.removeInstance(name);
  await runtime.removeVolume(name);
}
