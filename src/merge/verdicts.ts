// What the gates say of a tree: the key of each verdict and what it amounts to. Pure.

import { contentHash } from "../model/content.ts";
import type { Crew, Gate } from "../model/crew.ts";
import { matcherOf } from "../model/globs.ts";
import type { Oid, TreeEntry } from "../model/names.ts";
import type { Verdict } from "../model/records.ts";
import { serviceHash } from "../model/services.ts";
import type { GateRun } from "../model/world.ts";

export interface GateCheck {
  readonly gate: Gate;
  readonly key: string;
  readonly verdict?: Verdict;
  readonly state: "green" | "red" | "setup-failed" | "missing";
}

export interface VerdictContext {
  readonly crew: Crew;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** A person's `retry` of what is judged: older red verdicts are run again. */
  readonly retriedAtMs?: number;
  /** When a person last said `up`: older failed setups are run again. */
  readonly startedAtMs: number;
}

/** The verdict's key: tree, command, setup, environment and time limit by content; the gate's name and order don't count. */
export function gateKey(tree: Oid, gate: Gate): string {
  return contentHash([tree, specHash(gate)]).slice(0, 40);
}

/** A gate never changes, and every candidate asks for it. */
const specHashes = new WeakMap<Gate, string>();

function specHash(gate: Gate): string {
  const known = specHashes.get(gate);
  if (known !== undefined) return known;
  const { run, setup, environment, timeoutMs, container, services = [], isolated } = gate;
  const hash = contentHash({
    ...{ run, setup: setup ?? null, environment, timeoutMs },
    ...(container && { container }),
    ...(services.length > 0 && { services: services.map(serviceHash) }),
    ...(isolated && { isolated }),
  });
  specHashes.set(gate, hash);
  return hash;
}

/** What is to be judged. */
export interface Judged {
  readonly on: "candidate" | "land";
  /** What a candidate changes in its target, by path; absent: too much to be told apart. */
  readonly changes?: ReadonlyMap<string, TreeEntry> | undefined;
}

export function checkGates(tree: Oid, judged: Judged, context: VerdictContext): readonly GateCheck[] {
  return context.crew.gates
    .filter((gate) => gate.on.includes(judged.on) && concerns(gate, judged))
    .map((gate) => {
      const key = gateKey(tree, gate);
      const verdict = context.verdicts.get(key);
      return { gate, key, ...(verdict && { verdict }), state: stateOf(verdict, context) };
    });
}

/** A landing is judged by every gate: what the base brings along may concern any. */
function concerns({ paths }: Gate, { on, changes }: Judged): boolean {
  if (paths === undefined || on === "land" || changes === undefined) return true;
  const isMatch = matcherOf(paths);
  return [...changes.keys()].some(isMatch);
}

/** Red before setup-failed before missing: one red decides. */
export function overall(checks: readonly GateCheck[]): GateCheck["state"] {
  const order = ["red", "setup-failed", "missing"] as const;
  return order.find((state) => checks.some((check) => check.state === state)) ?? "green";
}

/** The name of a gate's n-th run for a verdict: what its instance is called. */
export function runKey(check: GateCheck): string {
  return `${check.key}.${(check.verdict?.runs ?? 0) + 1}`;
}

/** One of its gates is being run. */
export function isJudged(checks: readonly GateCheck[], gates: ReadonlyMap<string, GateRun>): boolean {
  return checks.some((check) => check.state === "missing" && gates.has(runKey(check)));
}

/** The verdict's key and the number of the run. */
export function splitRunKey(key: string): { readonly verdict: string; readonly run: number } {
  const dot = key.lastIndexOf(".");
  return { verdict: key.slice(0, dot), run: Number(key.slice(dot + 1)) };
}

/**
 * A red counts when it was run once more, so runs come in pairs: an odd one that is red is repeated. A failed setup
 * ends its pair, and so does whatever counts; what comes later, by a person's word, begins the next.
 */
export function isRepeat(run: number): boolean {
  return run % 2 === 0;
}

/** The name of the red run that the run of this name repeats. */
export function repeatedBy(key: string): string | undefined {
  const { verdict, run } = splitRunKey(key);
  return isRepeat(run) ? `${verdict}.${run - 1}` : undefined;
}

/** The runs that a failed setup stands for: its pair is over. */
export function endOfPair(run: number): number {
  return isRepeat(run) ? run : run + 1;
}

function stateOf(verdict: Verdict | undefined, { retriedAtMs = 0, startedAtMs }: VerdictContext): GateCheck["state"] {
  switch (verdict?.result) {
    case undefined:
      return "missing";
    case "green":
      return "green";
    case "red":
      return !isRepeat(verdict.runs) || verdict.atMs < retriedAtMs ? "missing" : "red";
    case "setup-failed":
      return verdict.atMs < Math.max(retriedAtMs, startedAtMs) ? "missing" : "setup-failed";
  }
}

/** As a verdict's output ends, in brackets, of a gate that ran out of time. */
export function timeOutWords(timeoutMs: number): string {
  return `stopped after ${timeoutMs / 1000} s`;
}

export function isTimeOut({ output }: Pick<Verdict, "output">): boolean {
  return /\n\(stopped after [\d.]+ s\)$/.test(output);
}
