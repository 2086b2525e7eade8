// crew approve BRANCH: a person's word that a branch which was rewritten, or which stands on work that is not merged, is to
// be taken as it is: its commits are theirs to merge.
import { CrewError } from "../../errors.ts";
import { targetOf } from "../../merge/targets.ts";
import { epicTip, shortOid } from "../../model/names.ts";
import type { VisibleBranch } from "../../model/world.ts";
import type { ViewedProject } from "../project/opened.ts";
import type { Now } from "../project/work-context.ts";

/** What was done, in words; undefined where no branch of the project that waits for this has the name. */
export async function approveBranch({ engine }: ViewedProject, now: Now, subject: string): Promise<string | undefined> {
  const { survey } = now;
  const [name, branch] = branchNamed(now, subject) ?? [];
  const { relation, oid, shown } = branch ?? {};
  const waits = relation === "rewritten" || survey.unmerged.some((below) => below.name === name);
  if (name === undefined || !waits || oid === undefined || shown === undefined) return undefined;
  const tip = survey.tips.get(name === epicTip ? epicTip : targetOf(survey.crew, name))?.oid;
  if (tip === undefined) {
    throw new CrewError("failed", `There is nothing yet that ${subject} could be merged into`, { hint: "crew up" });
  }
  await engine.repository.takeBranch(engine.project, { name, shown, oid, target: tip });
  return `${subject} is taken as it is, at ${shortOid(oid)}: what is in it and not merged yet is merged as a person's commits.`;
}

/** How it is, where it is no branch to be taken; undefined where there is none of this name. */
export function branchWords(now: Now, subject: string): string | undefined {
  const [, branch] = branchNamed(now, subject) ?? [];
  if (!branch) return undefined;
  const state = {
    new: "new",
    same: "as crew showed it",
    ahead: "ahead",
    deleted: "deleted",
    foreign: "not crew's",
    rewritten: "rewritten",
  };
  return `${subject} does not wait for approval: it is ${state[branch.relation]}`;
}

function branchNamed({ world }: Now, subject: string): readonly [string, VisibleBranch] | undefined {
  return [...world.repository.branches].find(([, { branch }]) => branch === subject);
}
