// What is pushed to the remote: the visible branches and the project's refs, as far as they differ from what crew last put
// there. Pure: the remote itself answers when it is pushed to, and what it would not take waits here for a person.

import type { Attention } from "../model/attention.ts";
import { epicTip, type Oid, shortOid } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { HeldRef, RemoteChange } from "../model/remote.ts";
import type { RepositoryState, VisibleBranch, World } from "../model/world.ts";
import { operation, type PlanContext } from "./context.ts";
import { landing } from "./landing.ts";

/** What the remote would not take is tried again after this long, or as soon as a person says `up`. */
const heldMs = 60_000;
/** Refs in one push: more would not fit on a command line everywhere. */
const refsAtOnce = 500;

export function planPush(context: PlanContext): readonly Operation[] {
  const { remote } = context.world.repository;
  if (remote?.name === undefined) return [];
  const changes = unpushed(context).filter((change) => !isHeldBack(change, context));
  return push(remote.name, changes.slice(0, refsAtOnce), "changed since the last push");
}

/** Whether pushing is all that is left of a plan. */
export function isPush({ kind }: Operation): boolean {
  return kind === "remote.push";
}

/** Once a project is archived: what crew put on the remote of it goes from there too, with the landed branches of its roles. */
export function planRemoteEnd({ repository }: World, landed: readonly string[]): readonly Operation[] {
  const { remote } = repository;
  if (remote?.name === undefined) return [];
  const gone = new Set(landed.map(branchRef));
  const changes = [...remote.pushed].flatMap(([ref, from]) =>
    ref.startsWith("refs/crew/") || gone.has(ref) ? [{ ref, from }] : [],
  );
  const parts = Math.ceil(changes.length / refsAtOnce);
  return Array.from({ length: parts }, (_, n) => changes.slice(n * refsAtOnce, (n + 1) * refsAtOnce)).flatMap(
    (part, n) => push(remote.name ?? "", part, "archived", n === 0 ? "" : String(n + 1)),
  );
}

function push(remote: string, changes: readonly RemoteChange[], why: string, about = ""): readonly Operation[] {
  if (changes.length === 0) return [];
  const count = changes.length === 1 ? "1 ref" : `${changes.length} refs`;
  return [operation(about, { kind: "remote.push", remote, changes }, { cause: `${count} ${why}` })];
}

function unpushed(context: PlanContext): readonly RemoteChange[] {
  const pushed = context.world.repository.remote?.pushed;
  return [...wanted(context)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([ref, to]) => {
      const from = pushed?.get(ref);
      return from === to ? [] : [{ ref, ...(from !== undefined && { from }), to }];
    });
}

/** Full ref name → what is to be there. A branch that a person rewrote or deleted, or that is not crew's, is let alone. */
function wanted(context: PlanContext): ReadonlyMap<string, Oid> {
  const { crew, world } = context;
  const { branches, landed, remote, tips } = world.repository;
  const tip = landing(context).kind === "proposing" ? tips.get(epicTip)?.oid : undefined;
  const proposed: [string, Oid][] = tip === undefined ? [] : [[branchRef(crew.epic.branch), tip]];
  if (!crew.push) return new Map(proposed);
  // What was merged there is often deleted there.
  if (landed !== undefined) return remote?.records ?? new Map();
  const ofBranches = [...branches.values()].flatMap((branch): [string, Oid][] => {
    const to = showable(branch);
    return to === undefined ? [] : [[branchRef(branch.branch), to]];
  });
  return new Map([...ofBranches, ...proposed, ...(remote?.records ?? [])]);
}

/** What crew showed there; a person's commits on top of it once they are merged: until then they are that person's to push. */
function showable({ relation, oid, shown, own }: VisibleBranch): Oid | undefined {
  if (relation === "same") return shown;
  if (relation !== "ahead") return undefined;
  return own.length === 0 ? oid : shown;
}

function isHeldBack({ ref, to }: RemoteChange, { world, options }: PlanContext): boolean {
  const held = heldRefs(world.repository).find((each) => each.ref === ref);
  if (!held || held.ours !== to) return false;
  return held.atMs > Math.max(options.startedAtMs, world.nowMs - heldMs);
}

function heldRefs({ remote, facts }: RepositoryState): readonly HeldRef[] {
  return facts.remote !== undefined && facts.remote.remote === remote?.name ? facts.remote.held : [];
}

export function pushAttention(context: PlanContext): readonly Attention[] {
  const { crew, world } = context;
  const { remote } = world.repository;
  const isMeant = crew.push || landing(context).kind === "proposing";
  if (remote === undefined || !isMeant) return [];
  if (remote.name === undefined) return [noRemote(remote.names)];
  const open = new Set(unpushed(context).map(({ ref }) => ref));
  const held = heldRefs(world.repository).filter(({ ref }) => open.has(ref));
  const moved = held.filter(({ words }) => words === "");
  const branches = moved.filter(({ ref }) => ref.startsWith(branchRef("")));
  const records = moved.filter(({ ref }) => !ref.startsWith(branchRef("")));
  const refused = [...new Set(held.map(({ words }) => words))].filter((words) => words !== "");
  return [
    ...branches.map((each) => movedBranch(each, { remote: remote.name ?? "", pushed: remote.pushed })),
    ...movedRecords(records, { remote: remote.name, project: crew.name }),
    ...refused.map((words) =>
      refusal(
        remote.name ?? "",
        words,
        held.filter((each) => each.words === words),
      ),
    ),
  ];
}

function noRemote(names: readonly string[]): Attention {
  const why = names.length === 0 ? "the repository has no remote" : `none of ${names.join(", ")} is the base's own`;
  return {
    kind: "no-remote",
    subject: "remote",
    reason: `nothing can be pushed: ${why}`,
    commands: [
      names.length === 0 ? "git remote add origin <address>" : `git remote rename ${names[0]} origin`,
      "crew up",
    ],
  };
}

function movedBranch(
  { ref, ours, theirs }: HeldRef,
  { remote, pushed }: { readonly remote: string; readonly pushed: ReadonlyMap<string, Oid> },
): Attention {
  const branch = ref.slice(branchRef("").length);
  const before = pushed.get(ref);
  const last = before === undefined ? "has never pushed it" : `last pushed ${shortOid(before)}`;
  const there = theirs === undefined ? "was moved" : `is at ${shortOid(theirs)}, which is not crew's`;
  return {
    kind: "remote-moved",
    subject: branch,
    reason: `branch ${branch} on ${remote} ${there}: crew ${last}, and does not overwrite it with ${shortOid(ours)}`,
    commands: [
      `git fetch ${remote} ${ref} && git switch ${branch} && git merge FETCH_HEAD`,
      `git push --force-with-lease=${branch}:${theirs ?? ""} ${remote} ${branch}`,
      "crew up",
    ],
  };
}

/** Most likely another clone of the repository carries a project of the same name. */
function movedRecords(
  records: readonly HeldRef[],
  { remote, project }: { readonly remote: string; readonly project: string },
): readonly Attention[] {
  const [first] = records;
  if (!first) return [];
  const more = records.length === 1 ? "" : ` and ${records.length - 1} more`;
  const [theirs, ours] = [first.theirs ?? "?", first.ours].map(shortOid);
  const root = `refs/crew/p/${project}/*`;
  return [
    {
      kind: "remote-moved",
      subject: remote,
      reason: `${remote} has a project ${project} that is not this one: ${first.ref}${more} is ${theirs} there, ${ours} here`,
      commands: [
        `crew -p ${project}-2 up`,
        `git push ${remote} --delete $(git ls-remote ${remote} '${root}' | cut -f2)`,
      ],
    },
  ];
}

function refusal(remote: string, words: string, held: readonly HeldRef[]): Attention {
  const [first] = held;
  const what = held.length === 1 ? first?.ref : `${first?.ref} and ${held.length - 1} more`;
  const reason = `${remote} refused ${what}: ${words}`;
  if (!/\bsigned\b|\bsignature/i.test(words)) {
    return { kind: "remote-refused", subject: remote, reason, commands: [`git push --dry-run ${remote}`, "crew up"] };
  }
  return {
    kind: "remote-refused",
    subject: remote,
    reason: `${reason.replace(/\.$/, "")}. crew's commits are unsigned: a pull request that is squashed there lands as one signed commit`,
    commands: ["crew land --pr"],
  };
}

function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}
