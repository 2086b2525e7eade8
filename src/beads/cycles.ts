// Beads that would wait for each other for ever. Pure.
import type { Bead } from "../model/bead.ts";

/**
 * A ring of waiting that is reached from `roots`, the shortest through its bead, as ids, the first repeated at the end;
 * undefined if there is none.
 *
 * A bead starts after its parent may start and its blockers have ended; it ends after it started and its children have
 * ended. So each bead is two nodes, and a ring among them is a ring of waiting, whether by `blocks`, by parent or by both.
 */
export function findCycle(beads: ReadonlyMap<string, Bead>, roots: Iterable<string>): readonly string[] | undefined {
  const children = childrenByParent(beads);
  const done = new Set<string>();
  for (const root of roots) {
    const graph = { beads, children, done };
    const node = findOnRing({ kind: "end", id: root }, graph);
    if (node) return shortestRing(node, graph);
  }
  return undefined;
}

interface Node {
  readonly kind: "start" | "end";
  readonly id: string;
}

interface Graph {
  readonly beads: ReadonlyMap<string, Bead>;
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Nodes from which no ring is reached. */
  readonly done: Set<string>;
}

/** Depth first with its own stack: a chain of thousands must not overflow the call stack. The root, where it is on the ring. */
function findOnRing(root: Node, graph: Graph): Node | undefined {
  const path: { readonly node: Node; readonly rest: Node[] }[] = [];
  const onPath = new Set<string>();
  const enter = (node: Node): void => {
    path.push({ node, rest: [...waitsFor(node, graph)] });
    onPath.add(keyOf(node));
  };
  if (!graph.done.has(keyOf(root))) enter(root);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.rest.pop();
    if (next === undefined) {
      path.pop();
      onPath.delete(keyOf(top.node));
      graph.done.add(keyOf(top.node));
    } else if (onPath.has(keyOf(next))) {
      const nodes = path.map((step) => step.node);
      const ring = nodes.slice(nodes.findIndex((node) => keyOf(node) === keyOf(next)));
      return ring.find((node) => node.id === root.id) ?? next;
    } else if (!graph.done.has(keyOf(next))) {
      enter(next);
    }
  }
  return undefined;
}

function waitsFor(node: Node, graph: Graph): readonly Node[] {
  const bead = graph.beads.get(node.id);
  if (bead === undefined) return [];
  if (node.kind === "end") {
    const ends = (graph.children.get(node.id) ?? []).map((id): Node => ({ kind: "end", id }));
    return [{ kind: "start", id: node.id }, ...ends];
  }
  const blockers = bead.blockedBy.map((id): Node => ({ kind: "end", id }));
  return bead.parent === undefined ? blockers : [...blockers, { kind: "start", id: bead.parent }];
}

/** Breadth first from the node back to itself; a bead's two nodes, one after the other, are one step. */
function shortestRing(node: Node, graph: Graph): readonly string[] {
  const cameFrom = new Map<string, Node>();
  const open = [node];
  for (let at = open.shift(); at !== undefined && !cameFrom.has(keyOf(node)); at = open.shift()) {
    for (const next of waitsFor(at, graph)) {
      if (cameFrom.has(keyOf(next))) continue;
      cameFrom.set(keyOf(next), at);
      open.push(next);
    }
  }
  const ids = [node.id];
  let at = cameFrom.get(keyOf(node));
  for (; at !== undefined && keyOf(at) !== keyOf(node); at = cameFrom.get(keyOf(at))) {
    if (at.id !== ids[0]) ids.unshift(at.id);
  }
  // Closing the ring: a bead that waits for itself has one step only.
  if (ids[0] !== node.id || ids.length === 1) ids.unshift(node.id);
  return ids;
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

function keyOf(node: Node): string {
  return `${node.kind} ${node.id}`;
}
