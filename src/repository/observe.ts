// Reads everything that crew keeps in the repository: one listing of refs, one batch of objects not seen before, and
// history where a tip or a branch moved. Changes nothing and decides nothing.
import { CrewError } from "../errors.ts";
import type { Tip } from "../model/chain.ts";
import { epicTip, type Oid, type TipName } from "../model/names.ts";
import type { Landed } from "../model/remote.ts";
import type { BaseState, RepositoryState, VisibleBranch } from "../model/world.ts";
import type { RepositoryQuery } from "../ports/repository.ts";
import { visibleBranch } from "./branches.ts";
import type { Context } from "./context.ts";
import { gatherRecords, type PlacedRef, type RecordMemory } from "./gather.ts";
import type { History } from "./history.ts";
import { archiveRoot, branchRef, type Place, placeOf, placeRef, projectRoot } from "./layout.ts";
import type { Ref } from "./ref.ts";
import { earlyOrListed, listRefs } from "./refs.ts";
import { remoteState } from "./remotes.ts";
import { type TreeFilesMemory, treeFiles } from "./tree-files.ts";
import { branchesUnderWay } from "./underway.ts";

/** What one observation leaves for the next: each project's parsed records, and the branches that mattered. */
export interface ObserverMemory {
  readonly records: Map<string, RecordMemory>;
  readonly branches: Map<string, readonly string[]>;
  readonly files: TreeFilesMemory;
}

export interface Observer {
  readonly id: string;
  readonly context: Context;
  readonly history: History;
  readonly memory: ObserverMemory;
  defaultBranch(): Promise<string>;
  /** Whether one of these commits has the tip, by whatever way. */
  readonly landed: (bases: readonly Oid[], tip: Oid) => Promise<Landed | undefined>;
}

export async function observe(observer: Observer, query: RepositoryQuery): Promise<RepositoryState> {
  const { context, history, memory } = observer;
  const root = projectRoot(query.project);
  const archives = archiveRoot(query.project);
  const asked = [...query.branches.values(), ...(query.base ? [query.base] : [])];
  const expected = [...new Set([...asked, ...(memory.branches.get(query.project) ?? [])])].map(branchRef);
  const [first, underWay] = await Promise.all([
    earlyOrListed(context, [root, archives, ...expected]),
    branchesUnderWay(context.place),
  ]);
  const refs = new Map(first);
  const placed = placeAll(refs, root);
  const seen: RecordMemory = memory.records.get(query.project) ?? new Map();
  memory.records.set(query.project, seen);
  const records = await gatherRecords(context, seen, placed);

  const { project } = records.facts;
  const base = query.base ?? project?.base ?? (await observer.defaultBranch());
  const names = new Map([...Object.entries(project?.branches ?? {}), ...query.branches]);
  const branches = [...new Set([base, ...names.values()])];
  memory.branches.set(query.project, branches);
  const late = branches.map(branchRef).filter((ref) => !expected.includes(ref));
  for (const [name, ref] of await listRefs(context, late)) refs.set(name, ref);

  const at = (place: Place): Oid | undefined => refs.get(placeRef(query.project, place))?.oid;
  const start = at({ kind: "start" });
  const tips = await readTips(observer, placed, start);
  const epic = tips.get(epicTip)?.oid;
  const whereabouts = (branch: string) => {
    const ref = branchRef(branch);
    return { oid: refs.get(ref)?.oid, checkedOutAt: refs.get(ref)?.checkedOutAt ?? underWay.get(ref) };
  };
  const spare = query.mayLackBase ? (start ?? epic) : undefined;
  const baseState = await readBase(observer, { branch: base, ...whereabouts(base), epic, start, spare });
  const around = {
    history,
    tips: [...tips.values()].map((tip) => tip.oid),
    beginnings: [baseState.oid, ...(start === undefined ? [] : [start])],
  };
  const visible = await Promise.all(
    [...names].map(async ([name, branch]): Promise<[string, VisibleBranch]> => {
      const [shown, showing] = [at({ kind: "shown", name }), at({ kind: "showing", name })];
      const sighting = { branch, ...whereabouts(branch), shown, showing };
      return [name, await visibleBranch(sighting, around)];
    }),
  );
  const { upstream } = records.facts;
  const proposes = query.proposes === true || isProposed(records);
  const isPushed = query.pushes || placed.some(({ place }) => place.kind === "pushed");
  const remote = isPushed || proposes ? await remoteState(context, { base, placed }) : undefined;
  const there = upstream?.branch === base && upstream.remote === remote?.name ? upstream.oid : undefined;
  const isBaseRewritten = there !== undefined && start !== undefined && !(await history.isAncestor(start, there));
  const landed = proposes ? await landedOn(observer, { here: baseState.oid, there, epic }) : undefined;
  const wanted = query.setupFiles ?? [];
  const looked = { commit: epic ?? start ?? baseState.oid, files: wanted, memory: memory.files };
  const files = wanted.length > 0 ? await treeFiles(context.view, looked) : undefined;
  return {
    id: observer.id,
    ...(files && { setupFiles: files }),
    ...(remote && { remote: { ...remote, ...(isBaseRewritten && { isBaseRewritten }) } }),
    ...(landed && { landed }),
    base: baseState,
    ...(start === undefined ? {} : { start }),
    tips,
    ...records,
    branches: new Map(visible),
    archives: [...refs.keys()].flatMap((name) => (name.startsWith(archives) ? [name.slice(archives.length)] : [])),
    rescues: countRescues(placed),
  };
}

/** Whether a pull request is, or was, how it lands. */
export function isProposed({ facts: { land, pullRequest } }: Pick<RepositoryState, "facts">): boolean {
  return land?.how === "pr" || pullRequest !== undefined;
}

interface Landings {
  /** The base in this repository. */
  readonly here: Oid;
  /** And on the remote, where it was looked at. */
  readonly there: Oid | undefined;
  readonly epic: Oid | undefined;
}

export async function landedOn(observer: Observer, { here, there, epic }: Landings): Promise<Landed | undefined> {
  return epic === undefined ? undefined : await observer.landed([here, ...(there === undefined ? [] : [there])], epic);
}

function placeAll(refs: ReadonlyMap<string, Ref>, root: string): readonly PlacedRef[] {
  return [...refs.values()].flatMap((ref) => {
    if (!ref.name.startsWith(root)) return [];
    const place = placeOf(ref.name.slice(root.length));
    if (place) return [{ ref, place }];
    throw new CrewError("failed", `${ref.name} is nothing that this version of crew knows.`, {
      hint: "A newer crew wrote it: use that one.",
      at: ref.name,
    });
  });
}

export async function readTips(
  { context, history }: Observer,
  placed: readonly PlacedRef[],
  start: Oid | undefined,
): Promise<ReadonlyMap<TipName, Tip>> {
  const tips = placed.flatMap(({ ref, place }) => (place.kind === "tip" ? [{ name: place.tip, oid: ref.oid }] : []));
  const commits = await context.objects.commits(tips.map((tip) => tip.oid));
  const read = tips.map(async ({ name, oid }): Promise<[TipName, Tip]> => {
    const { chain, reaches } = await history.since(start ?? oid, oid);
    return [name, { name, oid, tree: commits.get(oid)?.tree ?? "", chain, reaches }];
  });
  return new Map(await Promise.all(read));
}

interface BaseSighting {
  readonly branch: string;
  readonly oid: Oid | undefined;
  readonly checkedOutAt: string | undefined;
  readonly epic: Oid | undefined;
  readonly start: Oid | undefined;
  /** Where it counts as standing when it is gone. */
  readonly spare: Oid | undefined;
}

export async function readBase({ context, history }: Observer, sighting: BaseSighting): Promise<BaseState> {
  const { branch, checkedOutAt, epic, start } = sighting;
  const oid = sighting.oid ?? sighting.spare;
  if (oid === undefined) {
    throw new CrewError("needs-you", `The base branch ${branch} does not exist in this repository.`, {
      hint: `git branch ${branch} <commit>, or name another one in the crew file: epic: {base: …}`,
    });
  }
  const [commit, reachesTip, behindTip, reachesStart] = await Promise.all([
    context.objects.commit(oid),
    epic !== undefined && history.isAncestor(epic, oid),
    epic !== undefined && history.isAncestor(oid, epic),
    start === undefined || history.isAncestor(start, oid),
  ]);
  const where = checkedOutAt ? { checkedOutAt } : {};
  const how = reachesStart ? {} : { isRewritten: true as const };
  return { branch, oid, tree: commit.tree, ...where, reachesTip, behindTip, ...how };
}

function countRescues(placed: readonly PlacedRef[]): ReadonlyMap<string, number> {
  const rescues = new Map<string, number>();
  for (const { place } of placed) {
    if (place.kind === "rescue") rescues.set(place.role, Math.max(place.n, rescues.get(place.role) ?? 0));
  }
  return rescues;
}
