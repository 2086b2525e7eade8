// `crew status`: who does what, how far the beads are, what waits to be merged, what needs a person, what to type next.
// Pure: a view of one moment as plain data, and that view as text.

import { collisionsIn } from "../merge/collisions.ts";
import type { Attention } from "../model/attention.ts";
import type { EpicState, GateState, QueueEntry, RoleState } from "../model/event.ts";
import type { Outlook } from "../model/plan.ts";
import type { Proposal } from "../plan/proposals.ts";
import { attentionLines } from "./attention.ts";
import { type BeadState, beadStates } from "./bead-state.ts";
import { type CollisionJson, collisionTable, conflictsJson } from "./conflicts.ts";
import { durationText } from "./duration.ts";
import { epicState, gateStates } from "./epic-state.ts";
import { blank, type Line, line, renderLines, span, type TextFormat } from "./lines.ts";
import { markSpan, toneOf } from "./marks.ts";
import { outlookText } from "./plan-text.ts";
import { openProposals, proposalLines } from "./proposals.ts";
import { queueEntries } from "./queue-state.ts";
import { roleStates } from "./role-state.ts";
import { phaseWords, roleMark } from "./role-words.ts";
import type { Seen } from "./seen.ts";
import { type SpentJson, spentJson, spentLines } from "./spent-state.ts";
import { tableLines } from "./table.ts";

export interface StatusInput extends Seen {
  /** Who drives the project, if anybody does. */
  readonly driver?: { readonly pid: number };
}

/** Everything that status shows; printed as it is by `--format json`. */
export interface StatusJson {
  readonly project: string;
  readonly driver: { readonly pid: number } | null;
  readonly outlook: Outlook;
  readonly epic: EpicState;
  readonly roles: readonly RoleState[];
  readonly spent: SpentJson;
  readonly beads: readonly BeadState[];
  readonly queue: readonly QueueEntry[];
  readonly gates: readonly GateState[];
  /** Work that is not merged yet and would conflict. */
  readonly collisions: readonly CollisionJson[];
  readonly attention: readonly Attention[];
  /** Beads that agents want and nobody has accepted. */
  readonly proposals: readonly Proposal[];
  /** The command to type next, if there is one. */
  readonly next: string | null;
}

export function statusJson(input: StatusInput): StatusJson {
  const { crew, plan, driver } = input;
  return {
    project: crew.name,
    driver: driver ?? null,
    outlook: plan.outlook,
    epic: epicState(input),
    roles: roleStates(input),
    spent: spentJson(input),
    beads: beadStates(input),
    queue: queueEntries(input),
    collisions: conflictsJson(input.crew.radar === "off" ? [] : collisionsIn(input.survey)),
    gates: gateStates(input),
    attention: plan.attention,
    proposals: openProposals(input),
    next: nextCommand(input),
  };
}

export function statusText(input: StatusInput, format: TextFormat): string {
  const status = statusJson(input);
  const sections = [
    nobodyDrives(status),
    [...epicLines(status.epic), ...spentLines(status.spent)],
    roleLines(status.roles, { format, nowMs: input.world.nowMs }),
    beadLines(status.beads, format),
    gateLines(status.gates, status.queue),
    queueLines(status.queue, format),
    collisionLines(input, format),
    attentionLines(status.attention),
    proposalLines(status.proposals),
    nextLines(input, status),
  ];
  const filled = sections.filter((section) => section.length > 0);
  return renderLines(
    filled.flatMap((section, i) => (i === 0 ? section : [blank, ...section])),
    format,
  );
}

function nextCommand({ plan, driver }: StatusInput): string | null {
  switch (plan.outlook) {
    case "landable":
    case "proposed":
      return "crew land";
    case "settled":
      return plan.attention[0]?.commands[0] ?? "crew up";
    case "working":
      return driver ? null : "crew up";
    case "complete":
      return null;
  }
}

function collisionLines({ crew, survey }: StatusInput, format: TextFormat): readonly Line[] {
  const found = crew.radar === "off" ? [] : collisionsIn(survey);
  return found.length === 0 ? [] : [line(span("Will conflict", "bold")), ...collisionTable(found, format)];
}

/** Said first, unless nothing is left that a driver could do. */
function nobodyDrives({ driver, outlook }: StatusJson): readonly Line[] {
  const isOver = outlook === "complete" || outlook === "landable" || outlook === "proposed";
  return driver || isOver ? [] : [line(span("nobody is driving: crew up", "warn"))];
}

function epicLines({ id, title, branch, base, done, total, percent }: EpicState): readonly Line[] {
  const name = id === undefined ? [] : [span(`  ${id}`)];
  const count = total === 0 ? "no beads" : `${done}/${total} beads, ${percent} %`;
  return [line(span(title, "bold"), ...name), line(span(`${branch} → ${base}`, "dim"), `  ${count}`)];
}

interface RoleTable {
  readonly format: TextFormat;
  readonly nowMs: number;
}

function roleLines(roles: readonly RoleState[], { format, nowMs }: RoleTable): readonly Line[] {
  if (roles.length === 0) return [];
  const head = ["  ROLE", "BRANCH", "PHASE", "SINCE", "BEADS"].map((text) => span(text, "dim"));
  const isAttached = (role: RoleState) => role.phase === "attached";
  // Who has a person waiting at it is looked for first.
  const rows = [...roles.filter(isAttached), ...roles.filter((role) => !isAttached(role))].map((role) => {
    const mark = markSpan(roleMark(role));
    return [
      { ...mark, text: `${mark.text} ${role.role}` },
      span(role.branch, "dim"),
      span(phaseWords(role)),
      span(role.sinceMs === undefined ? "" : durationText(nowMs - role.sinceMs), "dim"),
      span(`${role.done}/${role.total}`),
    ];
  });
  const columns = [{ min: 10 }, { min: 9, yields: true, cut: "start" }, { min: 16 }, {}, {}] as const;
  return tableLines([head, ...rows], { columns, width: format.width });
}

function beadLines(beads: readonly BeadState[], { width }: TextFormat): readonly Line[] {
  const rows = beads.map((bead) => {
    const indent = "  ".repeat(bead.depth - 1);
    const tone = bead.mark === "done" ? "dim" : "plain";
    return [
      { ...markSpan(bead.mark), text: `${indent}${markSpan(bead.mark).text} ${bead.id}` },
      span(bead.title, tone),
      span(bead.text, bead.mark === "trouble" || bead.mark === "person" ? toneOf(bead.mark) : "dim"),
    ];
  });
  return tableLines(rows, { columns: [{}, { min: 16 }, { min: 16 }], width });
}

/** Gates that run on something else than a candidate: those stand in the queue. */
function gateLines(gates: readonly GateState[], queue: readonly QueueEntry[]): readonly Line[] {
  const subjects = new Set(queue.map((entry) => entry.subject));
  return gates
    .filter(({ on }) => !subjects.has(on))
    .map(({ gate, on }) => line(markSpan("going"), ` gate ${gate} runs on ${on === "landing" ? "the landing" : on}`));
}

function queueLines(queue: readonly QueueEntry[], { width }: TextFormat): readonly Line[] {
  if (queue.length === 0) return [];
  const rows = queue.map(({ subject, target, title, mark, text }) => [
    markSpan(mark),
    span(subject),
    span(`into ${target}`, "dim"),
    span(text, mark === "trouble" ? "bad" : "plain"),
    span(title, "dim"),
  ]);
  const columns = [{}, { min: 10 }, { min: 9 }, { min: 16 }, { min: 8 }];
  return [line(span("To merge, in this order", "bold")), ...tableLines(rows, { columns, width, indent: 2 })];
}

function nextLines({ plan, driver }: StatusInput, { next }: StatusJson): readonly Line[] {
  if (plan.outlook === "complete") return [line(span(outlookText(plan.outlook, plan.inFlight), "bold"))];
  if (next !== null) return [line(span("Next: ", "bold"), span(next, "bold"))];
  return [line(span(`Nothing to type: crew goes on by itself (pid ${driver?.pid}).`, "dim"))];
}
