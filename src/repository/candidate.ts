// Writes the commit that would bring a source into a target. Moves no ref, and depends on nothing but its input.
import type { Oid } from "../model/names.ts";
import type { CandidateSpec } from "../ports/repository.ts";
import type { Context } from "./context.ts";
import { candidateMessage } from "./message.ts";
import { writeCommit } from "./objects.ts";

/** Author, committer and dates (the newer parent's) are fixed, so that a rerun gives the same id. */
export async function writeCandidate(context: Context, spec: CandidateSpec): Promise<Oid> {
  const parents = [spec.target, ...(spec.isSquashed === true ? [] : [spec.source])];
  const commits = await context.objects.commits([spec.target, spec.source]);
  const date = Math.max(...[...commits.values()].map(({ committedAt }) => committedAt));
  const message = candidateMessage(spec);
  const oid = await writeCommit(context.view, { tree: spec.tree, parents, date, message });
  context.objects.remember({ oid, tree: spec.tree, parents: [...new Set(parents)], committedAt: date, message });
  return oid;
}
