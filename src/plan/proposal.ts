// Landing by a pull request: opened once the epic's branch is on the remote, then the base there is looked at now and then
// until it has the epic. Pure.

import type { Attention } from "../model/attention.ts";
import { epicTip } from "../model/names.ts";
import type { Operation, OperationBody } from "../model/plan.ts";
import type { ProposedRequest } from "../model/remote.ts";
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
  const { epic } = context.crew;
  const request = isOutThere(state) ? waiting(context) : undefined;
  const look = isLookDue(context)
    ? [fetch({ remote: remote.name, branch: base.branch, ...(request && { request }) })]
    : [];
  const tip = tips.get(epicTip)?.oid ?? "";
  if (state.kind !== "proposing" || remote.pushed.get(`refs/heads/${epic.branch}`) !== tip) return look;
  const body = pullRequestBody(context, state.checks);
  const made = { remote: remote.name, base: base.branch, branch: epic.branch, tip, title: epic.title, body };
  const why = { cause: "all is merged, and its branch is on the remote" };
  return [...look, operation("", { kind: "remote.propose", request: made }, why)];
}

type Look = Omit<Extract<OperationBody, { readonly kind: "remote.fetch" }>, "kind">;

function fetch(look: Look): Operation {
  return operation("", { kind: "remote.fetch", ...look }, { cause: `it may have been merged on ${look.remote}` });
}

function isOutThere({ kind }: Landing): boolean {
  return kind === "proposed" || kind === "declined";
}

function waiting({ crew, world }: PlanContext): ProposedRequest | undefined {
  const fact = world.repository.facts.pullRequest;
  return fact && { branch: crew.epic.branch, fact };
}

function isLookDue({ world, options }: PlanContext): boolean {
  const atMs = world.repository.facts.upstream?.atMs ?? 0;
  return world.nowMs - atMs >= lookMs || options.startedAtMs > atMs;
}

export function proposalAttention(context: PlanContext): readonly Attention[] {
  const state = landing(context);
  if (state.kind !== "proposed" && state.kind !== "declined") return [];
  const { branch } = context.world.repository.base;
  const reason = `the pull request ${state.url} ${fateWords(state, branch)}`;
  return [{ kind: "pull-request", subject: context.crew.epic.branch, reason, commands: ["crew land"] }];
}

function fateWords(state: Extract<Landing, { readonly kind: "proposed" | "declined" }>, base: string): string {
  if (state.kind === "proposed") return `waits to be merged into ${base}`;
  return state.ended === "closed"
    ? "was closed without being merged: reopen it there, or crew land opens another"
    : `was merged there, yet ${base} does not hold what the epic is here (changed on the way, or merged elsewhere): crew land opens another for the rest`;
}
