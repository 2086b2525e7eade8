// What in a round's work a person has to look at, beside protected paths: files gone in masses, huge files, submodules,
// links that leave the tree, what a protected link stands for. Decides nothing: whether it waits is the merge's business.
import { posix } from "node:path";
import type { PathTest } from "../model/globs.ts";
import type { Oid } from "../model/names.ts";
import type { Change } from "./changes.ts";
import type { Git } from "./git.ts";
import { oneLine } from "./text.ts";

/** More deleted files than this are many, if they are also more than a tenth of all. */
const manyDeleted = 20;
/** Larger files are huge: what nobody reviews and every clone carries from then on. */
const hugeBytes = 5 * 1024 ** 2;
/** Places that one doubt names. */
const named = 3;

export interface RiskyQuestion {
  /** Where the round began. */
  readonly start: Oid;
  readonly changes: readonly Change[];
  readonly isProtected: PathTest;
}

/** Sentences about the commit, each fit for one line. */
export async function riskyChanges(
  git: Git,
  { start, changes, isProtected }: RiskyQuestion,
): Promise<readonly string[]> {
  const [deleted, huge, leaving, linked] = await Promise.all([
    massDeletion(git, start, changes),
    hugeFiles(git, changes),
    leavingLinks(git, changes),
    behindProtectedLinks(git, { start, changes, isProtected }),
  ]);
  const submodules = changes.filter(({ mode, oldMode }) => mode === "160000" && oldMode !== "160000");
  return [
    ...deleted,
    ...sentence(
      "it adds the submodule",
      submodules.map(({ path }) => path),
    ),
    ...sentence("it links out of the tree:", leaving),
    ...sentence("it adds what is huge:", huge),
    ...sentence("it changes what a protected link stands for:", linked),
  ];
}

function sentence(what: string, places: readonly string[]): readonly string[] {
  if (places.length === 0) return [];
  const shown = places.slice(0, named).map((place) => oneLine(place, 80));
  const more = places.length > named ? ` and ${places.length - named} more` : "";
  return [`${what} ${shown.join(", ")}${more}`];
}

/** A file that is elsewhere unchanged was moved, not deleted. */
async function massDeletion(git: Git, start: Oid, changes: readonly Change[]): Promise<readonly string[]> {
  const added = new Map<Oid, number>();
  for (const { oid, oldMode } of changes) if (Number(oldMode) === 0) added.set(oid, (added.get(oid) ?? 0) + 1);
  const isMoved = (oid: Oid) => {
    const left = added.get(oid) ?? 0;
    added.set(oid, left - 1);
    return left > 0;
  };
  const deleted = changes.filter(({ mode, oldOid }) => Number(mode) === 0 && !isMoved(oldOid)).length;
  if (deleted <= manyDeleted) return [];
  const listing = await git.bytes(["ls-tree", "-r", "-z", "--name-only", "--end-of-options", start]);
  const all = listing.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  return deleted * 10 > all ? [`it deletes ${deleted} of ${all} files`] : [];
}

async function hugeFiles(git: Git, changes: readonly Change[]): Promise<readonly string[]> {
  const files = changes.filter(({ mode }) => mode.startsWith("100"));
  if (files.length === 0) return [];
  const stdin = files.map(({ oid }) => `${oid}\n`).join("");
  const sizes = (await git.text(["cat-file", "--batch-check=%(objectsize)"], { stdin })).split("\n").map(Number);
  return files.flatMap(({ path }, at) => {
    const bytes = sizes[at] ?? 0;
    return bytes > hugeBytes ? [`${path} (${Math.round(bytes / 1024 ** 2)} MB)`] : [];
  });
}

async function leavingLinks(git: Git, changes: readonly Change[]): Promise<readonly string[]> {
  const links = changes.filter(({ mode }) => mode === "120000");
  const found = await Promise.all(
    links.map(async ({ path, oid }) => {
      const target = await git.text(["cat-file", "blob", oid]);
      return leaves(path, target) ? [`${path} → ${target}`] : [];
    }),
  );
  return found.flat();
}

/** Into git's own folder is out of the tree too. By name alone: a link through another link is told where that one is made. */
function leaves(path: string, target: string): boolean {
  if (posix.isAbsolute(target) || /^[A-Za-z]:|^\\/.test(target)) return true;
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return end === ".." || end.startsWith("../") || end === ".git" || end.startsWith(".git/");
}

/** Who writes there writes what a reader of the link reads. By name alone, as the links stood where the round began. */
async function behindProtectedLinks(
  git: Git,
  { start, changes, isProtected }: RiskyQuestion,
): Promise<readonly string[]> {
  const listing = await git.text(["ls-tree", "-r", "-z", "--end-of-options", start]);
  const links = listing.split("\0").flatMap((entry) => {
    const path = entry.slice(entry.indexOf("\t") + 1);
    return entry.startsWith("120000 ") && isProtected(path)
      ? [{ path, oid: entry.split(" ")[2]?.split("\t")[0] ?? "" }]
      : [];
  });
  const found = await Promise.all(
    links.map(async ({ path, oid }) => {
      const target = posix.join(posix.dirname(path), await git.text(["cat-file", "blob", oid]));
      const isBehind = (changed: string) => changed === target || changed.startsWith(`${target.replace(/\/$/, "")}/`);
      return changes.filter((change) => isBehind(change.path)).map((change) => `${change.path} (${path})`);
    }),
  );
  return found.flat();
}
