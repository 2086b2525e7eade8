// crew undo: a person's word that a merged bead is taken out of its target again; `--abort` takes the word back. Records it
// and wakes the driver.
import { CrewError } from "../errors.ts";
import { mergedDependents } from "../merge/dependents.ts";
import type { Leaf } from "../merge/leaves.ts";
import type { Survey } from "../merge/survey.ts";
import { isUndoPending } from "../merge/undos.ts";
import type { ChainCommit } from "../model/chain.ts";
import { hasLanded } from "../model/world.ts";
import { type Locking, underLock } from "./driving/under-lock.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import type { ViewedProject } from "./project/opened.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp, type Now } from "./project/work-context.ts";
import { said, saidAtMs } from "./said.ts";

export interface UndoFlags extends GlobalFlags {
  readonly message?: string;
  readonly withDependents?: boolean;
  readonly abort?: boolean;
}

export async function undo(invocation: Invocation, flags: UndoFlags, bead: string): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  if (flags.abort === true) return await abort(invocation, flags, { project, bead });
  const leaves = undone(bead, flags, now);
  const names = leaves.map((leaf) => leaf.bead.id).join(", ");
  await underLock(invocation, lockingOf(invocation, flags, project), () => record(project, flags, bead));
  const follows = leaves.length === 1 ? "is taken out once the gates are green without it" : "are taken out one by one";
  await said(invocation, project, `${names} ${follows}, and handed out again: crew bead close ${bead} to drop it.`);
  return 0;
}

function lockingOf({ argv }: Invocation, flags: UndoFlags, { engine }: ViewedProject): Locking {
  return { flags, engine, command: `crew ${argv.join(" ")}` };
}

/** Looked up again under the lock: a pass may have merged more meanwhile. */
async function record(project: ViewedProject, flags: UndoFlags, bead: string): Promise<void> {
  const now = await lookNow(project);
  const { repository, project: name } = project.engine;
  for (const leaf of undone(bead, flags, now)) {
    const { bead: each, round } = leaf;
    const evidence = now.survey.evidence.commitOf(each.id, round)?.oid;
    if (evidence === undefined) continue;
    const words = flags.message ?? now.survey.undos.get(`${each.id}.${round}`)?.words ?? "";
    const atMs = saidAtMs(project, ...now.world.repository.verdicts.values());
    await repository.askUndo(name, { bead: each.id, round, evidence, words, atMs });
  }
}

/** The bead and, where they are asked for, the merged beads that build on it. */
function undone(id: string, flags: UndoFlags, { survey, world }: Now): readonly Leaf[] {
  const leaf = survey.leaves.find(({ bead }) => bead.id === id);
  if (!leaf) {
    const isParent = survey.tree.children.has(id);
    const why = isParent ? `${id} is no leaf: undo the beads below it` : `There is no bead ${id} in this project`;
    throw new CrewError("failed", why, { hint: isParent ? `crew bead show ${id}` : "crew status" });
  }
  const isLanded = hasLanded(world.repository);
  const evidence = survey.evidence.commitOf(id, leaf.round);
  if (isLanded && evidence) throw landed(id, evidence);
  if (!evidence) throw notMerged(leaf);
  const dependents = mergedDependents(leaf, survey);
  if (dependents.length > 0 && flags.withDependents !== true) {
    const names = dependents.map(({ bead }) => bead.id).join(", ");
    throw new CrewError(
      "needs-you",
      `${names} ${dependents.length === 1 ? "builds" : "build"} on ${id} and ${dependents.length === 1 ? "is" : "are"} merged`,
      {
        hint: `crew undo ${id} --with-dependents`,
      },
    );
  }
  return [...dependents, leaf];
}

function notMerged({ bead, state }: Leaf): CrewError {
  const how = state.kind === "closed-by-person" ? "a person closed it" : `it is ${state.kind}`;
  return new CrewError("failed", `${bead.id} is not merged: ${how}`, { hint: "crew status" });
}

function landed(id: string, { oid, parents }: ChainCommit): CrewError {
  return new CrewError("failed", `${id} has landed: what follows is the base branch's own history`, {
    hint: `git revert ${parents.length > 1 ? "-m 1 " : ""}${oid}`,
  });
}

interface Aborting {
  readonly project: ViewedProject;
  readonly bead: string;
}

async function abort(invocation: Invocation, flags: UndoFlags, { project, bead }: Aborting): Promise<number> {
  const { repository, project: name } = project.engine;
  // A pass that is under way may be undoing it just now.
  const left = await underLock(invocation, lockingOf(invocation, flags, project), async () => {
    const { survey } = await lookNow(project);
    const pending = pendingOf(bead, survey);
    if (!pending)
      throw new CrewError("failed", `No undo of ${bead} is asked for and not done`, { hint: "crew status" });
    await repository.dropUndo(name, pending);
    return survey.undoing.map(({ undo }) => undo.bead).filter((other) => other !== bead);
  });
  const others = left.length === 0 ? "" : ` Still to be undone: ${left.join(", ")}.`;
  await said(invocation, project, `${bead} stays merged.${others}`);
  return 0;
}

function pendingOf(bead: string, survey: Survey) {
  return [...survey.undos.values()].find((each) => each.bead === bead && isUndoPending(bead, each.round, survey));
}
