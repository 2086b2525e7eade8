// Which paths differ between two trees: one git process for all pairs. Decides nothing.
import type { Oid, TreeEntry } from "../model/names.ts";
import type { Git } from "./git.ts";

export interface TreePair {
  readonly before: Oid;
  readonly after: Oid;
}

export type Changes = ReadonlyMap<string, TreeEntry>;

/** It may have to wait for the pairs as well. */
const timeoutMs = 2 * 60_000;

/** In the order of the pairs. The process starts while they are still worked out. */
export async function changesOf(view: Git, pairs: Promise<readonly TreePair[]>): Promise<readonly Changes[]> {
  const flags = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames"];
  const lines = pairs.then((known) => known.map(lineOf));
  const stdin = lines.then((each) => [...new Set(each)].map((line) => `${line}\n`).join(""));
  // Two trees in a line are compared with each other, and the line comes back before what differs.
  const [output, wanted] = await Promise.all([view.text([...flags, "--stdin"], { stdin, timeoutMs }), lines]);
  const changes = parseChanges(output);
  return wanted.map((line) => changes.get(line) ?? new Map());
}

/** diff-tree takes trees by their own ids from its input, and nothing else. */
function lineOf({ before, after }: TreePair): string {
  return `${before} ${after}`;
}

/**
 * Entries of two fields, `:<modes and ids>` and the path; the line that names two trees stands before the first entry of
 * theirs. So nothing in a path can be taken for such a line.
 */
function parseChanges(output: string): ReadonlyMap<string, Changes> {
  const changes = new Map<string, Map<string, TreeEntry>>();
  let paths = new Map<string, TreeEntry>();
  const fields = output.split("\0");
  for (let at = 0; at < fields.length; at += 2) {
    const lines = (fields[at] ?? "").split("\n");
    for (const pair of lines.filter((line) => /^[0-9a-f]/.test(line))) {
      paths = new Map();
      changes.set(pair, paths);
    }
    const path = fields[at + 1];
    const [, mode, , oid] = lines.at(-1)?.split(" ") ?? [];
    if (path !== undefined && oid !== undefined) paths.set(path, `${mode} ${oid}`);
  }
  return changes;
}
