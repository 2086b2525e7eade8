// How the in-memory repository judges a report: the rules of the real policy, on files by path.
import { CrewError } from "../../src/errors.ts";
import { formatOrderId, mailId, type Oid, shortOid, upwardRole } from "../../src/model/names.ts";
import { protectedBy } from "../../src/model/protected-paths.ts";
import type { OwnChanges, Report } from "../../src/model/records.ts";
import type { ReportImport } from "../../src/ports/repository.ts";
import { placeRef } from "../../src/repository/layout.ts";
import { oneLine } from "../../src/repository/text.ts";
import type { FakeStore } from "./repository-store.ts";

export function judgeReport(store: FakeStore, request: ReportImport): Report {
  const judged = judge(store, request);
  const protects = judged.state === "done" ? protectedChanges(store, request, judged.commit) : [];
  const own = judged.state === "refused" ? [] : ownChanges(store, request, judged.commit);
  return { ...judged, ...(protects.length > 0 && { protects }), ...(own.length > 0 && { own }) };
}

/** Of a move upward: what is as neither side has it, but for the conflict's paths, with those of the reports before. */
function ownChanges({ graph, projects }: FakeStore, { project, order }: ReportImport, commit: Oid): OwnChanges {
  const { id, start, merge } = order;
  if (upwardRole(id.subject) === undefined) return [];
  const earlier = Array.from({ length: id.attempt - 1 }, (_, at) => ({ ...id, attempt: id.attempt - 1 - at }));
  const kept = projects.get(project);
  const reports = earlier.flatMap((each) => kept?.reports.get(placeRef(project, { kind: "done", id: each })) ?? []);
  const before = reports.find(({ state }) => state !== "refused")?.own ?? [];
  if (before === "many") return before;
  const filesAt = (oid: Oid) => graph.files(graph.get(oid).tree);
  const [after, ...sides] = [commit, start, ...(merge === undefined ? [] : [merge])].map(filesAt);
  const orders = earlier.flatMap((each) => kept?.orders.get(placeRef(project, { kind: "order", id: each })) ?? []);
  const tried = [order, ...orders].flatMap((each) =>
    each.merge === undefined ? [] : [graph.merge({ source: each.merge, target: each.start })],
  );
  const given = new Set(tried.flatMap((result) => (result.kind === "conflict" ? result.paths : [])));
  const changed = [...new Set([after, ...sides].flatMap((files) => [...(files?.keys() ?? [])]))]
    .filter((path) => sides.every((side) => side.get(path) !== after?.get(path)))
    .filter((path) => !given.has(path));
  const own = [...new Set([...before, ...changed])].sort();
  return own.length > 100 ? "many" : own;
}

function judge(store: FakeStore, { order, report }: ReportImport): Report {
  if (report.order !== formatOrderId(order.id))
    throw new CrewError("internal", `That is the report of ${report.order}.`);
  const ref = `refs/crew/report/${mailId(order.id)}`;
  const found = store.reported.get(ref);
  const answer = (refusal: string | undefined, commit: Oid, oneSided = false): Report => ({
    id: order.id,
    role: order.role,
    state: refusal === undefined ? report.state : "refused",
    commit,
    tree: store.graph.get(commit).tree,
    turns: report.turns,
    note: oneLine(refusal ?? report.note, 2_000),
    detail: report.detail,
    oneSided,
  });
  if (found === undefined) return answer(`the clone has no ${ref}`, order.start);
  if (found !== report.commit) return answer(`the report names ${report.commit}, but ${ref} is ${found}`, found);
  if (report.state === "withdrawn") return answer(undefined, found);
  const reached = store.graph.reaches(found);
  if (!reached.has(order.start)) {
    return answer(`it does not contain ${shortOid(order.start)}, the commit that the order started at`, found);
  }
  if (report.state !== "done" || order.merge === undefined) return answer(undefined, found);
  if (!reached.has(order.merge)) {
    return answer(`it does not contain ${shortOid(order.merge)}, the commit that was to be merged`, found);
  }
  return resolved(store, { start: order.start, merge: order.merge, found, answer });
}

interface Resolution {
  readonly start: Oid;
  readonly merge: Oid;
  readonly found: Oid;
  readonly answer: (refusal: string | undefined, commit: Oid, oneSided?: boolean) => Report;
}

function resolved({ graph }: FakeStore, { start, merge, found, answer }: Resolution): Report {
  const [ours, theirs, result] = [start, merge, found].map((oid) => graph.files(graph.get(oid).tree));
  const tried = graph.merge({ source: merge, target: start });
  const conflicting = tried.kind === "conflict" ? tried.paths : [];
  for (const [path, text] of result ?? []) {
    const sides = [ours?.get(path) ?? "", theirs?.get(path) ?? ""].map((side) => side.split("\n"));
    const at = text.split("\n").findIndex((line) => isMarker(line) && sides.every((side) => !side.includes(line)));
    if (at >= 0) return answer(`a conflict marker is left in ${path}:${at + 1}`, found);
  }
  const equal = (path: string) => [ours, theirs].some((side) => side?.get(path) === result?.get(path));
  return answer(undefined, found, conflicting.some(equal));
}

/** Since the start of the round's first order, but for what a tip that reaches it has like that. */
function protectedChanges(store: FakeStore, { project, order, protect = [] }: ReportImport, commit: Oid) {
  const { graph } = store;
  const filesAt = (oid: Oid) => graph.files(graph.get(oid).tree);
  const kept = store.projects.get(project);
  const first = kept?.orders.get(placeRef(project, { kind: "order", id: { ...order.id, attempt: 1 } })) ?? order;
  const [before, after] = [filesAt(first.start), filesAt(commit)];
  const tips = [...(kept?.tips.values() ?? [])].filter((tip) => graph.reaches(tip).has(first.start)).map(filesAt);
  const isProtected = protectedBy(protect);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path) && isProtected(path))
    .filter((path) => tips.every((tip) => tip.get(path) !== after.get(path)))
    .sort();
}

function isMarker(line: string): boolean {
  return /^(<{7,}|>{7,}|\|{7,})( |$)/.test(line);
}
