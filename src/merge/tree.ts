// The tree of beads under the epic. Pure; knows parents and children, not states.
import type { Bead } from "../model/bead.ts";

export interface BeadTree {
  readonly epic: string;
  /** Children by parent, in natural order of their ids. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Every descendant of the epic with its depth below it (1 and up). */
  readonly depth: ReadonlyMap<string, number>;
  /** Descendants that have no children, open or closed: only these are handed out. Natural order of ids. */
  readonly leaves: readonly string[];
}

/** Descendants are found from the epic downwards, so that a cycle of parents elsewhere can't be entered. */
export function beadTree(epic: string, beads: ReadonlyMap<string, Bead>): BeadTree {
  const children = childrenByParent(beads);
  const depth = new Map<string, number>();
  const leaves: string[] = [];
  const queue = [{ id: epic, level: 0 }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const below = (children.get(next.id) ?? []).filter((id) => id !== epic && !depth.has(id));
    if (next.level > 0 && below.length === 0) leaves.push(next.id);
    for (const id of below) {
      depth.set(id, next.level + 1);
      queue.push({ id, level: next.level + 1 });
    }
  }
  return { epic, children, depth, leaves: leaves.sort(compareIds) };
}

/** `a.2` before `a.10`. */
export function compareIds(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] as string, right[i] as string];
    if (x === y) continue;
    const numbers = Number(x) - Number(y);
    return Number.isNaN(numbers) || numbers === 0 ? (x < y ? -1 : 1) : numbers;
  }
  return left.length - right.length;
}

/** Every leaf at or below a bead. */
export function leavesBelow(tree: BeadTree, id: string): readonly string[] {
  const below = tree.children.get(id) ?? [];
  return below.length === 0 ? [id] : below.flatMap((child) => leavesBelow(tree, child));
}

/** The bead's ancestors within the epic, nearest first, the epic itself left out. */
export function ancestors(tree: BeadTree, id: string, beads: ReadonlyMap<string, Bead>): readonly string[] {
  const found: string[] = [];
  let parent = beads.get(id)?.parent;
  while (parent !== undefined && tree.depth.has(parent) && !found.includes(parent)) {
    found.push(parent);
    parent = beads.get(parent)?.parent;
  }
  return found;
}

function childrenByParent(beads: ReadonlyMap<string, Bead>): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const bead of beads.values()) {
    if (bead.parent === undefined) continue;
    const siblings = children.get(bead.parent);
    if (siblings) siblings.push(bead.id);
    else children.set(bead.parent, [bead.id]);
  }
  for (const siblings of children.values()) siblings.sort(compareIds);
  return children;
}
