// Landing by a pull request: opened once the epic's branch is on the remote, then the base there is looked at now and then
// until it has the epic. Pure.
import { epicTip } from "../model/names.ts";
import type { Attention, Operation } from "../model/plan.ts";
import { operation, type PlanContext } from "./context.ts";
import { isByPullRequest, type Landing, landing } from "./landing.ts";
import { pullRequestBody } from "./summary.ts";

/** How often the base is looked at on the remote while a pull request waits there. */
const lookMs = 30_000;

/** Nothing is to be merged there yet, or any more. */
const beyond: ReadonlySet<Landing["kind"]> = new Set(["early", "unapproved", "landed"]);

export function planProposal(context: PlanContext): readonly Operation[] {
  const state = landing(context);
  const { remote, base, tips } = context.world.repository;
  const isMeant = isByPullRequest(context) && !beyond.has(state.kind);
  if (!isMeant || remote?.name === undefined) return [];
  const look = isLookDue(context) ? [fetch(remote.name, base.branch)] : [];
  const { epic } = context.crew;
  const tip = tips.get(epicTip)?.oid ?? "";
  if (state.kind !== "proposing" || remote.pushed.get(`refs/heads/${epic.branch}`) !== tip) return look;
  const body = pullRequestBody(context, state.checks);
  const request = { remote: remote.name, base: base.branch, branch: epic.branch, tip, title: epic.title, body };
  const why = { cause: "all is merged, and its branch is on the remote" };
  return [...look, operation("", { kind: "remote.propose", request }, why)];
}

function fetch(remote: string, branch: string): Operation {
  return operation("", { kind: "remote.fetch", remote, branch }, { cause: `it may have been merged on ${remote}` });
}

function isLookDue({ world, options }: PlanContext): boolean {
  const atMs = world.repository.facts.upstream?.atMs ?? 0;
  return world.nowMs - atMs >= lookMs || options.startedAtMs > atMs;
}

export function proposalAttention(context: PlanContext): readonly Attention[] {
  const state = landing(context);
  if (state.kind !== "proposed") return [];
  const { branch } = context.world.repository.base;
  const reason = `the pull request ${state.url} waits to be merged into ${branch}`;
  return [{ kind: "pull-request", subject: context.crew.epic.branch, reason, commands: ["crew land"] }];
}
