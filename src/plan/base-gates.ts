// Before the first order the gates must be green on the base: red there spends nothing. Pure.

import { checkGates, type GateCheck, overall } from "../merge/verdicts.ts";
import type { Attention } from "../model/attention.ts";
import { epicTip } from "../model/names.ts";
import type { PlanContext } from "./context.ts";
import { followsBase } from "./points.ts";

export interface BaseGates {
  readonly checks: readonly GateCheck[];
  /** `green` also once the first order was given, and where a red base is allowed. */
  readonly state: GateCheck["state"];
}

export function baseGates({ crew, world, options, survey }: PlanContext): BaseGates {
  const tip = world.repository.tips.get(epicTip);
  if (world.repository.orders.length > 0) return { checks: [], state: "green" };
  if (!tip) return { checks: [], state: "missing" };
  // What is green on a base that has moved on says nothing: the tip follows first.
  if (followsBase(world) && tip.oid !== world.repository.base.oid) return { checks: [], state: "missing" };
  const { startedAtMs } = options;
  const verdicts = { crew, verdicts: survey.verdicts, startedAtMs, retriedAtMs: startedAtMs };
  const checks = checkGates(tip.tree, { on: "candidate" }, verdicts);
  const state = overall(checks);
  return { checks, state: state === "red" && options.allowRedBase ? "green" : state };
}

export function baseAttention(context: PlanContext): readonly Attention[] {
  const { checks, state } = baseGates(context);
  if (state !== "red" && state !== "setup-failed") return [];
  return checks
    .filter((check) => check.state === state)
    .map(({ gate, verdict }) => ({
      kind: "base-red",
      subject: gate.name,
      reason:
        state === "red"
          ? `Gate ${gate.name} is red on ${context.world.repository.base.branch} itself (exit ${verdict?.exitCode ?? "?"}). No agent started; nothing spent`
          : `Setup of gate ${gate.name} failed on ${context.world.repository.base.branch}. No agent started; nothing spent`,
      commands: [`crew logs gate:${gate.name}`, "crew up", ...(state === "red" ? ["crew up --allow-red-base"] : [])],
    }));
}
