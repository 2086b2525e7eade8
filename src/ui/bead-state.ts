// The tree of beads under the epic, parents before children, each with its mark, its percent and its state in words. Pure.
import { isDone, type Leaf } from "../merge/leaves.ts";
import type { Mark } from "../model/event.ts";
import { epicTip } from "../model/names.ts";
import { percentOf, type Seen } from "./seen.ts";

export interface BeadState {
  readonly id: string;
  readonly title: string;
  readonly type: string;
  /** 1 directly under the epic. */
  readonly depth: number;
  readonly mark: Mark;
  /** `merged`, `working`, `waiting`, …; `parent` for a bead with children. */
  readonly state: Leaf["state"]["kind"] | "parent";
  readonly text: string;
  readonly role?: string;
  /** Of a bead with children: leaves merged or closed below it, and all of them. */
  readonly done: number;
  readonly total: number;
  readonly percent: number;
}

export function beadStates(seen: Seen): readonly BeadState[] {
  const { tree } = seen.survey;
  const leaves = new Map(seen.survey.leaves.map((leaf) => [leaf.bead.id, leaf]));
  return (tree.children.get(tree.epic) ?? [])
    .filter((id) => id !== tree.epic)
    .flatMap((id) => statesBelow(id, { seen, leaves }).states);
}

interface TreeContext {
  readonly seen: Seen;
  readonly leaves: ReadonlyMap<string, Leaf>;
}

interface Branch {
  readonly states: readonly BeadState[];
  readonly marks: readonly Mark[];
}

function statesBelow(id: string, context: TreeContext): Branch {
  const { survey } = context.seen;
  const bead = survey.beads.get(id);
  if (!bead) return { states: [], marks: [] };
  const about = { id, title: bead.title, type: bead.type, depth: survey.tree.depth.get(id) ?? 1 };
  const leaf = context.leaves.get(id);
  if (leaf) {
    const mark = leafMark(leaf);
    const done = isDone(leaf.state) ? 1 : 0;
    const role = leaf.role === undefined ? {} : { role: leaf.role };
    const text = leafText(leaf, context.seen);
    const state = {
      ...about,
      mark,
      state: leaf.state.kind,
      text,
      ...role,
      done,
      total: 1,
      percent: percentOf(done, 1),
    };
    return { states: [state], marks: [mark] };
  }
  const below = (survey.tree.children.get(id) ?? []).map((child) => statesBelow(child, context));
  const marks = below.flatMap((branch) => branch.marks);
  const done = marks.filter((mark) => mark === "done").length;
  const percent = percentOf(done, marks.length);
  const parent = {
    ...about,
    mark: markOfAll(marks),
    state: "parent",
    text: `${percent} %`,
    done,
    total: marks.length,
    percent,
  } as const;
  return { states: [parent, ...below.flatMap((branch) => branch.states)], marks };
}

/** A parent shows what needs somebody first. */
function markOfAll(marks: readonly Mark[]): Mark {
  const order = ["trouble", "person", "going", "waiting"] as const;
  return order.find((mark) => marks.includes(mark)) ?? "done";
}

function leafMark({ state }: Leaf): Mark {
  switch (state.kind) {
    case "merged":
    case "closed":
    case "closed-by-person":
      return "done";
    case "working":
    case "merging":
    case "answering":
    case "undoing":
      return "going";
    case "ready":
    case "waiting":
      return "waiting";
    case "blocked":
      return "trouble";
    case "approval":
    case "unassigned":
    case "ambiguous":
    case "held":
      return "person";
  }
}

function leafText(leaf: Leaf, { survey, plan }: Seen): string {
  const { state, role = "", bead, round, target } = leaf;
  switch (state.kind) {
    case "merged":
      return survey.evidence.isMergedIn(bead.id, round, epicTip) ? "merged" : `merged into ${target}`;
    case "closed":
      return "closed";
    case "closed-by-person":
      // Who closed it is told by facts that the archive took along.
      return plan.outlook === "complete" ? "closed" : "closed by a person";
    case "working":
      return state.order.kind === "bead" ? role : `${role}: ${state.order.kind}`;
    case "merging":
      return `${role}: merges into ${target}`;
    case "answering":
      return `goes back to ${role}: ${state.answer.cause}`;
    case "undoing":
      return "its merge is being undone";
    case "ready":
      return `ready for ${role}`;
    case "waiting":
      return `waits for ${state.on.join(", ")}`;
    case "blocked":
      return "blocked";
    case "approval":
      return "waits for approval";
    case "unassigned":
      return "no role takes it";
    case "ambiguous":
      return `taken by ${state.roles.join(" and ")}`;
    case "held":
      return `held by ${state.by}`;
  }
}
