// Whether a base has the epic's tip although it may not reach it: as a pull request leaves it that was merged, squashed or
// rebased on the remote. Reads only; commits never change, so an answer is kept.
import type { Oid } from "../model/names.ts";
import type { Landed } from "../model/remote.ts";
import type { Git } from "./git.ts";
import type { History } from "./history.ts";
import type { Merges } from "./merges.ts";

interface Means {
  readonly view: Git;
  readonly history: History;
  readonly merges: Merges;
}

/** Commits of base that are looked at, newest first. */
const commitsAtMost = 300;
/** Answers kept at most; then all are forgotten. */
const keptAnswers = 200;

/** The first of several bases that has it. */
export function landedIn(means: Means): (bases: readonly Oid[], tip: Oid) => Promise<Landed | undefined> {
  const known = new Map<string, Landed | undefined>();
  return async (bases, tip) => {
    for (const base of new Set(bases)) {
      const question = `${base} ${tip}`;
      if (known.size > keptAnswers) known.clear();
      if (!known.has(question)) known.set(question, await find(means, base, tip));
      const landed = known.get(question);
      if (landed) return landed;
    }
    return undefined;
  };
}

async function find(means: Means, base: Oid, tip: Oid): Promise<Landed | undefined> {
  if (await means.history.isAncestor(tip, base)) return { how: "merge", commit: base };
  const rebased = await rebasedCommits(means, base, tip);
  // A single commit is the same either way, and then the one that has it can be named.
  if (rebased > 1) return { how: "rebase", commit: base };
  const squash = await squashed(means, base, tip);
  if (squash !== undefined) return { how: "squash", commit: squash };
  return rebased === 1 ? { how: "rebase", commit: base } : undefined;
}

interface Step {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parent: Oid;
}

/** A commit of base whose tree is that of merging the tip into its parent, and not its parent's own. */
async function squashed({ view, merges }: Means, base: Oid, tip: Oid): Promise<Oid | undefined> {
  const args = ["log", "--boundary", "--format=%m %H %T %P", `--max-count=${commitsAtMost}`];
  const log = (await view.text([...args, "--end-of-options", base, `^${tip}`]))
    .split("\n")
    .map((line) => line.split(" "));
  const trees = new Map(log.map(([, oid = "", tree = ""]) => [oid, tree]));
  const steps = log.flatMap(([mark, oid, tree, parent]): Step[] =>
    mark === ">" && oid && tree && parent && trees.get(parent) !== tree ? [{ oid, tree, parent }] : [],
  );
  const tried = await merges.test(steps.map(({ parent }) => ({ source: tip, target: parent })));
  return steps.find(({ tree }, at) => {
    const merge = tried[at];
    return merge?.kind === "clean" && merge.tree === tree;
  })?.oid;
}

/**
 * How many commits the tip adds, where each has one of the same patch in base, as git-cherry(1) tells; else 0. It says
 * nothing of merges, so none of them may hold anything of its own.
 */
async function rebasedCommits({ view, merges }: Means, base: Oid, tip: Oid): Promise<number> {
  const cherries = await view.attempt(["cherry", base, tip]);
  const lines = cherries.stdout.toString("utf8").split("\n").filter(Boolean);
  if (cherries.exitCode !== 0 || !lines.every((line) => line.startsWith("- "))) return 0;
  const log = await view.text(["log", "--merges", "--format=%T %P", "--end-of-options", tip, `^${base}`]);
  const made = log.split("\n").flatMap((line) => (line === "" ? [] : [line.split(" ")]));
  if (made.some((fields) => fields.length !== 3)) return 0;
  const tried = await merges.test(made.map(([, target = "", source = ""]) => ({ target, source })));
  const isAllTheirs = made.every(([tree], at) => {
    const merge = tried[at];
    return merge?.kind === "clean" && merge.tree === tree;
  });
  return isAllTheirs ? lines.length : 0;
}
