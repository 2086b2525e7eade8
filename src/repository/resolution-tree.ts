// The work tree in which a person finishes a merge: where it lies, what crew laid out in it, and its removal. Whoever
// removes it has seen to it that nothing in it is lost.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Oid, upwardSubject } from "../model/names.ts";
import type { ResolutionSides } from "../ports/review.ts";
import type { Context } from "./context.ts";
import { topFile } from "./discover.ts";
import { landingEnvironment, type Settings } from "./environment.ts";
import { type Git, gitAt, gitDirOf } from "./git.ts";

/** A large tree takes its time. */
export const checkoutTimeoutMs = 10 * 60_000;

/** Git as the person, in their work tree or git directory. */
export function personsGit(context: Context, cwd: string): Git {
  return gitAt({ cwd, environment: landingEnvironment(context.environment), signal: context.signal });
}

/** The same without the person's filters: which of them runs on what, an agent's attributes would say. */
export async function unfilteredGit(context: Context, cwd: string): Promise<Git> {
  const asked = ["config", "-z", "--name-only", "--get-regexp", "^filter\\."];
  const { stdout } = await personsGit(context, context.place.commonDir).attempt(asked);
  const drivers = new Set(stdout.toString("utf8").split("\0").filter(Boolean).map(driverOf));
  const off = [...drivers].flatMap((driver): Settings => {
    const programs = ["clean", "smudge", "process"].map((kind) => [`${driver}.${kind}`, ""] as const);
    return [...programs, [`${driver}.required`, "false"]];
  });
  return gitAt({ cwd, environment: landingEnvironment(context.environment, off), signal: context.signal });
}

/** `filter.<name>` of one of its keys. */
function driverOf(key: string): string {
  return key.slice(0, key.lastIndexOf("."));
}

export function workTreePath(context: Context, project: string, subject: string): string {
  return join(treesFolder(context, project), folderName(subject));
}

/** Of a bead, or of a role's move upward. One that is there: nothing that a person types leads anywhere else. */
export function findWorkTree(context: Context, project: string, subject: string): string | undefined {
  const folder = treesFolder(context, project);
  const names = [subject, upwardSubject(subject)].map(folderName);
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const name = names.find((each) => found.includes(each));
  return name === undefined ? undefined : join(folder, name);
}

function treesFolder({ place }: Context, project: string): string {
  return join(place.commonDir, "crew", project, "resolve");
}

function folderName(subject: string): string {
  return subject.replace("/", "+");
}

const sidesFile = "crew-sides";

/** Undefined: its preparation did not come to its end. */
export async function readSides(there: Git): Promise<ResolutionSides | undefined> {
  const file = join(await gitDirOf(there), sidesFile);
  if (!existsSync(file)) return undefined;
  const [start, merge] = readFileSync(file, "utf8").trim().split(" ");
  return start && merge ? { start, merge } : undefined;
}

interface Marks extends ResolutionSides {
  readonly message: string;
  /** Top of the person's own work tree. */
  readonly from: string;
}

/** As git itself marks a merge that is under way, and where the person came from. */
export async function markMerge(there: Git, { start, merge, message, from }: Marks): Promise<void> {
  const gitDir = await gitDirOf(there);
  writeFileSync(join(gitDir, topFile), `${from}\n`);
  writeFileSync(join(gitDir, "MERGE_MSG"), `${message}\n`);
  writeFileSync(join(gitDir, "MERGE_MODE"), "no-ff");
  writeFileSync(join(gitDir, "MERGE_HEAD"), `${merge}\n`);
  // Last: without it the preparation did not come to its end, and begins anew.
  writeFileSync(join(gitDir, sidesFile), `${start} ${merge}\n`);
}

export async function headOf(there: Git): Promise<Oid> {
  return (await there.text(["rev-parse", "--verify", "HEAD^{commit}"])).trim();
}

export interface LaidOut {
  /** The merge's tree, with markers in what conflicts. */
  readonly tree: Oid;
  /** Its unmerged paths as update-index(1) takes them. */
  readonly conflicts: string;
}

export async function layOut(view: Git, { start, merge }: ResolutionSides): Promise<LaidOut> {
  const flags = ["--write-tree", "-z", "--no-messages", "--allow-unrelated-histories"];
  const { stdout } = await view.attempt(["merge-tree", ...flags, "--end-of-options", start, merge]);
  const [tree = "", ...entries] = stdout.toString("utf8").split("\0");
  const staged = entries.filter((entry) => /^\d{6} [0-9a-f]+ [123]\t/.test(entry));
  const paths = [...new Set(staged.map((entry) => entry.slice(entry.indexOf("\t") + 1)))];
  const absent = "0".repeat(tree.length);
  const lines = [...paths.map((path) => `0 ${absent}\t${path}`), ...staged];
  return { tree, conflicts: lines.map((line) => `${line}\0`).join("") };
}

/** Just this one: what git knows of the person's own work trees stays, also where their folders are absent just now. */
export async function removeWorkTree(context: Context, path: string): Promise<void> {
  rmSync(path, { recursive: true, force: true });
  const user = personsGit(context, context.place.commonDir);
  await user.attempt(["worktree", "remove", "--force", "--force", "--end-of-options", path]);
}
