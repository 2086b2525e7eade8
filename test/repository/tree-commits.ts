// Commits with any mode of entry, written past index and work tree; merged by crew, and whole trees read back as text.
import { spawnSync } from "node:child_process";
import type { Oid } from "../../src/model/names.ts";
import { aMailReport, anOrder } from "./contract.ts";
import type { GitBench } from "./git-bench.ts";

/** By path: text of a file, `[mode, text]` of anything else (text of a link is its target, of a submodule its commit); null removes. */
export type Entries = Readonly<Record<string, string | readonly [mode: string, text: string] | null>>;

export interface TreeCommit {
  readonly parents: readonly Oid[];
  /** Over the first parent's tree. */
  readonly entries: Entries;
  readonly message?: string;
  /** Where it is written; absent: the person's repository. */
  readonly in?: string;
}

export const long = ["one", "two", "three", "four", "five", "six"].map((line) => `${line}\n`).join("");
export const executable = (text: string) => ["100755", text] as const;
export const link = (target: string) => ["120000", target] as const;
/** Of a submodule: its commit is the digit, repeated. */
export const gitlink = (digit: string) => ["160000", digit.repeat(40)] as const;

let written = 0;

export function treeCommit(bench: GitBench, { parents, entries, message = "Work", in: cwd }: TreeCommit): Oid {
  const [first, ...others] = parents;
  written += 1;
  const lines = [
    `commit refs/cases/${written}`,
    "mark :1",
    "committer Pat <pat@example.invalid> 1700000000 +0000",
    data(message),
    ...(first === undefined ? [] : [`from ${first}`]),
    ...others.map((oid) => `merge ${oid}`),
    ...Object.entries(entries).map(([path, entry]) => changeLine(path, entry)),
    "get-mark :1",
    "",
  ];
  return bench.git(cwd ?? bench.work, ["fast-import", "--quiet"], lines.join("\n"));
}

function changeLine(path: string, entry: Entries[string]): string {
  if (entry === null) return `D ${path}`;
  const [mode, text] = typeof entry === "string" ? ["100644", entry] : entry;
  return mode === "160000" ? `M ${mode} ${text} ${path}` : `M ${mode} inline ${path}\n${data(text)}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** Every entry of the tree, as `Entries` gives it. */
export function wholeTree(bench: GitBench, treeish: Oid): Entries {
  const listed = bench.git(bench.work, ["ls-tree", "-r", "-z", "--full-tree", treeish]).split("\0").filter(Boolean);
  return Object.fromEntries(
    listed.map((line) => {
      const [facts = "", path = ""] = line.split("\t");
      const [mode = "", , oid = ""] = facts.split(" ");
      const text = mode === "160000" ? oid : blob(bench, oid);
      return [path, mode === "100644" ? text : [mode, text]];
    }),
  );
}

/** As it stands: the bench's own git trims. */
function blob(bench: GitBench, oid: Oid): string {
  return spawnSync("git", ["cat-file", "blob", oid], { cwd: bench.work, env: bench.environment }).stdout.toString(
    "utf8",
  );
}

/** The bench's first tree with these over it. */
export function overBase(bench: GitBench, entries: Entries): Entries {
  const all = { ...wholeTree(bench, bench.base), ...entries };
  return Object.fromEntries(Object.entries(all).filter(([, entry]) => entry !== null));
}

/** The tree of a clean merge, the paths of another. */
export async function merged(bench: GitBench, target: Oid, source: Oid): Promise<Entries | readonly string[]> {
  const [merge] = await bench.repository.testMerges([{ target, source }]);
  if (merge === undefined) throw new Error("no answer");
  return merge.kind === "clean" ? wholeTree(bench, merge.tree) : merge.paths;
}

export async function candidateOf(bench: GitBench, target: Oid, source: Oid): Promise<Oid> {
  const [merge] = await bench.repository.testMerges([{ target, source }]);
  if (merge?.kind !== "clean") throw new Error("conflict");
  const bead = { id: "shop-12", round: 1 };
  const spec = { target, source, tree: merge.tree, subject: "Merge work", role: "backend", bead, gates: ["0123abcd"] };
  return bench.repository.writeCandidate(spec);
}

/** As the report of an order that started there. */
export async function importing(bench: GitBench, commit: Oid, start: Oid) {
  const order = anOrder(start);
  const uploadPack = await bench.report(order.id, commit);
  return bench.repository.importReport({ project: "shop", order, report: aMailReport(commit), uploadPack });
}
