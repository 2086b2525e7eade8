// The tree of beads under the epic. Pure; knows parents and children, not states.
import type { Bead } from "../model/bead.ts";

export interface BeadTree {
  readonly epic: string;
  /** Children by parent, of the epic and its descendants only, in natural order of their ids. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Every descendant of the epic with its depth below it (1 and up). */
  readonly depth: ReadonlyMap<string, number>;
  /** Descendants that have no children, open or closed: only these are handed out. Natural order of ids. */
  readonly leaves: readonly string[];
}

/** Descendants are found from the epic downwards, so that a cycle of parents can't be entered, not even through the epic. */
export function beadTree(epic: string, beads: ReadonlyMap<string, Bead>): BeadTree {
  const byParent = childrenByParent(beads);
  const keys: Keys = new Map();
  const children = new Map<string, readonly string[]>();
  const depth = new Map<string, number>();
  const leaves: string[] = [];
  const found = [epic];
  for (const id of found) {
    const level = depth.get(id) ?? 0;
    const own = (byParent.get(id) ?? []).filter((child) => child !== epic && !depth.has(child));
    const below = inNaturalOrder(own, keys);
    if (below.length > 0) children.set(id, below);
    else if (id !== epic) leaves.push(id);
    for (const child of below) {
      depth.set(child, level + 1);
      found.push(child);
    }
  }
  return { epic, children, depth, leaves: inNaturalOrder(leaves, keys) };
}

/** `a.2` before `a.10`. */
export function compareIds(a: string, b: string): number {
  return compareText(naturalKey(a), naturalKey(b)) || compareText(a, b);
}

/** Every leaf at or below a bead. */
export function leavesBelow(tree: BeadTree, id: string): readonly string[] {
  const found = [id];
  for (const next of found) for (const child of tree.children.get(next) ?? []) found.push(child);
  return found.filter((next) => !tree.children.has(next));
}

/** The bead's ancestors within the epic, nearest first, the epic itself left out. */
export function ancestors(tree: BeadTree, id: string, beads: ReadonlyMap<string, Bead>): readonly string[] {
  if (!tree.depth.has(id)) return [];
  const found: string[] = [];
  let parent = beads.get(id)?.parent;
  while (parent !== undefined && tree.depth.has(parent)) {
    found.push(parent);
    parent = beads.get(parent)?.parent;
  }
  return found;
}

function childrenByParent(beads: ReadonlyMap<string, Bead>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const bead of beads.values()) {
    if (bead.parent === undefined) continue;
    const siblings = children.get(bead.parent);
    if (siblings) siblings.push(bead.id);
    else children.set(bead.parent, [bead.id]);
  }
  return children;
}

/** As `compareIds` orders them; each id's key is made once. */
function inNaturalOrder(ids: readonly string[], keys: Keys): readonly string[] {
  const keyed = ids.map((id) => ({ id, key: keyOf(id, keys) }));
  return keyed.sort((a, b) => compareText(a.key, b.key) || compareText(a.id, b.id)).map(({ id }) => id);
}

type Keys = Map<string, string>;

function keyOf(id: string, keys: Keys): string {
  const known = keys.get(id);
  if (known !== undefined) return known;
  const key = naturalKey(id);
  keys.set(id, key);
  return key;
}

/** Every number with its length in front, so that text order is number order. */
function naturalKey(id: string): string {
  let key = "";
  let from = 0;
  for (let at = 0; at < id.length; at++) {
    if (!isDigit(id, at)) continue;
    key += id.slice(from, at);
    // Zeros in front count for nothing.
    while (id.charCodeAt(at) === zero && isDigit(id, at + 1)) at += 1;
    from = at;
    while (isDigit(id, at + 1)) at += 1;
    key += String.fromCharCode(zero + at + 1 - from) + id.slice(from, at + 1);
    from = at + 1;
  }
  return key + id.slice(from);
}

const zero = "0".charCodeAt(0);

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= zero && code <= zero + 9;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
