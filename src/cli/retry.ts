// crew retry: a person's word that a blocked bead, or a role's move upward, gets new attempts. Records it and wakes the driver.
import { CrewError } from "../errors.ts";
import { roleNamed } from "../model/crew.ts";
import { upwardSubject } from "../model/names.ts";
import type { RetryFact } from "../model/records.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";
import { mustBeRoles, said, saidAtMs } from "./said.ts";

export interface RetryFlags extends GlobalFlags {
  readonly message?: string;
  readonly role?: string;
}

export async function retry(invocation: Invocation, flags: RetryFlags, subject: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const { id, round, what } = find(subject, project, now);
  if (flags.role !== undefined) mustBeRoles(project.crew, [flags.role]);
  const attempt = now.survey.history.orders(id, round).at(-1)?.id.attempt ?? 0;
  const { facts, verdicts } = now.world.repository;
  const value: RetryFact = {
    round,
    attempt,
    words: flags.message ?? "",
    ...(flags.role !== undefined && { role: flags.role }),
    atMs: saidAtMs(project, facts.assignments.get(id), ...verdicts.values()),
  };
  await project.engine.repository.writeFact(project.engine.project, { kind: "retry", id, value });
  await said(invocation, project, `${what} gets new attempts.`);
  return 0;
}

function find(
  subject: string,
  { crew }: ViewedProject,
  { survey }: Now,
): { readonly id: string; readonly round: number; readonly what: string } {
  const leaf = survey.leaves.find(({ bead }) => bead.id === subject);
  if (leaf) {
    if (!["blocked", "approval", "answering", "merging"].includes(leaf.state.kind)) {
      throw new CrewError("failed", `${subject} has nothing to retry: it is ${leaf.state.kind}`, {
        hint: "crew status",
      });
    }
    return { id: subject, round: leaf.round, what: subject };
  }
  const move = survey.upward.find(({ role }) => role === subject);
  if (move) return { id: upwardSubject(subject), round: move.round, what: `moving ${subject} up` };
  if (roleNamed(crew, subject))
    throw new CrewError("failed", `Role ${subject} has no move upward that waits`, { hint: "crew status" });
  throw new CrewError("failed", `There is no bead or role ${subject} in this project`, { hint: "crew status" });
}
