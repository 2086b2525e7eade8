// Writes records and moves commit points: one ref each, by compare-and-swap. Asks for nothing twice: what is already so
// is success. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Oid, TipName } from "../model/names.ts";
import { type Order, type Report, roundFlags, type Verdict } from "../model/records.ts";
import type { FactWrite } from "../ports/repository.ts";
import type { Context } from "./context.ts";
import { recordJson } from "./facts.ts";
import { type Place, placeRef } from "./layout.ts";
import { blobOid, writeBlob, writeCommit } from "./objects.ts";
import { orderMessage, pinsOf, reportMessage } from "./records.ts";
import { refOid, swapRef } from "./refs.ts";

export interface Move {
  readonly from?: Oid;
  readonly to: Oid;
}

export async function pinStart(context: Context, project: string, move: Move): Promise<void> {
  await swapRef(context, { ref: placeRef(project, { kind: "start" }), from: move.from, to: move.to });
}

export async function moveTip(context: Context, project: string, { tip, from, to }: Move & { readonly tip: TipName }) {
  await swapRef(context, { ref: placeRef(project, { kind: "tip", tip }), from, to });
}

/** A round's flags are written once and say when first; the others take the place of what was there. */
export async function writeFact(context: Context, project: string, fact: FactWrite): Promise<void> {
  const ref = placeRef(project, factPlace(fact));
  const from = await refOid(context, ref);
  const once = roundFlags.some((flag) => flag === fact.kind);
  if (once && from !== undefined) return;
  await writeJson(context, { ref, from, value: fact.value });
}

export async function writeVerdict(context: Context, project: string, change: VerdictChange): Promise<void> {
  const { verdict, replaces } = change;
  const ref = placeRef(project, { kind: "gate", key: verdict.key });
  const from = replaces === undefined ? undefined : blobOid(recordJson(replaces), context.place.objectFormat);
  await writeJson(context, { ref, from, value: verdict });
}

export interface VerdictChange {
  readonly verdict: Verdict;
  readonly replaces?: Verdict | undefined;
}

/** The same order twice is one; another one under its id is a `conflict`. */
export async function createOrder(context: Context, project: string, order: Order): Promise<void> {
  const to = await orderCommit(context, order);
  await swapRef(context, { ref: placeRef(project, { kind: "order", id: order.id }), to });
}

export async function createReport(context: Context, project: string, report: Report): Promise<void> {
  const to = await reportCommit(context, report);
  await swapRef(context, { ref: placeRef(project, { kind: "done", id: report.id }), to });
}

/** The commit is the order's content, so the same order twice is the same commit. */
export async function orderCommit(context: Context, order: Order): Promise<Oid> {
  return await writeCommit(context.view, {
    tree: `${order.start}^{tree}`,
    parents: pinsOf(order),
    date: Math.floor(order.issuedAtMs / 1000),
    message: orderMessage(order),
  });
}

/** Dates come from the reported commit: the same report is the same commit. */
export async function reportCommit(context: Context, report: Report): Promise<Oid> {
  const reported = await context.objects.commit(report.commit);
  return await writeCommit(context.view, {
    tree: report.tree,
    parents: [report.commit],
    date: reported.committedAt,
    message: reportMessage(report),
  });
}

interface JsonWrite {
  readonly ref: string;
  readonly from: Oid | undefined;
  readonly value: unknown;
}

async function writeJson(context: Context, { ref, from, value }: JsonWrite): Promise<void> {
  const text = recordJson(value);
  const expected = blobOid(text, context.place.objectFormat);
  if (from === expected) return swapRef(context, { ref, from, to: expected });
  const to = await writeBlob(context.view, text);
  if (to !== expected) {
    throw new CrewError("internal", `git named ${ref} ${to} where crew expected ${expected}.`, {
      hint: "This is crew's fault: please report it.",
      at: ref,
    });
  }
  await swapRef(context, { ref, from, to });
}

function factPlace(fact: FactWrite): Place {
  return { kind: "fact", fact: fact.kind, id: "id" in fact ? fact.id : "" };
}
