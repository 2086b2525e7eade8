// crew approve BRANCH: a person's word that a branch which was rewritten stands as it is: its commits are theirs to merge.
import { CrewError } from "../errors.ts";
import { targetOf } from "../merge/targets.ts";
import { epicTip, shortOid } from "../model/names.ts";
import type { VisibleBranch } from "../model/world.ts";
import type { Project } from "./opened.ts";
import type { Now } from "./work-context.ts";

/** What was done, in words; undefined where no branch of the project has this name. */
export async function approveBranch(
  { engine }: Project,
  { world, survey }: Now,
  subject: string,
): Promise<string | undefined> {
  const found = [...world.repository.branches].find(([, { branch }]) => branch === subject);
  if (!found) return undefined;
  const [name, branch] = found;
  const { oid, shown } = rewritten(branch);
  const tip = survey.tips.get(name === epicTip ? epicTip : targetOf(survey.crew, name))?.oid;
  if (tip === undefined) {
    throw new CrewError("failed", `There is nothing yet that ${subject} could be merged into`, { hint: "crew up" });
  }
  await engine.repository.takeBranch(engine.project, { name, shown, oid, target: tip });
  return `${subject} is taken as it is, at ${shortOid(oid)}: what is in it and not merged yet is merged as a person's commits.`;
}

function rewritten({ branch, relation, oid, shown }: VisibleBranch) {
  if (relation === "rewritten" && oid !== undefined && shown !== undefined) return { oid, shown };
  const state = { new: "new", same: "as crew showed it", ahead: "ahead", deleted: "deleted", foreign: "not crew's" };
  const is = relation === "rewritten" ? relation : state[relation];
  throw new CrewError("failed", `${branch} does not wait for approval: it is ${is}`, { hint: "crew status" });
}
