// What a run led to, read from the repository alone: trees, bead states, the merged rounds and the verdict of every tip.
import type { Bench } from "./bench.ts";

export interface Outcome {
  /** Tree of main. */
  readonly tree: string;
  /** `title: status`, sorted. */
  readonly beads: readonly string[];
  /** `title round`, sorted: every (bead, round) whose evidence main reaches. */
  readonly merged: readonly string[];
}

interface Issue {
  readonly id: string;
  readonly title: string;
  readonly status: string;
}

export function outcomeOf(bench: Pick<Bench, "git">): Outcome {
  const issues = beadsOf(bench);
  const titles = new Map(issues.map((issue) => [issue.id, issue.title]));
  return {
    tree: bench.git("rev-parse", "main^{tree}"),
    beads: issues.map((issue) => `${issue.title}: ${issue.status}`).sort(),
    merged: [...evidenceOn(bench, "main").keys()]
      .map((key) => {
        const [id = "", round = ""] = key.split(" ");
        return `${titles.get(id)} ${round}`;
      })
      .sort(),
  };
}

export function beadsOf(bench: Pick<Bench, "git">): readonly Issue[] {
  return bench
    .git("show", "refs/crew/beads:issues.jsonl")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Issue);
}

/** `<bead> <round>` → commit, for every commit that the revision reaches and that carries the trailer. */
export function evidenceOn(bench: Pick<Bench, "git">, revision: string): ReadonlyMap<string, string> {
  const log = bench.git("log", "--format=%H%x00%(trailers:key=Crew-Bead,valueonly,separator=%x2C)%x00%cn", revision);
  const found = new Map<string, string>();
  for (const line of log.split("\n")) {
    const [oid = "", beads = "", committer = ""] = line.split("\0");
    if (committer !== "crew") continue;
    for (const bead of beads.split(",").filter(Boolean)) found.set(bead.trim(), oid);
  }
  return found;
}

/** Commits that the epic's tip moved to (the first-parent chain of the revision since start) whose tree has no green verdict for each gate. */
export function unprovenTips(
  bench: Pick<Bench, "git">,
  range: { readonly from: string; readonly to: string; readonly gates: number; readonly source: string },
): readonly string[] {
  const verdicts = verdictsIn(bench, range.source);
  const chain = bench
    .git("log", "--first-parent", "--format=%H %T", `${range.from}..${range.to}`)
    .split("\n")
    .filter(Boolean);
  return chain.filter((line) => {
    const [, tree = ""] = line.split(" ");
    return verdicts.filter((verdict) => verdict.tree === tree && verdict.result === "green").length < range.gates;
  });
}

/** The same of every tip that the archive tells of, by what each moved to. */
export function unprovenInArchive(bench: Pick<Bench, "git">, archive: string): readonly string[] {
  const { chains } = JSON.parse(bench.git("show", `${archive}:audit.json`)) as {
    readonly chains: Readonly<Record<string, readonly { readonly oid: string; readonly tree: string }[]>>;
  };
  const green = new Set(verdictsIn(bench, archive).flatMap(({ tree, result }) => (result === "green" ? [tree] : [])));
  const moves = Object.values(chains).flat();
  if (moves.length === 0) return ["the archive tells of no move"];
  return moves.flatMap(({ oid, tree }) => (green.has(tree) ? [] : [oid]));
}

interface VerdictRecord {
  readonly tree: string;
  readonly gate: string;
  readonly result: string;
  readonly flaky: boolean;
}

/** From the project's refs, or after `down` from its archive (a commit-ish). */
export function verdictsIn(bench: Pick<Bench, "git">, source: string): readonly VerdictRecord[] {
  if (source.startsWith("refs/crew/p/")) {
    const refs = bench.git("for-each-ref", "--format=%(objectname)", `${source}/gate/`).split("\n").filter(Boolean);
    return refs.map((oid) => JSON.parse(bench.git("cat-file", "blob", oid)) as VerdictRecord);
  }
  const files = bench
    .git("ls-tree", "-r", "--name-only", source)
    .split("\n")
    .filter((path) => path.startsWith("gate/"));
  return files.map((path) => JSON.parse(bench.git("show", `${source}:${path}`)) as VerdictRecord);
}
