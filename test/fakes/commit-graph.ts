// Commits in memory: files by path, parents, three-way merges by whole file. Knows no refs.
import { createHash } from "node:crypto";
import { canonicalJson } from "../../src/model/content.ts";
import type { Oid, TreeEntry } from "../../src/model/names.ts";
import type { MergePair, TestMerge } from "../../src/model/world.ts";
import { isBeadsPath } from "../../src/repository/beads-folder.ts";
import type { History } from "../../src/repository/history.ts";
import { parseTrailers, subjectOf } from "../../src/repository/message.ts";

export type Files = ReadonlyMap<string, string>;

export interface GraphCommit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly message: string;
  readonly author: string;
  /** Larger is newer. */
  readonly date: number;
}

export interface NewGraphCommit {
  readonly parents: readonly Oid[];
  readonly tree: Oid;
  readonly message: string;
  readonly author: string;
  readonly date: number;
}

export interface CommitGraph extends History {
  writeTree(files: Files): Oid;
  files(tree: Oid): Files;
  write(commit: NewGraphCommit): Oid;
  get(oid: Oid): GraphCommit;
  has(oid: Oid): boolean;
  reaches(from: Oid): ReadonlySet<Oid>;
  merge(pair: MergePair): TestMerge;
}

export function commitGraph(): CommitGraph {
  const commits = new Map<Oid, GraphCommit>();
  const trees = new Map<Oid, Files>();
  const get = (oid: Oid): GraphCommit => {
    const commit = commits.get(oid);
    if (!commit) throw new Error(`the graph has no commit ${oid}`);
    return commit;
  };
  const files = (tree: Oid): Files => trees.get(tree) ?? new Map();
  const writeTree = (content: Files): Oid => {
    const sorted = new Map([...content].sort(([a], [b]) => (a < b ? -1 : 1)));
    const oid = hash(["tree", ...sorted]);
    trees.set(oid, sorted);
    return oid;
  };
  const write = (commit: NewGraphCommit): Oid => {
    const parents = [...new Set(commit.parents)];
    const oid = hash(["commit", { ...commit, parents }]);
    commits.set(oid, { ...commit, parents, oid });
    return oid;
  };
  const reaches = (from: Oid): ReadonlySet<Oid> => {
    const seen = new Set<Oid>();
    const queue = [from];
    for (let oid = queue.pop(); oid !== undefined; oid = queue.pop()) {
      if (seen.has(oid)) continue;
      seen.add(oid);
      queue.push(...get(oid).parents);
    }
    return seen;
  };
  const since = async (start: Oid, tip: Oid) => {
    const before = reaches(start);
    const after = new Set([...reaches(tip)].filter((oid) => !before.has(oid)));
    const chain = [];
    for (let at: Oid | undefined = tip; at !== undefined && after.has(at); at = get(at).parents[0]) {
      const { oid, tree, parents, message, author } = get(at);
      const said = author === "crew" ? parseTrailers(message) : { gates: [] };
      chain.unshift({ oid, tree, parents, subject: subjectOf(message), ...said });
    }
    return { chain, reaches: after };
  };
  const own = async (of: Oid, without: readonly Oid[], limit: number) => {
    const others = new Set(without.flatMap((oid) => [...reaches(oid)]));
    const left = [...reaches(of)].filter((oid) => !others.has(oid));
    return left.sort((a, b) => get(b).date - get(a).date).slice(0, limit);
  };
  const isAncestor = async (ancestor: Oid, descendant: Oid) => reaches(descendant).has(ancestor);
  const mergeBase = (a: Oid, b: Oid): Files => {
    const ofB = reaches(b);
    const shared = [...reaches(a)].filter((oid) => ofB.has(oid));
    const best = shared.filter((oid) => !shared.some((other) => other !== oid && reaches(other).has(oid)));
    const [newest] = best.sort((x, y) => get(y).date - get(x).date);
    return newest === undefined ? new Map() : files(get(newest).tree);
  };
  const merge = ({ source, target }: MergePair): TestMerge => {
    const [base, ours, theirs] = [mergeBase(source, target), files(get(target).tree), files(get(source).tree)];
    const result = new Map<string, string>();
    const paths: string[] = [];
    for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
      const [was, our, their] = [base.get(path), ours.get(path), theirs.get(path)];
      const isConflict = !isBeadsPath(path) && our !== was && their !== was && our !== their;
      const union = isConflict && changelog.test(path) ? unionOf(was, our, their) : undefined;
      const kept = union ?? (isBeadsPath(path) || their === was || their === our ? our : their);
      if (isConflict && union === undefined) paths.push(path);
      if (kept !== undefined) result.set(path, kept);
    }
    if (paths.length > 0) return { kind: "conflict", source, target, paths: paths.sort() };
    const changed = [...new Set([...ours.keys(), ...result.keys()])].filter(
      (path) => ours.get(path) !== result.get(path),
    );
    const changes = new Map(changed.map((path) => [path, entryOf(result.get(path))]));
    return { kind: "clean", source, target, tree: writeTree(result), changes };
  };
  return { writeTree, files, write, get, has: (oid) => commits.has(oid), reaches, merge, since, own, isAncestor };
}

/** As git names a file and its content. */
function entryOf(content: string | undefined): TreeEntry {
  if (content === undefined) return `000000 ${"0".repeat(40)}`;
  const bytes = Buffer.from(content, "utf8");
  return `100644 ${createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex")}`;
}

const changelog = /(^|\/)((CHANGELOG|CHANGES|HISTORY|NEWS)$|([Cc][Hh][Aa][Nn][Gg][Ee][Ll][Oo][Gg])\.(md|rst|txt)$)/;

/** Both sides' lines, where both only add at the end. */
function unionOf(was = "", our?: string, their?: string): string | undefined {
  return our?.startsWith(was) && their?.startsWith(was) ? our + their.slice(was.length) : undefined;
}

function hash(value: unknown): Oid {
  return createHash("sha1").update(canonicalJson(value)).digest("hex");
}
