// Whether and how the epic lands on its base. Pure. A conflict or a red gate here is a person's, never an agent's.

import { roundOf } from "../merge/history.ts";
import { checkGates, type GateCheck, overall } from "../merge/verdicts.ts";
import type { Attention } from "../model/attention.ts";
import type { Bead } from "../model/bead.ts";
import { epicTip, type Oid, shortOid } from "../model/names.ts";
import type { CandidatePlan, GateCommit, Operation } from "../model/plan.ts";
import { hasLanded, mergePair, type RepositoryState } from "../model/world.ts";
import { operation, type PlanContext } from "./context.ts";

export type Landing =
  /** Something is not merged yet, or a person's commits wait. */
  | { readonly kind: "early" }
  /** All is merged: `crew land` is a person's approval. */
  | { readonly kind: "unapproved" }
  /** Base no longer contains where the epic began: landing would bring back what was taken out of it. */
  | { readonly kind: "rewritten"; readonly start: Oid }
  | { readonly kind: "untried" }
  | { readonly kind: "conflict"; readonly paths: readonly string[] }
  | {
      readonly kind: "gating" | "red" | "setup-failed";
      readonly checks: readonly GateCheck[];
      readonly commit: GateCommit;
      readonly tree: string;
    }
  | { readonly kind: "ready"; readonly commit: GateCommit }
  /** The epic's branch is to be on the remote, and a pull request of it open. */
  | { readonly kind: "proposing"; readonly checks: readonly GateCheck[] }
  | { readonly kind: "proposed"; readonly url: string }
  /** It came to its end there, and base does not have the epic. `crew land` opens another. */
  | { readonly kind: "declined"; readonly url: string; readonly ended: "merged" | "closed" }
  | { readonly kind: "landed" };

/** Asked for every merged bead, so worked out once for each context. */
export function landing(context: PlanContext): Landing {
  const known = landings.get(context);
  if (known) return known;
  const made = workOut(context);
  landings.set(context, made);
  return made;
}

const landings = new WeakMap<PlanContext, Landing>();

function workOut(context: PlanContext): Landing {
  const { repository } = context.world;
  const tip = repository.tips.get(epicTip);
  if (!tip || !isAllMerged(context)) return { kind: "early" };
  const isApproved = context.crew.review === "none" || repository.facts.land?.tip === tip.oid;
  // Nothing was merged: there is nothing to land, yet the end of the epic is a person's word all the same.
  const isLanded = tip.chain.length === 0 ? isApproved : hasLanded(repository);
  if (isLanded) return { kind: "landed" };
  if (!isApproved) return { kind: "unapproved" };
  const { base, facts, remote, start } = repository;
  const isProposal = isByPullRequest(context);
  const isRewritten = base.isRewritten === true || (isProposal && remote?.isBaseRewritten === true);
  if (isRewritten && start !== undefined && facts.land?.allowsRewrittenBase !== true) {
    return { kind: "rewritten", start };
  }
  return (isProposal && proposed(facts, tip.oid)) || prepared(context, isProposal);
}

/** Its pull request, as long as nobody has asked for another since it ended. */
function proposed({ pullRequest, land }: RepositoryState["facts"], tip: Oid): Landing | undefined {
  if (pullRequest?.tip !== tip) return undefined;
  const { url, ended, atMs } = pullRequest;
  if (ended === undefined) return { kind: "proposed", url };
  return land !== undefined && land.atMs > atMs ? undefined : { kind: "declined", url, ended };
}

/** A person's word on this landing, else the file's. */
export function isByPullRequest({ crew, world }: Pick<PlanContext, "crew" | "world">): boolean {
  return (world.repository.facts.land?.how ?? crew.land) === "pr";
}

/** Base unmoved: the tip itself. Base moved: `merge(base, tip)`, so that base's first-parent chain stays base's. */
function prepared({ crew, world, survey, options }: PlanContext, isProposal: boolean): Landing {
  const { base, tips } = world.repository;
  const tip = tips.get(epicTip);
  if (!tip) return { kind: "early" };
  const tried = world.merges.get(mergePair({ source: tip.oid, target: base.oid }));
  if (!base.behindTip && !tried) return { kind: "untried" };
  if (!base.behindTip && tried?.kind === "conflict") return { kind: "conflict", paths: tried.paths };
  const tree = base.behindTip || tried?.kind !== "clean" ? tip.tree : tried.tree;
  const checks = checkGates(
    tree,
    { on: "land" },
    {
      crew,
      verdicts: survey.verdicts,
      startedAtMs: options.startedAtMs,
      retriedAtMs: Math.max(options.startedAtMs, world.repository.facts.land?.atMs ?? 0),
    },
  );
  const commit: GateCommit = base.behindTip
    ? { kind: "commit", oid: tip.oid }
    : landingMerge({ context: { crew, world }, tree, checks });
  const state = overall(checks);
  if (state === "green") return isProposal ? { kind: "proposing", checks } : { kind: "ready", commit };
  return { kind: state === "missing" ? "gating" : state, checks, commit, tree };
}

interface LandingMerge {
  readonly context: Pick<PlanContext, "crew" | "world">;
  readonly tree: string;
  readonly checks: readonly GateCheck[];
}

function landingMerge({ context: { crew, world }, tree, checks }: LandingMerge): CandidatePlan {
  return {
    kind: "candidate",
    target: world.repository.base.oid,
    source: world.repository.tips.get(epicTip)?.oid ?? "",
    tree,
    subject: `Merge ${crew.epic.title}`,
    role: epicTip,
    gates: checks.map((check) => check.key),
  };
}

/** Every leaf merged into the epic or closed, nothing on the way up, and no person's commits waiting. */
function isAllMerged({ world, survey }: PlanContext): boolean {
  if (survey.leaves.length === 0 || !survey.epic || isClosedEarly(survey.epic, { world, survey })) return false;
  const isLeafDone = survey.leaves.every(
    ({ bead, round, state }) =>
      state.kind === "closed" ||
      state.kind === "closed-by-person" ||
      (state.kind === "merged" && survey.evidence.isMergedIn(bead.id, round, epicTip)),
  );
  const isBranchLeft = [...world.repository.branches.values()].some(
    (branch) => branch.relation === "rewritten" || (branch.relation === "ahead" && branch.own.length > 0),
  );
  return isLeafDone && survey.upward.length === 0 && !isBranchLeft;
}

/** By a person, before anything landed. Where nothing was merged, base holds the tip all the time: then crew's own word counts. */
function isClosedEarly(epic: Bead, { world, survey }: Pick<PlanContext, "world" | "survey">): boolean {
  if (epic.status !== "closed") return false;
  const { tips, facts } = world.repository;
  if (tips.get(epicTip)?.chain.length !== 0) return !hasLanded(world.repository);
  return facts.rounds.get(`${epic.id}.${roundOf(epic, survey)}`)?.closing !== true;
}

export function planLanding(context: PlanContext): readonly Operation[] {
  const state = landing(context);
  if (state.kind !== "ready") return [];
  const { base } = context.world.repository;
  const { branch, oid: from, checkedOutAt } = base;
  const body = {
    kind: "base.land",
    branch,
    from,
    commit: state.commit,
    ...(checkedOutAt !== undefined && { checkedOutAt }),
  } as const;
  const how =
    state.commit.kind === "commit" ? `fast-forward from ${shortOid(from)}` : `merged with ${branch}, which moved`;
  return [operation(branch, body, { cause: `all is merged; ${how}` })];
}

export function landingAttention(context: PlanContext): readonly Attention[] {
  const state = landing(context);
  const { branch } = context.world.repository.base;
  const epicBranch = context.crew.epic.branch;
  switch (state.kind) {
    case "rewritten": {
      const start = shortOid(state.start);
      const reason = `${branch} was rewritten: it no longer contains ${start}, where the epic began, and landing would bring that back`;
      const commands = [`git log ${branch}..${start}`, "crew land --allow-rewritten-base"];
      return [{ kind: "base-rewritten", subject: branch, reason, commands }];
    }
    case "conflict": {
      const reason = `the epic conflicts with ${branch}, which moved, in ${state.paths.join(", ")}`;
      return [
        {
          kind: "land-conflict",
          subject: branch,
          reason,
          commands: [`git switch ${epicBranch} && git merge ${branch}`, "crew land"],
        },
      ];
    }
    case "red":
    case "setup-failed": {
      const names = state.checks.filter((check) => check.state === state.kind).map((check) => check.gate.name);
      const reason = `gate ${names.join(", ")} is ${state.kind === "red" ? "red" : "without a working setup"} on the landing`;
      return [{ kind: "land-red", subject: branch, reason, commands: [`crew logs gate:${names[0]}`, "crew land"] }];
    }
    case "early":
    case "unapproved":
    case "untried":
    case "gating":
    case "ready":
    case "proposing":
    case "proposed":
    case "declined":
    case "landed":
      return [];
  }
}

/** As which commit of base: the one here, or the one that the remote made of it. */
export function landedWords({ world }: Pick<PlanContext, "world">, here: Oid): string {
  const { base, landed } = world.repository;
  const as = `Landed in ${base.branch}`;
  return landed === undefined || landed.how === "merge"
    ? `${as} as ${here}`
    : `${as} by ${landed.how} as ${landed.commit}, merged here as ${here}`;
}
