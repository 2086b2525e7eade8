// Fast-forwards the base branch: by the guarded push, or where it is checked out by the person's own git there. Touches
// nothing else of a work tree.
import { existsSync } from "node:fs";
import { CrewError, noSpace } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import { isFull } from "../room.ts";
import type { Context } from "./context.ts";
import { landingEnvironment } from "./environment.ts";
import { failingFilter } from "./filters.ts";
import { type Git, gitAt, lastWords } from "./git.ts";
import type { History } from "./history.ts";
import { branchRef } from "./layout.ts";
import { pushRefs } from "./push.ts";
import { refOid } from "./refs.ts";
import { branchesUnderWay } from "./underway.ts";

export interface Landing {
  /** Short branch name. */
  readonly branch: string;
  readonly from: Oid;
  readonly to: Oid;
  readonly checkedOutAt?: string;
}

/** A person's filters may be slow on a large tree. */
const checkoutTimeoutMs = 10 * 60_000;

export async function land(context: Context, history: History, landing: Landing): Promise<void> {
  const { branch, from, to, checkedOutAt } = landing;
  const ref = branchRef(branch);
  const now = await refOid(context, ref);
  if (now !== undefined && (await history.isAncestor(to, now))) return;
  if (now !== from) throw moved(branch, `it is ${now ?? "gone"}`);
  if (!(await history.isAncestor(from, to))) {
    throw new CrewError("failed", `${to} does not contain ${branch}: landing would rewrite it.`, { at: ref });
  }
  if (checkedOutAt === undefined) {
    return pushRefs(context, { changes: [{ ref, from, to }], history: "fast-forward" });
  }
  await mergeThere(context, { ...landing, checkedOutAt });
}

async function mergeThere(context: Context, landing: Required<Landing>): Promise<void> {
  const { branch, to, checkedOutAt: path } = landing;
  if (!existsSync(path)) {
    throw new CrewError("needs-you", `Cannot land: ${branch} is checked out at ${path}, which is gone.`, {
      hint: "git worktree prune",
    });
  }
  const git = gitAt({ cwd: path, environment: landingEnvironment(context.environment), signal: context.signal });
  const ref = branchRef(branch);
  if ((await headOf(git)) !== ref) throw await notThere(context, landing);
  if (await isMerging(git)) throw unfinished(path);
  if (isFull(path, await bytesBetween(context, landing))) throw noSpace(path);
  const failing = await failingFilter(context, { git, from: landing.from, to, timeoutMs: checkoutTimeoutMs });
  if (failing !== undefined) throw filtered(failing);
  // The options overrule `branch.<name>.mergeOptions`: nothing but the fast-forward, and nothing stashed.
  const options = [
    "--ff-only",
    "--commit",
    "--no-squash",
    "--no-autostash",
    "--no-verify-signatures",
    "--no-stat",
    "-q",
  ];
  const before = await originalHead(git);
  let isMerged = false;
  try {
    const result = await git.attempt(["merge", ...options, "--end-of-options", to], { timeoutMs: checkoutTimeoutMs });
    if (result.exitCode !== 0) throw underWay(result.stderr, ref) ?? inTheWay(result.stderr, path);
    isMerged = true;
  } finally {
    if (!isMerged) await putBack(git, before);
  }
  const now = await refOid(context, ref);
  if (now !== to) throw moved(branch, `after the merge at ${path} it is ${now ?? "gone"}`);
}

async function originalHead(git: Git): Promise<Oid | undefined> {
  const { stdout } = await git.attempt(["rev-parse", "--quiet", "--verify", "ORIG_HEAD"]);
  return stdout.toString("utf8").trim() || undefined;
}

/** git writes it before it looks whether it can merge. Whatever comes of this, the merge's own failure is what is told. */
async function putBack(git: Git, before: Oid | undefined): Promise<void> {
  const args = before === undefined ? ["update-ref", "-d", "ORIG_HEAD"] : ["update-ref", "ORIG_HEAD", before];
  await git.attempt(args).catch(() => undefined);
}

/** What the landing writes into the work tree, but for filters: git would stop in the middle, and leave half of it there. */
async function bytesBetween({ view }: Context, { from, to }: Landing): Promise<number> {
  const changes = await view.text(["diff-tree", "-r", "-z", "--no-renames", "--diff-filter=d", from, to]);
  const oids = changes.split("\0").flatMap((field) => (field.startsWith(":") ? [field.split(" ")[3] ?? ""] : []));
  if (oids.length === 0) return 0;
  const sizes = await view.text(["cat-file", "--batch-check=%(objectsize)"], { stdin: `${oids.join("\n")}\n` });
  return sizes.split("\n").reduce((sum, size) => sum + (Number(size) || 0), 0);
}

async function headOf(git: Git): Promise<string | undefined> {
  const { stdout } = await git.attempt(["symbolic-ref", "--quiet", "HEAD"]);
  return stdout.toString("utf8").trim() || undefined;
}

/** The branch was seen there, yet HEAD does not name it: a rebase or bisect, or the person has switched since. */
async function notThere(context: Context, { branch, checkedOutAt }: Required<Landing>): Promise<CrewError> {
  if ((await branchesUnderWay(context.place)).get(branchRef(branch)) === undefined) {
    return moved(branch, `it is no longer checked out at ${checkedOutAt}`);
  }
  return new CrewError("needs-you", `Cannot land: ${branch} is being rebased or bisected at ${checkedOutAt}.`, {
    hint: `Finish it, or end it with git rebase --abort or git bisect reset, then crew land`,
  });
}

/** git would refuse it too, but only after the person's filters have run for nothing. */
async function isMerging(git: Git): Promise<boolean> {
  const [head, unmerged] = await Promise.all([
    git.attempt(["rev-parse", "--quiet", "--verify", "MERGE_HEAD"]),
    git.attempt(["ls-files", "--unmerged", "-z"]),
  ]);
  return head.exitCode === 0 || unmerged.stdout.length > 0;
}

function filtered(words: string): CrewError {
  return new CrewError("needs-you", `Cannot land: ${words}. Nothing was written.`, {
    hint: "Mend that filter of yours (git config --get-regexp ^filter shows what it runs), then crew land",
  });
}

/** Another git works there, such as one that a killed crew left: it ends by itself, and then there may be nothing to do. */
function underWay(stderr: string, at: string): CrewError | undefined {
  const lock = /Unable to create '(.*\.lock)': File exists/.exec(stderr)?.[1];
  if (lock === undefined) return undefined;
  return new CrewError("failed", `Cannot land: another git process holds ${lock}.`, {
    hint: "If none is running, it is left from a crash: remove it, then crew land",
    at,
  });
}

/** What git lists, one per line after a tab: git-merge's words in 2.39. */
function inTheWay(stderr: string, path: string): CrewError {
  const listed = (intro: RegExp): readonly string[] => {
    const block = stderr
      .slice(Math.max(0, stderr.search(intro)))
      .split("\n")
      .slice(1);
    const end = block.findIndex((line) => !line.startsWith("\t"));
    return intro.test(stderr) ? block.slice(0, end < 0 ? undefined : end).map((line) => line.trim()) : [];
  };
  const changed = listed(/Your local changes to the following files would be overwritten/);
  if (changed.length > 0) {
    return new CrewError("needs-you", `Cannot land: ${names(changed)} ${have(changed)} local changes.`, {
      hint: "Commit or stash them, then crew land",
    });
  }
  const untracked = listed(/untracked working tree files would be (overwritten|removed)|lose untracked files in/);
  if (untracked.length > 0) {
    return new CrewError(
      "needs-you",
      `Cannot land: ${names(untracked)} would be overwritten and git does not track it.`,
      {
        hint: "Move it away or commit it, then crew land",
      },
    );
  }
  if (/unmerged files|not concluded your merge/.test(stderr)) return unfinished(path);
  return new CrewError("needs-you", `Cannot land: ${lastWords(stderr)}`, {
    hint: "git status shows what is in the way; then crew land",
  });
}

function unfinished(path: string): CrewError {
  return new CrewError("needs-you", `Cannot land: a merge is not finished at ${path}.`, {
    hint: "Finish it, or end it with git merge --abort, then crew land",
  });
}

function names(files: readonly string[]): string {
  const shown = files.slice(0, 5).join(", ");
  return files.length > 5 ? `${shown} and ${files.length - 5} more` : shown;
}

function have(files: readonly string[]): string {
  return files.length === 1 ? "has" : "have";
}

function moved(branch: string, how: string): CrewError {
  return new CrewError("conflict", `${branch} was moved by somebody else: ${how}.`, {
    hint: "The next pass sees it: crew up",
    at: branchRef(branch),
  });
}
