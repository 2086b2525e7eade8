// The commit points: where the epic begins, and its tips. Pure.

import { parentTip, tipNames } from "../merge/targets.ts";
import type { Tip } from "../model/chain.ts";
import { epicTip } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { World } from "../model/world.ts";
import { operation, operationId, type PlanContext } from "./context.ts";
import { recordId } from "./tracker.ts";

/** Until the first order `start` and the tips follow base; after it they never move backwards or sideways. */
export function planPoints({ crew, world }: PlanContext): readonly Operation[] {
  const { start, base, tips } = world.repository;
  const needs = [recordId];
  const isFree = followsBase(world);
  const from = isFree ? base.oid : (start ?? base.oid);
  const operations: Operation[] = [];
  if (start === undefined) {
    operations.push(
      operation("", { kind: "start.pin", to: from }, { cause: `the epic begins at ${base.branch}`, needs }),
    );
  } else if (start !== from) {
    const why = { cause: `${base.branch} moved before the first order`, needs };
    operations.push(operation("", { kind: "start.pin", from: start, to: from }, why));
  }
  for (const name of tipNames(crew)) {
    const tip = tips.get(name);
    const above = parentTip(crew, name);
    const to = isFree ? from : ((above === undefined ? undefined : tips.get(above)?.oid) ?? from);
    const after = { needs: ["start.pin", ...(above === undefined ? [] : [operationId("tip.create", above)])] };
    if (!tip) {
      const cause =
        name === epicTip ? "collects the work of the epic" : `${name} collects the roles that merge into it`;
      operations.push(operation(name, { kind: "tip.create", tip: name, to }, { cause, ...after }));
    } else if (isFree && tip.oid !== from) {
      const why = { cause: `${base.branch} moved before the first order`, needs: ["start.pin"] };
      operations.push(operation(name, { kind: "tip.follow", tip: name, from: tip.oid, to: from }, why));
    }
  }
  return operations;
}

/** Nothing was ordered or merged yet. Commits that crew did not write are base's own, left behind when base went back. */
export function followsBase({ repository }: World): boolean {
  const isUnused = ({ chain }: Tip) => chain.every((commit) => commit.role === undefined);
  return repository.orders.length === 0 && [...repository.tips.values()].every(isUnused);
}
