// What every decision is made from: the file, the world, the survey of the work, and what a person asked for. Plain data.

import type { Survey } from "../merge/survey.ts";
import type { BudgetWish, Crew } from "../model/crew.ts";
import type { Operation, OperationBody } from "../model/plan.ts";
import type { World } from "../model/world.ts";

export interface PlanOptions {
  /** When a person last said `up` (or the file changed), epoch milliseconds: failed setups and a red base older than this are tried again. */
  readonly startedAtMs: number;
  /** Hand out orders although the gates are red on the base. */
  readonly allowRedBase: boolean;
  /** Instances of roles that the file no longer has are removed, once what they hold is safe. */
  readonly removeOrphans?: boolean;
  /** Instances of these roles are replaced at once, also at work: their orders go on after. */
  readonly recreate?: readonly string[];
  /** Ids of services that are replaced at once likewise. */
  readonly recreateServices?: readonly string[];
  /** Instances of these roles, and their services, stay as they were made, whatever the file says by now. */
  readonly noRecreate?: readonly string[];
  /** Images that are brought although they are there. */
  readonly refresh?: Refresh;
  /** Whatever the file says: `never` for images that are not there. */
  readonly pull?: "missing" | "never";
  /** Milliseconds that an instance has to end in before it is replaced; absent: its own. */
  readonly graceMs?: number;
  /** What is said of the budget, once. */
  readonly budget?: BudgetWish;
  /** Why the crew is not the file as it stands but as it was good last. */
  readonly fileProblem?: string;
  /** Only these roles are started and given orders; absent: all. */
  readonly roles?: readonly string[];
  /** Beside those of `roles`, the ones that are up already go on: another `up` brought them up. */
  readonly keepsOthers?: boolean;
  /** A person has just let these go: their instances run, also where nothing is left for them to do. */
  readonly started?: readonly string[];
}

export interface Refresh {
  /** Names that are pulled. */
  readonly pulls: readonly string[];
  /** Whatever is built. */
  readonly builds: boolean;
  /** Those that were brought since. */
  readonly done: readonly string[];
}

export interface PlanContext {
  readonly crew: Crew;
  readonly world: World;
  readonly options: PlanOptions;
  /** Bead id of the epic, existing or chosen. */
  readonly epic: string;
  readonly survey: Survey;
}

/** Writes an operation with its stable id: the kind, then what it is about. */
export function operation(
  about: string,
  body: OperationBody,
  why: { readonly cause: string; readonly needs?: readonly string[] },
): Operation {
  return { id: operationId(body.kind, about), needs: why.needs ?? [], cause: why.cause, ...body };
}

export function operationId(kind: OperationBody["kind"], about: string): string {
  return about === "" ? kind : `${kind}:${about}`;
}

/** Needs that are not part of this plan are met already. */
export function withinPlan(operations: readonly Operation[]): readonly Operation[] {
  const ids = new Set(operations.map((each) => each.id));
  return operations.map((each) => ({ ...each, needs: each.needs.filter((id) => ids.has(id)) }));
}

export function isSelected(role: string, { options, world }: Pick<PlanContext, "options" | "world">): boolean {
  if (options.roles === undefined || options.roles.includes(role)) return true;
  return options.keepsOthers === true && world.runtime.instances.has(role);
}
