// A plan as text for snapshots: every operation with its cause and what it is made of, then what was left alone, what
// needs a person, and how things stand. Only for tests; people read the UI's.

import type { Attention } from "../../src/model/attention.ts";
import type { Crew } from "../../src/model/crew.ts";
import { shortOid } from "../../src/model/names.ts";
import type { GateCommit, Note, Operation, Plan } from "../../src/model/plan.ts";
import type { World } from "../../src/model/world.ts";
import type { PlanOptions } from "../../src/plan/context.ts";
import { type DownOptions, planDown } from "../../src/plan/down.ts";
import { plan } from "../../src/plan/plan.ts";
import { startedAtMs } from "./oids.ts";

function planOf(crew: Crew, world: World, options: Partial<PlanOptions> = {}): Plan {
  return plan(crew, world, { startedAtMs, allowRedBase: false, ...options });
}

export function planText(crew: Crew, world: World, options: Partial<PlanOptions> = {}): string {
  const { operations, notes, attention, outlook, inFlight } = planOf(crew, world, options);
  return [
    ...operations.map(operationLine),
    ...notes.map((note) => noteLine(note)),
    ...attention.flatMap(attentionLines),
    `= ${outlook}${inFlight ? ", in flight" : ""}`,
  ]
    .join("\n")
    .replace(verdictKey, ":….$1");
}

/** The beginning of a verdict's key says nothing to a reader; the number of the run stays. */
const verdictKey = /:[0-9a-f]{8}\.(\d+)/g;

export function downText(world: World, options: Partial<DownOptions> = {}): string {
  const operations = planDown(world, { volumes: false, isComplete: false, ...options });
  const text = operations.map(operationLine).join("\n").replace(verdictKey, ":….$1");
  return text === "" ? "nothing to take down" : text;
}

function operationLine(operation: Operation): string {
  const details = detailsOf(operation);
  const after = operation.needs.length === 0 ? "" : `\n    after ${operation.needs.join(", ")}`;
  const consent = operation.consent === undefined ? "" : `\n    destroys ${operation.consent}`;
  return `${operation.id} (${operation.cause})${details === "" ? "" : `\n    ${details}`}${after}${consent}`;
}

function noteLine({ subject, cause }: Note): string {
  return `. ${subject}: ${cause}`;
}

function attentionLines({ kind, subject, reason, commands }: Attention): readonly string[] {
  return [`! ${kind} ${subject}: ${reason}`, ...commands.map((command) => `    ${command}`)];
}

function detailsOf(operation: Operation): string {
  switch (operation.kind) {
    case "bead.create": {
      const { title, parent, metadata } = operation.bead;
      const facts = Object.entries(metadata).map(([key, value]) => `${key}=${value}`);
      return `"${title}"${parent === undefined ? "" : ` under ${parent}`}, ${facts.join(" ")}`;
    }
    case "bead.claim":
      return `for ${operation.assignee}`;
    case "bead.comment":
      return `${operation.author}: ${operation.text}`;
    case "bead.mark":
      return `${operation.key}=${shortOid(operation.value)}`;
    case "start.pin":
    case "tip.follow":
      return operation.from === undefined
        ? shortOid(operation.to)
        : `${shortOid(operation.from)} → ${shortOid(operation.to)}`;
    case "tip.create":
      return shortOid(operation.to);
    case "tip.move":
      return `${commitText(operation.candidate)}: ${operation.candidate.subject}`;
    case "branch.show":
      return `${operation.branch}: ${operation.from === undefined ? "created" : shortOid(operation.from)} → ${shortOid(operation.to)}`;
    case "remote.push":
      return operation.changes
        .map(({ ref, from, to }) => `${ref}: ${from ? shortOid(from) : "nothing"} → ${to ? shortOid(to) : "nothing"}`)
        .join("\n    ");
    case "branch.delete":
      return `${operation.branch} at ${shortOid(operation.from)}`;
    case "order.issue": {
      const { kind, role, start, merge, counts, words } = operation.order;
      const under = merge === undefined ? "" : `, merging ${shortOid(merge)}`;
      const free = counts ? "" : ", costs no attempt";
      const said = words === "" ? "" : `\n${words.replace(/^/gm, "    | ")}`;
      return `${kind} for ${role} at ${commitText(start)}${under}${free}${said}`;
    }
    case "order.deliver":
    case "order.withdraw":
      return `to ${operation.order.role}`;
    case "gate.start":
      return `on ${commitText(operation.commit)}${warmText(operation)}`;
    case "instance.create":
      return warmText(operation).trim();
    case "setup.start":
      return `${operation.setup.run} at ${shortOid(operation.commit)}, at most ${operation.timeoutMs / 1000} s`;
    case "gate.collect": {
      const { result, flaky, runs, exitCode } = operation.verdict;
      return `${result}${flaky ? ", flaky" : ""}, exit ${exitCode}, run ${runs}`;
    }
    case "base.land":
      return `${operation.branch}: ${shortOid(operation.from)} → ${commitText(operation.commit)}${operation.checkedOutAt === undefined ? "" : ` in ${operation.checkedOutAt}`}`;
    default:
      return "";
  }
}

function warmText({ warm }: { readonly warm?: string }): string {
  return warm === undefined ? "" : ` from crew-setup:${warm.slice(0, 12)}`;
}

function commitText(commit: GateCommit): string {
  if (commit.kind === "commit") return shortOid(commit.oid);
  return `${shortOid(commit.target)} + ${shortOid(commit.source)}`;
}
