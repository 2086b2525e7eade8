// A merge that a person finishes: a work tree with the conflict laid out as git's own merge would, but by plumbing, so that
// no merge driver meets an agent's content; and the person's commit taken as the report of the order that it answers.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Report } from "../model/records.ts";
import type { Resolution, ResolutionSides, ResolutionState } from "../ports/review.ts";
import type { Context } from "./context.ts";
import { landingEnvironment } from "./environment.ts";
import { type Git, gitAt } from "./git.ts";
import { placeRef } from "./layout.ts";
import type { Merges } from "./merges.ts";
import { orderCommit, reportCommit } from "./pins.ts";
import { checkPolicy } from "./policy.ts";
import { refOid, swapRefs } from "./refs.ts";

/** A person's filters may be slow on a large tree. */
const checkoutTimeoutMs = 10 * 60_000;

export async function prepareResolution(context: Context, { project, order }: Resolution): Promise<ResolutionSides> {
  const path = workTreePath(context, project, order.id.subject);
  const begun = existsSync(join(path, ".git")) ? readSides(await gitDirOf(personsGit(context, path))) : undefined;
  if (begun) return begun;
  const options = { timeoutMs: checkoutTimeoutMs };
  await removeWorkTree(context, path);
  mkdirSync(dirname(path), { recursive: true });
  const add = ["worktree", "add", "--quiet", "--detach", "--no-checkout", "--end-of-options", path, order.start];
  await personsGit(context, context.place.commonDir).bytes(add, options);
  const there = personsGit(context, path);
  const { tree, conflicts } = await layOut(context.view, order.start, order.merge);
  await there.bytes(["read-tree", "--reset", "-u", tree], options);
  await there.bytes(["update-index", "-z", "--index-info"], { stdin: conflicts });
  const gitDir = await gitDirOf(there);
  writeFileSync(join(gitDir, "MERGE_MSG"), `Resolve ${order.id.subject} by hand\n`);
  writeFileSync(join(gitDir, "MERGE_MODE"), "no-ff");
  writeFileSync(join(gitDir, "MERGE_HEAD"), `${order.merge}\n`);
  // Last: without it the preparation did not come to its end, and begins anew.
  writeFileSync(join(gitDir, sidesFile), `${order.start} ${order.merge}\n`);
  return { start: order.start, merge: order.merge };
}

const sidesFile = "crew-sides";

function readSides(gitDir: string): ResolutionSides | undefined {
  if (!existsSync(join(gitDir, sidesFile))) return undefined;
  const [start, merge] = readFileSync(join(gitDir, sidesFile), "utf8").trim().split(" ");
  return start && merge ? { start, merge } : undefined;
}

async function gitDirOf(there: Git): Promise<string> {
  return (await there.text(["rev-parse", "--absolute-git-dir"])).replace(/\n$/, "");
}

export async function takeResolution(
  context: Context,
  merges: Merges,
  { project, order }: Resolution,
): Promise<ResolutionState> {
  const path = workTreePath(context, project, order.id.subject);
  if (!existsSync(join(path, ".git"))) {
    throw new CrewError("failed", `There is no work tree for ${order.id.subject}.`, { at: path, hint: "crew status" });
  }
  const there = personsGit(context, path);
  const unmerged = (await there.text(["diff", "--name-only", "--diff-filter=U", "-z"])).split("\0").filter(Boolean);
  const commit = await headOf(there);
  if (unmerged.length > 0 || commit === order.start || (await hasChanges(there))) {
    return { kind: "unfinished", path, unmerged };
  }
  const [conflict] = await merges.test([{ target: order.start, source: order.merge }]);
  const { refusal } = await checkPolicy({ git: context.view, order, state: "done", commit, conflict });
  if (refusal !== undefined) return { kind: "refused", path, reason: refusal };
  const report = await pin(context, { project, order }, commit);
  // A person may have gone on there meanwhile.
  if ((await headOf(there)) !== commit || (await hasChanges(there))) return { kind: "taken", report, keptAt: path };
  await removeWorkTree(context, path);
  return { kind: "taken", report };
}

async function headOf(there: Git): Promise<Oid> {
  return (await there.text(["rev-parse", "--verify", "HEAD^{commit}"])).trim();
}

async function hasChanges(there: Git): Promise<boolean> {
  return (await there.text(["status", "--porcelain", "--untracked-files=all"])) !== "";
}

export async function dropResolution(context: Context, project: string, subject: string): Promise<void> {
  const path = workTreePath(context, project, subject);
  if (!existsSync(path)) return;
  const loose = await looseCommit(context, personsGit(context, path));
  if (loose !== undefined) {
    throw new CrewError("needs-you", `The work tree for ${subject} holds a commit that no branch has: ${loose}.`, {
      at: path,
      hint: `git branch kept-${loose.slice(0, 7)} ${loose}, then crew resolve ${subject} --abort`,
    });
  }
  await removeWorkTree(context, path);
}

/** What the person committed there and nothing else reaches. */
async function looseCommit({ user }: Context, there: Git): Promise<Oid | undefined> {
  const head = await there.attempt(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (head.exitCode !== 0) return undefined;
  const oid = head.stdout.toString("utf8").trim();
  const holders = await user.text(["for-each-ref", "--count=1", "--format=%(refname)", "--contains", oid]);
  return holders === "" ? oid : undefined;
}

/** Order and report in one transaction: an order alone would be the role's to work on. */
async function pin(context: Context, { project, order }: Resolution, commit: Oid): Promise<Report> {
  const { tree } = await context.objects.commit(commit);
  const said = { turns: 0, note: "resolved by a person", detail: "", oneSided: false } as const;
  const report: Report = { id: order.id, role: order.role, state: "done", commit, tree, ...said };
  const orderRef = placeRef(project, { kind: "order", id: order.id });
  const isOrdered = (await refOid(context, orderRef)) !== undefined;
  const changes = [
    ...(isOrdered ? [] : [{ ref: orderRef, to: await orderCommit(context, order) }]),
    { ref: placeRef(project, { kind: "done", id: order.id }), to: await reportCommit(context, report) },
  ];
  if (await swapRefs(context, changes)) return report;
  throw new CrewError("conflict", `${order.id.subject} has moved on meanwhile.`, { hint: "crew status" });
}

/** The merge's tree with markers in it, and its unmerged paths as update-index(1) takes them. */
async function layOut(
  view: Git,
  target: Oid,
  source: Oid,
): Promise<{ readonly tree: Oid; readonly conflicts: string }> {
  const flags = ["--write-tree", "-z", "--no-messages", "--allow-unrelated-histories"];
  const { stdout } = await view.attempt(["merge-tree", ...flags, "--end-of-options", target, source]);
  const [tree = "", ...entries] = stdout.toString("utf8").split("\0");
  const staged = entries.filter((entry) => /^\d{6} [0-9a-f]+ [123]\t/.test(entry));
  const paths = [...new Set(staged.map((entry) => entry.slice(entry.indexOf("\t") + 1)))];
  const absent = "0".repeat(tree.length);
  const lines = [...paths.map((path) => `0 ${absent}\t${path}`), ...staged];
  return { tree, conflicts: lines.map((line) => `${line}\0`).join("") };
}

/** Just this one: what git knows of the person's own work trees stays, also where their folders are absent just now. */
async function removeWorkTree(context: Context, path: string): Promise<void> {
  rmSync(path, { recursive: true, force: true });
  const user = personsGit(context, context.place.commonDir);
  await user.attempt(["worktree", "remove", "--force", "--force", "--end-of-options", path]);
}

function personsGit(context: Context, cwd: string): Git {
  return gitAt({ cwd, environment: landingEnvironment(context.environment), signal: context.signal });
}

function workTreePath({ place }: Context, project: string, subject: string): string {
  return join(place.commonDir, "crew", project, "resolve", subject.replace("/", "+"));
}
