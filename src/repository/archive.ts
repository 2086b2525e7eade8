// Keeps everything of a finished project beneath one ref, and only then removes the project's own refs. Touches no branch.
import { join } from "node:path";
import { CrewError } from "../errors.ts";
import { epicTip, type Oid } from "../model/names.ts";
import type { Context } from "./context.ts";
import { recordJson } from "./facts.ts";
import type { History } from "./history.ts";
import { archiveRef, type Place, placeOf, projectRoot } from "./layout.ts";
import { writeBlob, writeCommit } from "./objects.ts";
import type { Ref } from "./ref.ts";
import { listRefs, refOid, swapRef, swapRefs } from "./refs.ts";
import { clearStaleLocks } from "./stale-lock.ts";
import { clearTemporary, withTemporary } from "./temporary.ts";

/** A project's ref, with its path below the project's root. */
interface Kept {
  readonly ref: Ref;
  readonly path: string;
  readonly place: Place | undefined;
}

/** Done already when the archive holds every ref as it stands; otherwise the new archive has the old one as a parent. */
export async function archiveProject(
  context: Context,
  history: History,
  { project, epic }: ArchiveName,
): Promise<void> {
  // What was left by those that were ended in the midst of it: no later command may pass here.
  await clearTemporary(context);
  const kept = (await keptRefs(context, project)).filter((entry) => !isAboutRemote(entry));
  const ref = archiveRef(project, epic);
  const from = await refOid(context, ref);
  if (kept.length === 0) {
    if (from !== undefined) return;
    throw new CrewError("failed", `There is nothing of ${project} to archive.`, { at: ref });
  }
  if (from !== undefined && (await notHeld(context, from, kept)).length === 0) return;
  const audit = await auditOf(history, { project, epic }, kept);
  const tree = await archiveTree(context, kept, audit);
  const pins = kept.filter((entry) => !isJson(entry)).map(({ ref: { oid } }) => oid);
  const parents = [...new Set([...pins, ...(from === undefined ? [] : [from])])].sort();
  const to = await writeArchive(context, { tree, parents, title: `Archive of ${project}, epic ${epic}` });
  await swapRef(context, { ref, from, to });
}

export interface ArchiveName {
  readonly project: string;
  /** Bead id. */
  readonly epic: string;
}

/** All refs at once, each as it was when the archive was found to hold it. */
export async function deleteProject(context: Context, { project, epic }: ArchiveName): Promise<void> {
  const kept = await keptRefs(context, project);
  if (kept.length === 0) return await clearLocks(context, project);
  const ref = archiveRef(project, epic);
  const archive = await refOid(context, ref);
  if (archive === undefined) {
    throw new CrewError("failed", `${project} is not archived: nothing was removed.`, { at: ref, hint: "crew down" });
  }
  const toHold = kept.filter((entry) => !isAboutRemote(entry));
  const [missing] = await notHeld(context, archive, toHold);
  if (missing !== undefined) {
    throw new CrewError("conflict", `${missing.ref.name} is newer than the archive: nothing was removed.`, {
      hint: "The next pass archives it too: crew down",
      at: missing.ref.name,
    });
  }
  const deletions = kept.map(({ ref: { name, oid } }) => ({ ref: name, from: oid }));
  if (await swapRefs(context, deletions)) return await clearLocks(context, project);
  throw new CrewError("conflict", `A ref of ${project} was moved by somebody else: nothing was removed.`, {
    hint: "crew down",
  });
}

/** What a git that was killed left on refs that were never moved again. */
async function clearLocks({ place, identity }: Context, project: string): Promise<void> {
  await clearStaleLocks(place, identity, projectRoot(project));
}

async function keptRefs(context: Context, project: string): Promise<readonly Kept[]> {
  const root = projectRoot(project);
  return [...(await listRefs(context, [root])).values()].map((ref) => {
    const path = ref.name.slice(root.length);
    return { ref, path, place: placeOf(path) };
  });
}

/** Facts and verdicts are blobs: they go into the tree. Everything else is a commit and becomes a parent. */
function isJson({ place }: Kept): boolean {
  return place?.kind === "fact" || place?.kind === "gate";
}

/** What was pushed where is over with the project, and each object of it has a ref of its own. */
function isAboutRemote({ place }: Kept): boolean {
  return place?.kind === "pushed";
}

async function notHeld(context: Context, archive: Oid, kept: readonly Kept[]): Promise<readonly Kept[]> {
  const listing = await context.view.text(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", archive]);
  const files = new Set(listing.split("\0").map((entry) => entry.replace(/^\d+ blob /, "")));
  const pins = kept.filter((entry) => !isJson(entry));
  const stdin = [...pins.map(({ ref }) => ref.oid), `^${archive}`].map((line) => `${line}\n`).join("");
  const args = ["rev-list", "--stdin"];
  const unreached = new Set((await context.view.text(args, { stdin })).split("\n"));
  return kept.filter((entry) =>
    isJson(entry) ? !files.has(`${entry.ref.oid}\t${entry.path}`) : unreached.has(entry.ref.oid),
  );
}

/** What was merged where, by which gates; and which ref every pinned commit had. */
async function auditOf(history: History, name: ArchiveName, kept: readonly Kept[]): Promise<unknown> {
  const start = kept.find(({ place }) => place?.kind === "start")?.ref.oid;
  const tips = kept.flatMap(({ place, ref }) => (place?.kind === "tip" ? [{ name: place.tip, oid: ref.oid }] : []));
  const chains = await Promise.all(
    tips.map(async (tip) => [tip.name, (await history.since(start ?? tip.oid, tip.oid)).chain] as const),
  );
  return {
    ...name,
    start,
    tip: tips.find((tip) => tip.name === epicTip)?.oid,
    chains: Object.fromEntries(chains),
    refs: Object.fromEntries(kept.map(({ path, ref }) => [path, ref.oid])),
  };
}

async function archiveTree(context: Context, kept: readonly Kept[], audit: unknown): Promise<Oid> {
  const blob = await writeBlob(context.view, recordJson(audit));
  const files = [
    { path: "audit.json", oid: blob },
    ...kept.filter(isJson).map(({ path, ref }) => ({ path, oid: ref.oid })),
  ];
  return await withTemporary(context, async (folder) => {
    const options = { env: { GIT_INDEX_FILE: join(folder, "index") } };
    const stdin = files.map(({ path, oid }) => `100644 ${oid}\t${path}\0`).join("");
    await context.view.bytes(["update-index", "-z", "--index-info"], { ...options, stdin });
    return (await context.view.text(["write-tree"], options)).trim();
  });
}

interface ArchiveCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly title: string;
}

/** Parents of one commit at most: git reads more, yet some tools do not. */
const maxParents = 100;

/** Levels of commits, so that none has too many parents. The same pins give the same archive. */
async function writeArchive(context: Context, { tree, parents, title }: ArchiveCommit): Promise<Oid> {
  const commits = await context.objects.commits(parents);
  const date = Math.max(0, ...[...commits.values()].map((commit) => commit.committedAt));
  const write = (pins: readonly Oid[], subject: string) =>
    writeCommit(context.view, { tree, parents: pins, date, message: `${subject}\n` });
  let level = parents;
  while (level.length > maxParents) {
    const above: Oid[] = [];
    for (let at = 0; at < level.length; at += maxParents) {
      above.push(await write(level.slice(at, at + maxParents), `${title} (part)`));
    }
    level = above;
  }
  return write(level, title);
}
