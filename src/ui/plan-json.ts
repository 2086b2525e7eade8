// The plan as stable JSON: the same operations, notes and attention, in the same order and words as the text. Pure.
import type { Attention } from "../model/attention.ts";
import type { Note, Outlook, Plan } from "../model/plan.ts";
import { changedFields, type FieldChange } from "../model/spec.ts";
import type { Instance } from "../model/world.ts";
import { operationLine } from "./operation-line.ts";

export interface PlanJson {
  readonly outlook: Outlook;
  readonly inFlight: boolean;
  readonly operations: readonly OperationJson[];
  readonly notes: readonly Note[];
  readonly attention: readonly Attention[];
}

export interface OperationJson {
  readonly id: string;
  readonly kind: string;
  /** What it is about: `bead shop-12`, `instance backend`. */
  readonly about: string;
  readonly detail: string;
  readonly cause: string;
  readonly needs: readonly string[];
  /** What a person agrees to where something is destroyed. */
  readonly consent?: string;
  /** Fields that a replacement changes. */
  readonly changes?: readonly FieldChange[];
}

export function planJson(plan: Plan, instances: ReadonlyMap<string, Instance>): PlanJson {
  const operations = plan.operations.map((operation): OperationJson => {
    const { about, detail } = operationLine(operation);
    const { id, kind, cause, needs, consent } = operation;
    const before = operation.kind === "instance.create" ? instances.get(operation.spec.role) : undefined;
    const changes = operation.kind === "instance.create" && before ? changedFields(before.spec, operation.spec) : [];
    return {
      id,
      kind,
      about,
      detail,
      cause,
      needs,
      ...(consent !== undefined && { consent }),
      ...(changes.length > 0 && { changes }),
    };
  });
  const { outlook, inFlight, notes, attention } = plan;
  return { outlook, inFlight, operations, notes, attention };
}
