// A merge that a person gives up: its work tree goes, and what they did there is pinned first.
import { copyFileSync, existsSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { ResolutionSides } from "../ports/review.ts";
import type { Context } from "./context.ts";
import { type Git, gitDirOf } from "./git.ts";
import { placeRef } from "./layout.ts";
import { writeCommit } from "./objects.ts";
import { listRefs, swapRef } from "./refs.ts";
import {
  checkoutTimeoutMs,
  findWorkTree,
  headOf,
  layOut,
  readSides,
  removeWorkTree,
  unfilteredGit,
} from "./resolution-tree.ts";

interface Dropping {
  readonly project: string;
  readonly subject: string;
}

/** The commit that holds what was not committed there; undefined: nothing was changed. */
export async function dropResolution(context: Context, { project, subject }: Dropping): Promise<Oid | undefined> {
  const path = findWorkTree(context, project, subject);
  if (path === undefined) {
    throw new CrewError("failed", `There is no work tree for ${subject}.`, { hint: "git worktree list" });
  }
  // Without it the folder is what a removal that was cut off left.
  const kept = existsSync(join(path, ".git")) ? await keep(context, { project, subject, path }) : undefined;
  await removeWorkTree(context, path);
  return kept;
}

async function keep(context: Context, { project, subject, path }: Dropping & { readonly path: string }) {
  const there = await unfilteredGit(context, path);
  const sides = await readSides(there);
  // Nobody was shown it yet.
  if (!sides) return undefined;
  const head = await headOf(there);
  if (head !== sides.start && (await isLoose(context, head))) {
    throw new CrewError("needs-you", `The work tree for ${subject} holds a commit that no branch has: ${head}.`, {
      at: path,
      hint: `git branch kept-${head.slice(0, 7)} ${head}, then crew resolve ${subject} --abort`,
    });
  }
  const commit = await uncommitted(context, there, { subject, sides, head });
  if (commit !== undefined) await pin(context, { project, subject }, commit);
  return commit;
}

async function isLoose({ user }: Context, oid: Oid): Promise<boolean> {
  return (await user.text(["for-each-ref", "--count=1", "--format=%(refname)", "--contains", oid])) === "";
}

interface Standing {
  readonly subject: string;
  readonly sides: ResolutionSides;
  readonly head: Oid;
}

/** The files as they stand, as a commit on top of what they were made from; undefined: they are as crew or the last commit left them. */
async function uncommitted(context: Context, there: Git, { subject, sides, head }: Standing): Promise<Oid | undefined> {
  const tree = await treeOfFiles(there);
  const before = await context.objects.commit(head);
  const isUnderWay = head === sides.start;
  if (tree === (isUnderWay ? (await layOut(context.view, sides)).tree : before.tree)) return undefined;
  return await writeCommit(context.view, {
    tree,
    parents: isUnderWay ? [head, sides.merge] : [head],
    date: before.committedAt,
    message: `What was not committed when ${subject} was given up\n`,
  });
}

/** Through an index of its own: the work tree stays as it is until all is pinned. */
async function treeOfFiles(there: Git): Promise<Oid> {
  const gitDir = await gitDirOf(there);
  const index = join(gitDir, "crew-index");
  const own = join(gitDir, "index");
  const seconds = Math.floor(statSync(own).mtimeMs / 1000);
  copyFileSync(own, index);
  try {
    // Git looks again into what was changed no earlier than the index (Documentation/technical/racy-git).
    utimesSync(index, seconds, seconds);
    const options = { env: { GIT_INDEX_FILE: index }, timeoutMs: checkoutTimeoutMs };
    await there.bytes(["add", "--all"], options);
    return (await there.text(["write-tree"], options)).trim();
  } finally {
    rmSync(index, { force: true });
  }
}

/** Beside the rescued work of roles, under a name that no role has. */
async function pin(context: Context, { project, subject }: Dropping, commit: Oid): Promise<void> {
  const ref = (n: number) => placeRef(project, { kind: "rescue", role: `resolve+${subject.replace("/", "+")}`, n });
  const pinned = await listRefs(context, [`${dirname(ref(1))}/`]);
  if ([...pinned.values()].some(({ oid }) => oid === commit)) return;
  await swapRef(context, { ref: ref(pinned.size + 1), to: commit });
}
