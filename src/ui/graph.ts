// `crew graph` and `crew merge --dry-run`: the branch tree with what merges where, and the order in which it would. Pure.
import { isDone } from "../merge/leaves.ts";
import { parentTip, targetOf, tipNames } from "../merge/targets.ts";
import type { Attention } from "../model/attention.ts";
import type { QueueEntry } from "../model/event.ts";
import { epicTip, type TipName } from "../model/names.ts";
import { attentionLines } from "./attention.ts";
import { blank, type Line, line, renderLines, span, type TextFormat } from "./lines.ts";
import { markSpan } from "./marks.ts";
import { queueEntries } from "./queue-state.ts";
import type { Seen } from "./seen.ts";
import { tableLines } from "./table.ts";

/** One branch, and what merges into it. */
export interface GraphNode {
  /** `epic`, or the role. */
  readonly name: string;
  /** Short name of its visible branch. */
  readonly branch: string;
  /** Others merge into it, so it has a tip of its own. */
  readonly collects: boolean;
  /** Leaf beads of the role merged or closed, and all of them; of the epic, all. */
  readonly done: number;
  readonly total: number;
  /** What waits to be merged into it, in merge order. */
  readonly queue: readonly QueueEntry[];
  readonly children: readonly GraphNode[];
}

export interface Graph {
  /** Short name of the base branch that the epic lands on. */
  readonly base: string;
  readonly epic: GraphNode;
}

export function graphOf(seen: Seen): Graph {
  const { crew, world, survey } = seen;
  const queue = queueEntries(seen);
  const tips = new Set<TipName>(tipNames(survey.crew));
  const counts = (role?: string) => {
    const leaves = survey.leaves.filter((leaf) => role === undefined || leaf.role === role);
    return { done: leaves.filter(({ state }) => isDone(state)).length, total: leaves.length };
  };
  const node = (name: string): GraphNode => ({
    name,
    branch: name === epicTip ? crew.epic.branch : (crew.roles.find((role) => role.name === name)?.branch ?? ""),
    collects: tips.has(name),
    ...counts(name === epicTip ? undefined : name),
    queue: tips.has(name) ? queue.filter(({ target }) => target === name) : [],
    children: crew.roles.filter((role) => above(role.name, seen) === name).map((role) => node(role.name)),
  });
  return { base: world.repository.base.branch, epic: node(epicTip) };
}

/** Where a role's branch goes: a collecting role moves up, another one's work merges straight into its target. */
function above(role: string, { survey }: Seen): TipName {
  const target = targetOf(survey.crew, role);
  return target === role ? (parentTip(survey.crew, role) ?? epicTip) : target;
}

export function graphText({ base, epic }: Graph, format: TextFormat): string {
  return renderLines([line(span(base, "bold")), ...nodeLines(epic, { lead: "", isLast: true })], format);
}

interface Placing {
  readonly lead: string;
  readonly isLast: boolean;
}

function nodeLines(node: GraphNode, { lead, isLast }: Placing): readonly Line[] {
  const { name, branch, done, total, children, queue } = node;
  const below = `${lead}${isLast ? "   " : "│  "}`;
  const head = line(
    span(`${lead}${isLast ? "└─ " : "├─ "}`, "dim"),
    span(name, "bold"),
    span(`  ${branch}`, "dim"),
    `  ${total === 0 ? "no beads" : `${done}/${total} beads`}`,
  );
  const waiting = queue.map((entry) =>
    line(
      span(`${below}${children.length > 0 ? "│  " : "   "}`, "dim"),
      markSpan(entry.mark),
      ` ${entry.subject}  ${entry.text}`,
    ),
  );
  const nested = children.flatMap((child, at) => nodeLines(child, { lead: below, isLast: at === children.length - 1 }));
  return [head, ...waiting, ...nested];
}

export interface MergeOrder {
  readonly queue: readonly QueueEntry[];
  /** What a person has to say or do before more can be merged. */
  readonly attention: readonly Attention[];
}

export function mergeOrderOf(seen: Seen): MergeOrder {
  const gates = new Set(seen.crew.gates.map(({ name }) => name));
  // The setup of a role fails under the same kind: that holds back its own work only.
  const isHolding = ({ kind, subject }: Attention) =>
    holdingBack.has(kind) || (kind === "setup-failed" && gates.has(subject));
  return { queue: queueEntries(seen), attention: seen.plan.attention.filter(isHolding) };
}

const holdingBack: ReadonlySet<Attention["kind"]> = new Set([
  "approval",
  "person-red",
  "person-conflict",
  "person-unmerged",
  "rewritten",
  "undo-red",
  "undo-conflict",
  "up-blocked",
  "base-red",
]);

export function mergeOrderText({ queue, attention }: MergeOrder, format: TextFormat): string {
  const needed = attentionLines(attention);
  if (queue.length === 0 && needed.length > 0) return renderLines(needed, format);
  return renderLines([...queueLines(queue, format), ...(needed.length > 0 ? [blank, ...needed] : [])], format);
}

function queueLines(queue: readonly QueueEntry[], { width }: TextFormat): readonly Line[] {
  if (queue.length === 0) return [line("Nothing waits to be merged.")];
  const head = ["", "WORK", "INTO", "STATE"].map((text) => span(text, "dim"));
  const rows = queue.map(({ subject, title, target, mark, text }, at) => [
    span(String(at + 1), "dim"),
    span(title === "" || title === subject ? subject : `${subject}  ${title}`),
    span(target),
    span(text, mark === "trouble" ? "bad" : "plain"),
  ]);
  const columns = [{ min: 2 }, { min: 10, yields: true }, { min: 4 }, { min: 10 }] as const;
  return tableLines([head, ...rows], { columns, width });
}
