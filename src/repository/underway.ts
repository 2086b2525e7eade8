// Finds branches that a work tree is rebasing or bisecting: HEAD does not name them, yet they are in use. Reads files of
// git's own folders, since no git command lists them; changes nothing.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RepositoryPlace } from "./context.ts";

/** Full ref → path of the work tree. */
export async function branchesUnderWay(place: RepositoryPlace): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const tree of await workTrees(place)) {
    for (const file of ["rebase-merge/head-name", "rebase-apply/head-name"]) {
      const ref = await firstLine(join(tree.gitDir, file));
      if (ref?.startsWith("refs/heads/")) found.set(ref, tree.path);
    }
    const bisected = await firstLine(join(tree.gitDir, "BISECT_START"));
    if (bisected) found.set(`refs/heads/${bisected.replace(/^refs\/heads\//, "")}`, tree.path);
  }
  return found;
}

interface WorkTree {
  readonly gitDir: string;
  readonly path: string;
}

/** The main one and the linked ones, as git's own folders have them. */
export async function workTrees(place: RepositoryPlace): Promise<readonly WorkTree[]> {
  const main = { gitDir: place.commonDir, path: mainPath(place) };
  const folder = join(place.commonDir, "worktrees");
  const names = await readdir(folder).catch(() => []);
  const linked = await Promise.all(
    names.map(async (name) => {
      const gitDir = join(folder, name);
      const dotGit = await firstLine(join(gitDir, "gitdir"));
      return { gitDir, path: dotGit ? dirname(dotGit) : gitDir };
    }),
  );
  return [main, ...linked];
}

/** Of a linked work tree one only knows where the common directory is; it lies in the main one but for submodules. */
function mainPath(place: RepositoryPlace): string {
  return place.gitDir === place.commonDir ? place.topLevel : dirname(place.commonDir);
}

async function firstLine(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).split("\n", 1)[0]?.trim() || undefined;
  } catch {
    return undefined;
  }
}
