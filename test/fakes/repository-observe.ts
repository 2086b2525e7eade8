// What the in-memory repository shows of itself. Changes nothing.
import { CrewError } from "../../src/errors.ts";
import type { Tip } from "../../src/model/chain.ts";
import type { OrderId } from "../../src/model/names.ts";
import { type Facts, noFacts, type RoundFacts } from "../../src/model/records.ts";
import type { RepositoryState, VisibleBranch } from "../../src/model/world.ts";
import type { FactWrite, RepositoryQuery } from "../../src/ports/repository.ts";
import { visibleBranch } from "../../src/repository/branches.ts";
import { archiveRef, branchRef, placeRef } from "../../src/repository/layout.ts";
import { emptyProject, type FakeStore } from "./repository-store.ts";

export async function observeStore(store: FakeStore, query: RepositoryQuery): Promise<RepositoryState> {
  const { graph, branches } = store;
  const project = store.projects.get(query.project) ?? emptyProject();
  const facts = factsOf([...project.facts.values()]);
  const base = query.base ?? facts.project?.base ?? "main";
  const { start } = project;
  const baseOid = branches.get(base) ?? (query.mayLackBase ? (start ?? project.tips.get("epic")) : undefined);
  if (baseOid === undefined) throw new CrewError("needs-you", `The base branch ${base} does not exist.`);
  const tips = new Map<string, Tip>();
  for (const [name, oid] of [...project.tips].sort()) {
    tips.set(name, { name, oid, tree: graph.get(oid).tree, ...(await graph.since(start ?? oid, oid)) });
  }
  const epic = tips.get("epic")?.oid;
  const around = {
    history: graph,
    tips: [...project.tips.values()],
    beginnings: [baseOid, ...(start === undefined ? [] : [start])],
  };
  const names = new Map([...Object.entries(facts.project?.branches ?? {}).sort(), ...query.branches]);
  const visible = new Map<string, VisibleBranch>();
  for (const [name, branch] of names) {
    branchRef(branch);
    const [oid, shown, checkedOutAt] = [branches.get(branch), project.shown.get(name), store.checkedOut.get(branch)];
    visible.set(name, await visibleBranch({ branch, oid, shown, checkedOutAt }, around));
  }
  const checkedOutAt = store.checkedOut.get(base);
  const rescues = new Map<string, number>();
  for (const key of project.rescues.keys()) {
    const [role = "", n] = key.split("/");
    rescues.set(role, Math.max(Number(n), rescues.get(role) ?? 0));
  }
  const prefix = archiveRef(query.project, "x").slice(0, -1);
  const records = new Map([
    ...[...project.tips].map(([tip, oid]) => [placeRef(query.project, { kind: "tip", tip }), oid] as const),
    ...[...project.shown].map(([name, oid]) => [placeRef(query.project, { kind: "shown", name }), oid] as const),
  ]);
  const upstream = facts.upstream?.oid;
  const isMergedThere = epic !== undefined && upstream !== undefined && (await graph.isAncestor(epic, upstream));
  const remote = { name: "origin", names: ["origin"], records, pushed: new Map(project.pushed) };
  return {
    id: "fake000000000000",
    ...((query.pushes || query.proposes || project.pushed.size > 0) && { remote }),
    ...(isMergedThere && { landed: { how: "merge", commit: upstream ?? "" } as const }),
    base: {
      branch: base,
      oid: baseOid,
      tree: graph.get(baseOid).tree,
      ...(checkedOutAt === undefined ? {} : { checkedOutAt }),
      reachesTip: epic !== undefined && (await graph.isAncestor(epic, baseOid)),
      behindTip: epic !== undefined && (await graph.isAncestor(baseOid, epic)),
      ...(start !== undefined && !(await graph.isAncestor(start, baseOid)) && { isRewritten: true as const }),
    },
    ...(start === undefined ? {} : { start }),
    tips,
    orders: [...project.orders.values()].sort(byId),
    reports: [...project.reports.values()].sort(byId),
    facts: { ...facts, undos: new Map(project.undos) },
    verdicts: new Map(project.verdicts),
    branches: visible,
    archives: [...store.archives.keys()].flatMap((name) =>
      name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
    ),
    rescues,
  };
}

function byId({ id: a }: { readonly id: OrderId }, { id: b }: { readonly id: OrderId }): number {
  if (a.subject !== b.subject) return a.subject < b.subject ? -1 : 1;
  return a.round - b.round || a.attempt - b.attempt;
}

function factsOf(written: readonly FactWrite[]): Facts {
  let facts = noFacts;
  const rounds = new Map<string, RoundFacts>();
  for (const fact of written) {
    if (fact.kind === "project") facts = { ...facts, project: fact.value };
    else if (fact.kind === "land") facts = { ...facts, land: fact.value };
    else if (fact.kind === "retry") facts = { ...facts, retries: new Map([...facts.retries, [fact.id, fact.value]]) };
    else if (fact.kind === "approval")
      facts = { ...facts, approvals: new Map([...facts.approvals, [fact.id, fact.value]]) };
    else if (fact.kind === "rejection")
      facts = { ...facts, rejections: new Map([...facts.rejections, [fact.id, fact.value]]) };
    else if (fact.kind === "message")
      facts = { ...facts, messages: new Map([...facts.messages, [fact.id, fact.value]]) };
    else if (fact.kind === "assignment")
      facts = { ...facts, assignments: new Map([...facts.assignments, [fact.id, fact.value]]) };
    else if (fact.kind === "hold") facts = { ...facts, holds: new Map([...facts.holds, [fact.id, fact.value]]) };
    else if (fact.kind === "remote") facts = { ...facts, remote: fact.value };
    else if (fact.kind === "pr") facts = { ...facts, pullRequest: fact.value };
    else if (fact.kind === "upstream") facts = { ...facts, upstream: fact.value };
    else rounds.set(fact.id, { ...rounds.get(fact.id), [fact.kind]: true });
  }
  return { ...facts, rounds };
}
