// Object ids and instants for worlds written by hand: readable, deterministic, never those of a real repository.
import type { Oid } from "../../src/model/names.ts";

/** `work1` → `work1···…`: forty characters whose first seven read well as a short id. */
export function oid(name: string): Oid {
  return name.padEnd(40, "·");
}

/** The tree of the commit of this name, unless a test says otherwise. */
export function treeOf(commit: string): Oid {
  return oid(`t-${commit}`);
}

/** The tree that the test merge of a commit gives, unless a test says otherwise. */
export function mergedTree(source: string): Oid {
  return oid(`m-${source}`);
}

/** Every world stands at this instant, epoch milliseconds, unless a test says otherwise. */
export const nowMs = 1_000_000;
/** When a person last said `up`: before anything that the builders date. */
export const startedAtMs = 100_000;
