// Where a round began: what its first order pins. Reads refs only.
import type { Oid } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import type { Context } from "./context.ts";
import { placeRef } from "./layout.ts";
import { pinsOf } from "./records.ts";
import { refOid } from "./refs.ts";

export interface RoundQuestion {
  readonly project: string;
  /** Any order of the round. */
  readonly order: Order;
}

/** The first order's start and, for a move upward, the tip that moves; the order's own where no first one is pinned. */
export async function firstPins(context: Context, { project, order }: RoundQuestion): Promise<readonly Oid[]> {
  const first = await refOid(context, placeRef(project, { kind: "order", id: { ...order.id, attempt: 1 } }));
  return first === undefined ? pinsOf(order) : (await context.objects.commit(first)).parents;
}
