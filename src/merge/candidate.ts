// One thing that waits to be merged into a tip, how its test merge went and what the gates say. Pure.

import type { Tip } from "../model/chain.ts";
import type { Crew } from "../model/crew.ts";
import type { Oid, Subject, TipName, TreeEntry } from "../model/names.ts";
import type { CandidatePlan } from "../model/plan.ts";
import type { TestMerge } from "../model/world.ts";
import { mergePair } from "../model/world.ts";
import { checkGates, type GateCheck, overall, type VerdictContext } from "./verdicts.ts";

/** What is merged and where, before it was tried. */
export interface Merge {
  /** Bead id, `up/<role>`, `down/<role>`, `person/<role or epic>`, `undo/<bead>`. */
  readonly subject: Subject;
  readonly kind: "bead" | "up" | "down" | "person" | "undo";
  readonly target: TipName;
  readonly source: Oid;
  readonly role: string;
  readonly title: string;
  readonly bead?: { readonly id: string; readonly round: number };
  readonly undo?: { readonly id: string; readonly round: number };
  readonly move?: TipName;
  /** A person said that a merge without a change is right. */
  readonly noChange?: boolean;
}

/**
 * `untried`: the test merge is not in the world yet. `no-change`: the merge has its target's own tree.
 * `pending`: verdicts are missing. `setup-failed`: a gate's setup failed, which is nobody's red.
 */
export type CandidateState = "untried" | "conflict" | "no-change" | "pending" | "setup-failed" | "red" | "green";

export interface Candidate extends Merge {
  readonly state: CandidateState;
  readonly tip: Tip;
  /** Conflicting paths. */
  readonly paths: readonly string[];
  readonly checks: readonly GateCheck[];
  /** What it changes in its target, by path; absent where that is not known or too much. */
  readonly changes?: ReadonlyMap<string, TreeEntry>;
  /** A person saw, or is to see, exactly this: it is never merged together with others. */
  readonly isAlone?: boolean;
  /** What is judged and merged together, this one last. */
  readonly batch?: readonly Subject[];
  /** Absent while untried or in conflict. */
  readonly plan?: CandidatePlan;
}

export interface CandidateContext extends VerdictContext {
  readonly crew: Crew;
  readonly tips: ReadonlyMap<TipName, Tip>;
  readonly merges: ReadonlyMap<string, TestMerge>;
}

/** Undefined where the target has no tip yet. */
export function candidateOf(merge: Merge, context: CandidateContext): Candidate | undefined {
  const tip = context.tips.get(merge.target);
  if (!tip) return undefined;
  const tried = context.merges.get(mergePair({ source: merge.source, target: tip.oid }));
  if (!tried) return { ...merge, tip, state: "untried", paths: [], checks: [] };
  if (tried.kind === "conflict") return { ...merge, tip, state: "conflict", paths: tried.paths, checks: [] };
  const checks = checkGates(tried.tree, { on: "candidate", changes: tried.changes }, context);
  // What people committed and what moves between tips stays as it is: only an agent's commits are made one.
  const isSquashed = merge.kind === "bead" && context.crew.strategy === "squash";
  const plan = candidatePlan({ merge, tip, tree: tried.tree, checks, isSquashed });
  const state = stateOf({ merge, tip, tree: tried.tree, checks });
  return { ...merge, tip, state, paths: [], checks, ...(tried.changes && { changes: tried.changes }), plan };
}

interface Tried {
  readonly merge: Merge;
  readonly tip: Tip;
  readonly tree: Oid;
  readonly checks: readonly GateCheck[];
  readonly isSquashed: boolean;
}

/** A move between tips and a person's commits may well bring no change; a bead that brings none needs a person's word. */
function stateOf({ merge, tip, tree, checks }: Omit<Tried, "isSquashed">): CandidateState {
  if (merge.kind === "bead" && tree === tip.tree && merge.noChange !== true) return "no-change";
  const state = overall(checks);
  return state === "missing" ? "pending" : state;
}

function candidatePlan({ merge, tip, tree, checks, isSquashed }: Tried): CandidatePlan {
  const { source, role, bead, undo, move } = merge;
  return {
    kind: "candidate",
    target: tip.oid,
    source,
    ...(isSquashed && { isSquashed }),
    tree,
    subject: subjectLine(merge, isSquashed),
    role,
    ...(bead && { bead }),
    ...(undo && { undo }),
    ...(move !== undefined && { move }),
    ...(merge.kind === "person" && { person: source }),
    gates: checks.map((check) => check.key),
  };
}

function subjectLine(merge: Merge, isSquashed: boolean): string {
  switch (merge.kind) {
    case "bead":
      return `${isSquashed ? "" : "Merge "}${merge.title} (${merge.bead?.id ?? merge.subject})`;
    case "up":
      return `Merge ${merge.role} up into ${merge.target}`;
    case "down":
      return `Take ${merge.move ?? ""} into ${merge.target}`;
    case "person":
      return `Merge commits made on ${merge.title}`;
    case "undo":
      return `Undo ${merge.title}, round ${merge.undo?.round ?? "?"}`;
  }
}
