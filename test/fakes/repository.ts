// The repository port in memory, for tests of what lies above it. The contract suite keeps it like the real adapter.
import { CrewError } from "../../src/errors.ts";
import { canonicalJson } from "../../src/model/content.ts";
import { mailId, type Oid, type OrderId } from "../../src/model/names.ts";
import { roundFlags } from "../../src/model/records.ts";
import type { Lease, LeaseHolder, Repository } from "../../src/ports/repository.ts";
import { archiveRef, branchRef, leaseRef, placeRef } from "../../src/repository/layout.ts";
import { candidateMessage } from "../../src/repository/message.ts";
import { oneLine } from "../../src/repository/text.ts";
import { judgeReport } from "./repository-import.ts";
import { observeStore } from "./repository-observe.ts";
import { copyOf, emptyProject, entriesOf, type FakeStore, fakeStore, type ProjectStore } from "./repository-store.ts";

export interface FakeRepository extends Repository {
  readonly store: FakeStore;
  /** A commit of a person or an agent; its objects are everywhere at once. */
  commit(commit: {
    readonly parents: readonly Oid[];
    /** Over the first parent's; null removes. */
    readonly files: Readonly<Record<string, string | null>>;
    readonly message: string;
  }): Oid;
  /** Sets the ref that an instance's report is fetched from. */
  publishReport(id: OrderId, commit: Oid): void;
  publishRescue(role: string, commit: Oid | undefined): void;
  filesOf(commit: Oid): Readonly<Record<string, string>>;
}

export interface FakeOptions {
  readonly store?: FakeStore;
  readonly holder?: Omit<LeaseHolder, "command">;
  /** Whether another process lives; by default every one does. */
  readonly lives?: (holder: LeaseHolder) => boolean;
}

export function fakeRepository(options: FakeOptions = {}): FakeRepository {
  const store = options.store ?? fakeStore();
  const { graph } = store;
  const self = options.holder ?? { host: "here", pid: 1, startTime: "1" };
  const lives = options.lives ?? (() => true);
  const projectOf = (name: string): ProjectStore => {
    placeRef(name, { kind: "start" });
    const found = store.projects.get(name) ?? emptyProject();
    store.projects.set(name, found);
    return found;
  };
  const treeOf = (commit: Oid) => graph.get(commit).tree;

  return {
    id: "fake000000000000",
    store,
    commit: ({ parents, files, message }) => {
      const [first] = parents;
      const content = new Map(first === undefined ? [] : graph.files(treeOf(first)));
      for (const [path, text] of Object.entries(files)) {
        if (text === null) content.delete(path);
        else content.set(path, text);
      }
      store.clock += 1;
      return graph.write({ parents, tree: graph.writeTree(content), message, author: "Pat", date: store.clock });
    },
    publishReport: (id, commit) => {
      store.reported.set(`refs/crew/report/${mailId(id)}`, commit);
    },
    publishRescue: (role, commit) => {
      if (commit === undefined) store.rescuable.delete(role);
      else store.rescuable.set(role, commit);
    },
    filesOf: (commit) => Object.fromEntries(graph.files(treeOf(commit))),

    observe: (query) => observeStore(store, query),
    testMerges: async (pairs) => pairs.map((pair) => graph.merge(pair)),
    testChain: async ({ target, sources }) => {
      let on = target;
      return sources.map((source) => {
        const link = graph.merge({ target: on, source });
        if (link.kind === "clean")
          on = graph.write({ parents: [on, source], tree: link.tree, message: "A link", author: "crew", date: 0 });
        return link;
      });
    },
    writeCandidate: async (spec) => {
      const parents = [spec.target, ...(spec.isSquashed === true ? [] : [spec.source])];
      const date = Math.max(...[spec.target, spec.source].map((oid) => graph.get(oid).date));
      return graph.write({ parents, tree: spec.tree, message: candidateMessage(spec), author: "crew", date });
    },
    pinStart: async (project, { from, to }) => {
      const at = projectOf(project);
      expectAt("start", { now: at.start, from, to });
      at.start = to;
    },
    moveTip: async (project, tip, { from, to }) => {
      placeRef(project, { kind: "tip", tip });
      const { tips } = projectOf(project);
      expectAt(`tip/${tip}`, { now: tips.get(tip), from, to });
      tips.set(tip, to);
    },
    writeFact: async (project, fact) => {
      const ref = placeRef(project, { kind: "fact", fact: fact.kind, id: "id" in fact ? fact.id : "" });
      const { facts } = projectOf(project);
      const once = roundFlags.some((flag) => flag === fact.kind);
      if (!once || !facts.has(ref)) facts.set(ref, structuredClone(fact));
    },
    createOrder: async (project, order) => {
      const ref = placeRef(project, { kind: "order", id: order.id });
      const written = { ...order, cause: oneLine(order.cause, 2_000) };
      create(projectOf(project).orders, { ref, value: written });
    },
    askUndo: async (project, undo) => {
      const { bead, round, evidence, words, atMs } = undo;
      const ref = placeRef(project, { kind: "undo", bead, round });
      const [parent] = graph.get(evidence).parents;
      const tree = treeOf(parent ?? evidence);
      const message = `${ref} ${words} ${atMs}`;
      const commit = graph.write({ parents: [evidence], tree, message, author: "crew", date: atMs });
      projectOf(project).undos.set(`${bead}.${round}`, { ...undo, commit });
    },
    dropUndo: async (project, { bead, round, commit }) => {
      const { undos } = projectOf(project);
      const now = undos.get(`${bead}.${round}`)?.commit;
      expectAt(bead, { now, from: commit, to: undefined });
      undos.delete(`${bead}.${round}`);
    },
    writeVerdict: async (project, verdict, replaces) => {
      placeRef(project, { kind: "gate", key: verdict.key });
      const { verdicts } = projectOf(project);
      const now = verdicts.get(verdict.key);
      expectAt(verdict.key, { now: json(now), from: json(replaces), to: json(verdict) });
      verdicts.set(verdict.key, verdict);
    },
    importReport: async (request) => {
      const ref = placeRef(request.project, { kind: "done", id: request.order.id });
      const { reports } = projectOf(request.project);
      const report = reports.get(ref) ?? judgeReport(store, request);
      reports.set(ref, report);
      return report;
    },
    importRescue: async ({ project, role, n }) => {
      const ref = `${role}/${n}`;
      placeRef(project, { kind: "rescue", role, n });
      const { rescues } = projectOf(project);
      const commit = store.rescuable.get(role);
      const pinned = [...rescues].some(([name, oid]) => name.startsWith(`${role}/`) && oid === commit);
      if (commit === undefined || pinned) return false;
      expectAt(ref, { now: rescues.get(ref), from: undefined, to: commit });
      rescues.set(ref, commit);
      return true;
    },
    showBranch: async (project, { name, branch, from, to }) => {
      moveBranch(store, { branch, from, to });
      projectOf(project).shown.set(name, to);
    },
    deleteBranch: async (project, { name, branch, from }) => {
      moveBranch(store, { branch, from, to: undefined });
      projectOf(project).shown.delete(name);
    },
    takeBranch: async (project, { name, shown, oid, target }) => {
      const common = graph.reaches(target);
      const base = [...graph.reaches(oid)].filter((each) => common.has(each));
      const [best] = base.filter((each) => !base.some((other) => other !== each && graph.reaches(other).has(each)));
      if (best === undefined) throw new CrewError("failed", `${oid} has no commit in common with ${target}.`);
      const at = projectOf(project).shown;
      expectAt(name, { now: at.get(name), from: shown, to: best });
      at.set(name, best);
    },
    land: async (move) => land(store, move),
    archive: async (project, epic) => {
      const entries = entriesOf(store.projects.get(project));
      const name = archiveRef(project, epic);
      if (entries.length === 0 && !store.archives.has(name))
        throw new CrewError("failed", "There is nothing to archive.");
      const now = store.projects.get(project);
      if (now) store.recalled.set(name, copyOf(now));
      store.archives.set(name, new Set([...(store.archives.get(name) ?? []), ...entries]));
    },
    chain: async (since, commit) => (await graph.since(since, commit)).chain,
    recall: async (project, epic) => {
      const kept = store.recalled.get(archiveRef(project, epic));
      if (!kept) throw new CrewError("failed", `There is no archive of ${project}'s epic ${epic}.`);
      const then = { ...store, projects: new Map([[project, kept]]) };
      const state = await observeStore(then, { project, branches: new Map(), mayLackBase: true });
      return { ...state, branches: new Map(), archives: [epic], rescues: new Map() };
    },
    deleteProject: async (project, epic) => {
      const entries = entriesOf(store.projects.get(project));
      const held = store.archives.get(archiveRef(project, epic));
      if (entries.length > 0 && !held) throw new CrewError("failed", `${project} is not archived.`);
      if (!entries.every((entry) => held?.has(entry)))
        throw new CrewError("conflict", "A record is newer than the archive.");
      store.projects.delete(project);
    },
    projects: async () =>
      [...store.projects].flatMap(([name, project]) => (entriesOf(project).length > 0 ? [name] : [])).sort(),
    recorded: async () => ({
      projects: [...store.projects]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, { facts }]) =>
          [...facts.values()].flatMap((fact) => (fact.kind === "project" ? [fact.value] : [])),
        ),
      drivers: new Map(
        [...store.projects.keys()].flatMap((name) => {
          const by = store.leases.get(leaseRef(name, "driver"));
          return by && lives(by) ? [[name, by] as const] : [];
        }),
      ),
      branches: [...store.branches.keys()].sort(),
    }),
    lease: (project, name) => leaseOn(store, { ref: leaseRef(project, name), self, lives }),
  };
}

interface BranchMove {
  readonly branch: string;
  readonly from: Oid | undefined;
  readonly to: Oid | undefined;
}

function moveBranch(store: FakeStore, { branch, from, to }: BranchMove): void {
  branchRef(branch);
  const now = store.branches.get(branch);
  if (now === to) return;
  if (now !== from) throw new CrewError("conflict", `${branch} was moved by somebody else.`);
  if (store.checkedOut.has(branch)) throw new CrewError("needs-you", `${branch} is checked out.`);
  if (to === undefined) store.branches.delete(branch);
  else store.branches.set(branch, to);
}

function land(store: FakeStore, move: Parameters<Repository["land"]>[0]): void {
  const { branch, from, to, checkedOutAt } = move;
  const now = store.branches.get(branch);
  if (now !== undefined && store.graph.reaches(now).has(to)) return;
  if (now !== from) throw new CrewError("conflict", `${branch} was moved by somebody else.`);
  if (!store.graph.reaches(to).has(from)) throw new CrewError("failed", `${to} does not contain ${branch}.`);
  const there = store.checkedOut.get(branch);
  if (checkedOutAt === undefined && there !== undefined) throw new CrewError("needs-you", `${branch} is checked out.`);
  if (checkedOutAt !== there) throw new CrewError("conflict", `${branch} is no longer checked out there.`);
  const changed = store.localChanges.get(branch) ?? [];
  if (changed.length > 0) throw new CrewError("needs-you", `Cannot land: ${changed.join(", ")} has local changes.`);
  store.branches.set(branch, to);
}

interface LeasePlace {
  readonly ref: string;
  readonly self: Omit<LeaseHolder, "command">;
  readonly lives: (holder: LeaseHolder) => boolean;
}

function leaseOn(store: FakeStore, { ref, self, lives }: LeasePlace): Lease {
  const isOwn = ({ host, pid, startTime }: LeaseHolder) =>
    host === self.host && pid === self.pid && startTime === self.startTime;
  return {
    acquire: async (command) => {
      const by = store.leases.get(ref);
      if (by && !isOwn(by) && lives(by)) return { held: false, by };
      store.leases.set(ref, { ...self, command });
      return { held: true };
    },
    release: async () => {
      const by = store.leases.get(ref);
      if (by && isOwn(by)) store.leases.delete(ref);
    },
    clear: async () => {
      const by = store.leases.get(ref);
      if (by && !lives(by)) store.leases.delete(ref);
    },
    holder: async () => {
      const by = store.leases.get(ref);
      return by && lives(by) ? by : undefined;
    },
  };
}

/** The same record again is success; another one under its name is a conflict. */
function create<V>(records: Map<string, V>, { ref, value }: { readonly ref: string; readonly value: V }): void {
  expectAt(ref, { now: json(records.get(ref)), from: undefined, to: json(value) });
  records.set(ref, value);
}

interface Expectation {
  readonly now: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

function expectAt(name: string, { now, from, to }: Expectation): void {
  if (now !== from && now !== to) throw new CrewError("conflict", `${name} was moved by somebody else.`);
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}
