// Turns a project's record refs into orders, reports, facts and verdicts, reading only objects not seen before.
// Knows no history and no branches.
import type { OrderId } from "../model/names.ts";
import {
  type Facts,
  type Order,
  type Report,
  type RoundFacts,
  roundFlags,
  type Undo,
  type Verdict,
} from "../model/records.ts";
import type { FactWrite } from "../ports/repository.ts";
import type { Context } from "./context.ts";
import { parseFact, parseVerdict } from "./facts.ts";
import type { Place } from "./layout.ts";
import { type GitObject, parseCommit } from "./objects.ts";
import { malformed, parseOrder, parseReport } from "./records.ts";
import type { Ref } from "./ref.ts";
import { parseUndo } from "./undo.ts";

export interface PlacedRef {
  readonly ref: Ref;
  readonly place: Place;
}

export interface Records {
  readonly orders: readonly Order[];
  readonly reports: readonly Report[];
  readonly facts: Facts;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

export type ParsedRecord =
  | { readonly kind: "order"; readonly order: Order }
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "undo"; readonly undo: Undo }
  | { readonly kind: "fact"; readonly fact: FactWrite };

/** Parsed records by ref and object id. Objects never change, so a record is parsed once. */
export type RecordMemory = Map<string, ParsedRecord>;

/** `memory` is left holding this observation's records and no others. */
export async function gatherRecords(
  context: Context,
  memory: RecordMemory,
  placed: readonly PlacedRef[],
): Promise<Records> {
  const wanted = placed.filter(({ place }) => holdsRecord(place));
  const known = new Map(memory);
  const unseen = wanted.filter(({ ref }) => !known.has(memoryKey(ref)));
  const objects = await context.objects.read(unseen.map(({ ref }) => ref.oid));
  const records = new Map(
    wanted.map(({ ref, place }) => {
      const object = objects.get(ref.oid);
      const record = known.get(memoryKey(ref)) ?? (object && parseRecord({ ref, place }, object));
      if (!record) throw malformed(ref.name, "its object was not read");
      return [memoryKey(ref), record] as const;
    }),
  );
  memory.clear();
  for (const [key, record] of records) memory.set(key, record);
  return collect([...records.values()]);
}

function holdsRecord({ kind }: Place): boolean {
  return kind === "order" || kind === "done" || kind === "undo" || kind === "gate" || kind === "fact";
}

function memoryKey(ref: Ref): string {
  return `${ref.oid} ${ref.name}`;
}

function parseRecord({ ref, place }: PlacedRef, object: GitObject): ParsedRecord | undefined {
  switch (place.kind) {
    case "order":
      return { kind: "order", order: parseOrder(commitAt(ref, object), place.id, ref.name) };
    case "done":
      return { kind: "report", report: parseReport(commitAt(ref, object), place.id, ref.name) };
    case "gate": {
      const verdict = parseVerdict(textAt(ref, object), ref.name);
      if (verdict.key !== place.key) throw malformed(ref.name, `it is the verdict ${verdict.key}`);
      return { kind: "verdict", verdict };
    }
    case "undo":
      return { kind: "undo", undo: parseUndo(commitAt(ref, object), place, ref.name) };
    case "fact":
      return { kind: "fact", fact: parseFact(place, textAt(ref, object), ref.name) };
    case "start":
    case "tip":
    case "rescue":
    case "shown":
    case "showing":
    case "pushed":
    case "upstream":
      return undefined;
  }
}

function commitAt(ref: Ref, object: GitObject) {
  if (object.type !== "commit") throw malformed(ref.name, `it is a ${object.type}, not a commit`);
  return parseCommit(ref.oid, object);
}

function textAt(ref: Ref, object: GitObject): string {
  if (object.type !== "blob") throw malformed(ref.name, `it is a ${object.type}, not a blob`);
  return object.content.toString("utf8");
}

function collect(records: readonly ParsedRecord[]): Records {
  const orders: Order[] = [];
  const reports: Report[] = [];
  const verdicts = new Map<string, Verdict>();
  const facts: FactWrite[] = [];
  const undos = new Map<string, Undo>();
  for (const record of records) {
    switch (record.kind) {
      case "order":
        orders.push(record.order);
        break;
      case "report":
        reports.push(record.report);
        break;
      case "verdict":
        verdicts.set(record.verdict.key, record.verdict);
        break;
      case "undo":
        undos.set(`${record.undo.bead}.${record.undo.round}`, record.undo);
        break;
      case "fact":
        facts.push(record.fact);
        break;
    }
  }
  const byId = (a: { id: OrderId }, b: { id: OrderId }) => compareIds(a.id, b.id);
  return { orders: orders.sort(byId), reports: reports.sort(byId), verdicts, facts: { ...collectFacts(facts), undos } };
}

/** By subject, then as they were issued: as text, the tenth attempt would come before the second. */
function compareIds(a: OrderId, b: OrderId): number {
  if (a.subject !== b.subject) return a.subject < b.subject ? -1 : 1;
  return a.round - b.round || a.attempt - b.attempt;
}

function collectFacts(facts: readonly FactWrite[]): Omit<Facts, "undos"> {
  const rounds = new Map<string, RoundFacts>();
  const ofKind = <K extends FactWrite["kind"]>(kind: K) =>
    facts.filter((fact): fact is Extract<FactWrite, { kind: K }> => fact.kind === kind);
  for (const fact of facts) {
    const flag = roundFlags.find((each) => each === fact.kind);
    if (flag !== undefined && "id" in fact) rounds.set(fact.id, { ...rounds.get(fact.id), [flag]: true });
  }
  const project = ofKind("project")[0]?.value;
  const land = ofKind("land")[0]?.value;
  const remote = ofKind("remote")[0]?.value;
  const pullRequest = ofKind("pr")[0]?.value;
  const upstream = ofKind("upstream")[0]?.value;
  return {
    ...(project ? { project } : {}),
    ...(land ? { land } : {}),
    ...(remote ? { remote } : {}),
    ...(pullRequest ? { pullRequest } : {}),
    ...(upstream ? { upstream } : {}),
    retries: new Map(ofKind("retry").map((fact) => [fact.id, fact.value])),
    approvals: new Map(ofKind("approval").map((fact) => [fact.id, fact.value])),
    rejections: new Map(ofKind("rejection").map((fact) => [fact.id, fact.value])),
    messages: new Map(ofKind("message").map((fact) => [fact.id, fact.value])),
    assignments: new Map(ofKind("assignment").map((fact) => [fact.id, fact.value])),
    holds: new Map(ofKind("hold").map((fact) => [fact.id, fact.value])),
    rounds,
  };
}
