// An undo takes its lines out of a changelog again, where git's union would keep them beside what others added there since.
// Decides nothing else: any other file merges as git merges it.
import type { Oid } from "../model/names.ts";
import { isChangelog } from "./changelogs.ts";
import type { Git } from "./git.ts";
import { changesOf } from "./merge-changes.ts";
import type { RawMerge } from "./merge-tree.ts";
import { type ObjectReader, writeBlob } from "./objects.ts";
import { isUndoCommit } from "./undo.ts";

export interface UndoReader {
  readonly view: Git;
  readonly objects: Pick<ObjectReader, "commits">;
}

/** A merge of anything else comes back as it is. What cannot be taken out line by line conflicts. */
export async function withoutUndone(reader: UndoReader, merge: RawMerge): Promise<RawMerge> {
  const { view } = reader;
  const { source, target } = merge.pair;
  const undone = await undoneBy(reader, source);
  if (!undone) return merge;
  const { undo, evidence } = undone;
  const [changes] = await changesOf(view, Promise.resolve([{ before: undo.tree, after: evidence.tree }]));
  let [tree, paths] = [merge.tree, merge.paths];
  for (const path of [...(changes?.keys() ?? [])].filter(isChangelog)) {
    const commits = [undo.oid, evidence.oid, target, source];
    const [before, after, now, theirs] = await Promise.all(commits.map((oid) => textAt(view, oid, path)));
    if (before === undefined || after === undefined || now === undefined || theirs === undefined) continue;
    if (merge.paths.includes(path)) continue;
    const wanted = undo.oid === source ? takenOut({ before, after, now }) : takenUp({ before, after, now, theirs });
    if (wanted === "conflict") paths = [...paths, path];
    else if (wanted !== "as merged")
      tree = await withText(view, tree, { path, blob: await writeBlob(view, wanted.text) });
  }
  return { ...merge, tree, paths };
}

type Wanted = "conflict" | "as merged" | { readonly text: string };

interface Texts {
  readonly before: string;
  readonly after: string;
  /** In the target. */
  readonly now: string;
}

/** Each block of lines that was added is there once, in one piece. */
function takenOut({ before, after, now }: Texts): Wanted {
  if (now === after) return { text: before };
  const blocks = addedBlocks(linesOf(before), linesOf(after));
  let rest = linesOf(now);
  for (const block of blocks ?? []) {
    const [place, ...others] = placesOf(block, rest);
    if (place === undefined || others.length > 0) return "conflict";
    rest = rest.toSpliced(place, block.length);
  }
  return blocks ? { text: rest.join("\n") } : "conflict";
}

/** There it may never have been; and where the tip below has more to bring than that, they are two things at once. */
function takenUp(texts: Texts & { readonly theirs: string }): Wanted {
  const blocks = addedBlocks(linesOf(texts.before), linesOf(texts.after));
  if (blocks?.every((block) => placesOf(block, linesOf(texts.now)).length === 0)) return "as merged";
  const wanted = takenOut(texts);
  if (typeof wanted === "string") return wanted;
  return addedBlocks(linesOf(texts.theirs), linesOf(wanted.text)) ? wanted : "conflict";
}

/** Of the undo itself, and of the tip that it has just been merged into, on its way up. */
async function undoneBy({ objects }: UndoReader, source: Oid) {
  const commitOf = async (oid: Oid) => (await objects.commits([oid])).get(oid);
  const commit = await commitOf(source);
  const [, second] = commit?.parents ?? [];
  const isMerged = second !== undefined && /^Crew-Undo: /m.test(commit?.message ?? "");
  const undo = isMerged ? await commitOf(second) : commit;
  const evidence = undo && isUndoCommit(undo) ? await commitOf(undo.parents[0] ?? "") : undefined;
  return undo && evidence && { undo, evidence };
}

type Blocks = readonly (readonly string[])[];

function linesOf(text: string): readonly string[] {
  return text.split("\n");
}

/** Where the block stands in one piece. */
function placesOf(block: readonly string[], lines: readonly string[]): readonly number[] {
  return lines.flatMap((_, at) => (block.every((line, n) => lines[at + n] === line) ? [at] : []));
}

/** Of lines that the second has more than the first; absent where it has not all of the first's, in their order. */
function addedBlocks(before: readonly string[], after: readonly string[]): Blocks | undefined {
  const blocks: string[][] = [[]];
  let at = 0;
  for (const line of after) {
    if (line !== before[at]) blocks.at(-1)?.push(line);
    else {
      at += 1;
      blocks.push([]);
    }
  }
  return at < before.length ? undefined : blocks.filter((block) => block.length > 0);
}

/** Absent where there is no file. */
async function textAt(view: Git, treeish: Oid, path: string): Promise<string | undefined> {
  const { exitCode, stdout } = await view.attempt(["cat-file", "blob", `${treeish}:${path}`]);
  return exitCode === 0 ? stdout.toString("utf8") : undefined;
}

interface Put {
  readonly path: string;
  readonly blob: Oid;
}

/** The path is there; its mode stays. */
async function withText(view: Git, tree: Oid, { path, blob }: Put): Promise<Oid> {
  const slash = path.indexOf("/");
  // latin1 keeps every byte of a name that is no UTF-8.
  const name = Buffer.from(slash < 0 ? path : path.slice(0, slash)).toString("latin1");
  const listed = (await view.bytes(["ls-tree", "-z", "--full-tree", "--end-of-options", tree])).toString("latin1");
  const entries = listed
    .split("\0")
    .filter(Boolean)
    .map(async (entry) => {
      const tab = entry.indexOf("\t");
      if (entry.slice(tab + 1) !== name) return entry;
      const [mode, type, oid = ""] = entry.slice(0, tab).split(" ");
      const changed = slash < 0 ? blob : await withText(view, oid, { path: path.slice(slash + 1), blob });
      return `${mode} ${type} ${changed}\t${name}`;
    });
  const stdin = Buffer.from((await Promise.all(entries)).map((entry) => `${entry}\0`).join(""), "latin1");
  return (await view.text(["mktree", "-z"], { stdin })).trim();
}
