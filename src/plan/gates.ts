// Gate runs: which are needed, started, collected, and cleared away. A running gate that is still needed is never restarted. Pure.

import { isAbove } from "../merge/targets.ts";
import {
  endOfPair,
  type GateCheck,
  isRepeat,
  repeatedBy,
  runKey,
  splitRunKey,
  timeOutWords,
} from "../merge/verdicts.ts";
import type { GateCommit, Operation } from "../model/plan.ts";
import type { Verdict } from "../model/records.ts";
import { type ServiceOwner, type ServiceSpec, serviceId, servicesIn } from "../model/services.ts";
import type { GateRun } from "../model/world.ts";
import { baseGates } from "./base-gates.ts";
import { operation, type PlanContext } from "./context.ts";
import { awaitsImage, imageOfGate, refreshedGates } from "./images.ts";
import { landing } from "./landing.ts";
import { chosenCandidates } from "./merges.ts";
import { planOwner, remove as removeService, type ServicesPlan, waitsFor } from "./services.ts";
import { warmthOf } from "./setups.ts";

interface Need {
  readonly check: GateCheck;
  readonly tree: string;
  readonly commit: GateCommit;
  readonly cause: string;
  /** A tip below is about to move: what it holds comes first, so a run begun now would soon be for nothing. */
  readonly isEarly?: boolean;
}

export function planGates(context: PlanContext): readonly Operation[] {
  const { gates } = context.world.runtime;
  const needed = new Map(neededRuns(context).map((need) => [runKey(need.check), need]));
  const removals = [...gates.keys()].filter((key) => !needed.has(key)).map((key) => remove(key, context));
  const operations: Operation[] = [...refreshedGates(context)];
  let running = [...gates.values()].filter((run) => run.running && needed.has(run.key)).length;
  for (const [key, need] of needed) {
    const run = gates.get(key);
    if (run?.running) continue;
    if (run?.result) {
      operations.push(...collect({ run, need, context }));
    } else if (awaitsImage(need.check.gate, context)) {
      operations.push(...imageOfGate(need.check.gate, context));
    } else if (running < context.crew.maxGates && !need.isEarly) {
      const warmth = warmthOf(need.check.gate, context);
      if (warmth.kind === "making") continue;
      const services = servicesFor(need.check, context);
      // One whose services are of no use keeps no other from running.
      if (services === "failed") continue;
      running += 1;
      if (services !== "there") {
        operations.push(...services);
        continue;
      }
      const from = warmth.kind === "kept" ? { warm: warmth.image } : {};
      const repeats = repeatedBy(key);
      const body = {
        kind: "gate.start",
        key,
        ...(repeats !== undefined && { repeats }),
        gate: need.check.gate,
        commit: need.commit,
        ...from,
      } as const;
      // A gate that is no longer needed makes room first.
      const why = { cause: need.cause, needs: removals.map((each) => each.id) };
      operations.push(operation(gateName({ gate: need.check.gate.name, key }), body, why));
    }
  }
  return [...operations, ...removals, ...servicesLeft(context, new Set(needed.keys()))];
}

/** What waits or is wrong with the services of the gates that are to run. */
export function gateServices(context: PlanContext): Pick<ServicesPlan, "notes" | "attention"> {
  const { gates } = context.world.runtime;
  const plans = neededRuns(context)
    .filter(({ check }) => !gates.has(runKey(check)))
    .map(({ check }) => planOwner(ownerOf(check), startedServices(check, context), context));
  return { notes: plans.flatMap((plan) => plan.notes), attention: plans.flatMap((plan) => plan.attention) };
}

/** What is to be done before it can run. */
function servicesFor(check: GateCheck, context: PlanContext): "there" | "failed" | readonly Operation[] {
  const { services = [] } = check.gate;
  const owner = ownerOf(check);
  if (waitsFor(owner, services, context) === undefined) return "there";
  const { operations, attention } = planOwner(owner, services, context);
  return attention.length > 0 ? "failed" : operations;
}

function ownerOf(check: GateCheck): ServiceOwner {
  return { kind: "gate", gate: check.gate.name, key: runKey(check), ...(check.gate.isolated && { isolated: true }) };
}

/** Of those that have been begun: a gate that waits for its turn says nothing of its services. */
function startedServices(check: GateCheck, { world }: PlanContext): readonly ServiceSpec[] {
  const owner = ownerOf(check);
  return (check.gate.services ?? []).filter(({ name }) => world.runtime.services?.has(serviceId(owner, name)));
}

/** A run that is over takes its copies with it. */
function servicesLeft({ world }: PlanContext, needed: ReadonlySet<string>): readonly Operation[] {
  return servicesIn(world.runtime).flatMap(({ owner, name }) =>
    owner.kind === "gate" && !needed.has(owner.key) ? [removeService(owner, name, "its gate is over")] : [],
  );
}

/** Missing verdicts of the base before the first order, of the chosen candidate of each tip, and of the landing. */
function neededRuns(context: PlanContext): readonly Need[] {
  const { base, tips } = context.world.repository;
  const tip = tips.get("epic");
  const ofBase = tip
    ? missing(baseGates(context).checks, { kind: "commit", oid: tip.oid }, `no verdict on ${base.branch} yet`, tip.tree)
    : [];
  const chosen = chosenCandidates(context.survey);
  const moving = chosen.flatMap(({ state, target }) => (state === "green" ? [target] : []));
  const ofCandidates = chosen.flatMap(({ checks, plan, subject, batch, target }): readonly Need[] => {
    const isEarly = moving.some((tip) => isAbove(context.crew, target, tip));
    const needs = plan ? missing(checks, plan, `no verdict on the merge of ${batch?.join(", ") ?? subject}`) : [];
    return needs.map((need) => ({ ...need, isEarly }));
  });
  const lands = landing(context);
  const ofLanding =
    lands.kind === "gating" ? missing(lands.checks, lands.commit, "no verdict on the landing", lands.tree) : [];
  return [...ofBase, ...ofCandidates, ...ofLanding];
}

function missing(checks: readonly GateCheck[], commit: GateCommit, cause: string, tree?: string): readonly Need[] {
  return checks
    .filter((check) => check.state === "missing")
    .map((check) => ({
      check,
      commit,
      cause: causeOf(check, cause),
      tree: tree ?? (commit.kind === "candidate" ? commit.tree : ""),
    }));
}

function causeOf(check: GateCheck, first: string): string {
  const isOpen = check.verdict?.result === "red" && !isRepeat(check.verdict.runs);
  return isOpen
    ? "red: once more, to tell a flaky gate"
    : check.verdict
      ? `${check.verdict.result} before; tried again`
      : first;
}

interface Collecting {
  readonly run: GateRun;
  readonly need: Need;
  readonly context: PlanContext;
}

function collect({ run, need, context }: Collecting): readonly Operation[] {
  if (!run.result) return [];
  const { verdict: before, gate, key } = need.check;
  const { kind, exitCode, output } = run.result;
  const result = kind === "setup-failed" ? "setup-failed" : kind === "exited" && exitCode === 0 ? "green" : "red";
  const { run: n } = splitRunKey(run.key);
  const verdict: Verdict = {
    key,
    tree: need.tree,
    gate: gate.name,
    result,
    flaky: result === "green" && before?.result === "red" && isRepeat(n),
    runs: result === "setup-failed" ? endOfPair(n) : n,
    exitCode,
    output: kind === "timed-out" ? `${output}\n(${timeOutWords(gate.timeoutMs)})` : output,
    atMs: context.world.nowMs,
  };
  const cause = `${gate.name} is ${result}`;
  const body = { kind: "gate.collect", verdict, ...(before && { replaces: before }) } as const;
  return [operation(gateName(run), body, { cause })];
}

function remove(key: string, context: PlanContext): Operation {
  const run = context.world.runtime.gates.get(key);
  const { verdict, run: n } = splitRunKey(key);
  const recorded = context.world.repository.verdicts.get(verdict);
  const cause = recorded && recorded.runs >= n ? "its verdict is recorded" : "no longer needed";
  return operation(run ? gateName(run) : key, { kind: "gate.remove", key }, { cause });
}

/** Short, and unique among the runs that there are: gate, beginning of the verdict's key, number of the run. */
export function gateName(run: Pick<GateRun, "gate" | "key">): string {
  return `${run.gate}:${run.key.slice(0, 8)}.${splitRunKey(run.key).run}`;
}
