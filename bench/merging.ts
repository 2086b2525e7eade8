// What is measured of merging: crew's way and git's own beside it, in turns, so that both meet the same machine.
import type { OpenRepository } from "../src/repository/open.ts";
import type { Prepared } from "./prepared.ts";
import { type Times, timed, timesOf } from "./timing.ts";

export interface Measured {
  readonly crew: Times;
  readonly peer: Times;
}

/** More tell nothing new. */
const mostMerges = 40;
const radarTries = 3;

/** One branch after another into the same tip, its verdict known; git merges the same ones in its work tree. */
export async function measureMerges(prepared: Prepared): Promise<Measured> {
  const { target, git, workTree } = prepared;
  const repository = await prepared.open();
  await repository.moveTip("bench", "epic", { to: target });
  const crew: number[] = [];
  const peer: number[] = [];
  let tip = target;
  for (const source of prepared.sources.slice(0, mostMerges)) {
    const [candidate, ms] = await timed(() => mergeOne(repository, tip, source));
    crew.push(ms);
    tip = candidate;
    const [, gitMs] = await timed(() => git(workTree, ["merge", "-q", "--no-edit", "--no-ff", source]));
    peer.push(gitMs);
  }
  const [ours, theirs] = [tip, "HEAD"].map((commit) => git(workTree, ["rev-parse", `${commit}^{tree}`]));
  if (ours !== theirs) throw new Error(`crew's merges end in the tree ${ours}, git's in ${theirs}`);
  return { crew: timesOf(crew), peer: timesOf(peer) };
}

async function mergeOne(repository: OpenRepository, target: string, source: string): Promise<string> {
  const [merge] = await repository.testMerges([{ target, source }]);
  if (merge?.kind !== "clean") throw new Error(`${source} conflicts`);
  const said = { subject: "Merge work", role: "dev", bead: { id: "bench-1", round: 1 }, gates: ["0123abcd"] };
  const candidate = await repository.writeCandidate({ target, source, tree: merge.tree, ...said });
  await repository.moveTip("bench", "epic", { from: target, to: candidate });
  return candidate;
}

/** Test merges of all branches against the target; beside it one git-merge-tree(1) for each. */
export async function measureRadar({ target, git, workTree, open, sources }: Prepared): Promise<Measured> {
  const crew: number[] = [];
  const peer: number[] = [];
  for (let n = 0; n < radarTries; n += 1) {
    const repository = await open();
    const [merges, ms] = await timed(() => repository.testMerges(sources.map((source) => ({ target, source }))));
    crew.push(ms);
    const [trees, gitMs] = await timed(() =>
      sources.map((source) => git(workTree, ["merge-tree", "--write-tree", target, source])),
    );
    peer.push(gitMs);
    const isSame = merges.every((merge, at) => merge.kind === "clean" && merge.tree === trees[at]);
    if (!isSame) throw new Error("crew's test merges are not git's");
  }
  return { crew: timesOf(crew), peer: timesOf(peer) };
}
