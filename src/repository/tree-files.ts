// What some files of a commit hold: looked up once, since that never changes.
import type { Oid } from "../model/names.ts";
import type { TreeFiles } from "../model/setup.ts";
import type { Git } from "./git.ts";

/** By commit and files: the latest alone is kept. */
export type TreeFilesMemory = Map<string, TreeFiles>;

export async function treeFiles(
  view: Git,
  {
    commit,
    files,
    memory,
  }: { readonly commit: Oid; readonly files: readonly string[]; readonly memory: TreeFilesMemory },
): Promise<TreeFiles> {
  const name = [commit, ...files].join("\n");
  const known = memory.get(name);
  if (known) return known;
  const stdin = files.map((file) => `${commit}:${file}\n`).join("");
  const found = (await view.text(["cat-file", "--batch-check=%(objectname)"], { stdin })).split("\n");
  const holds = files.flatMap((file, index): readonly (readonly [string, Oid])[] => {
    const oid = found[index] ?? "";
    return /^[0-9a-f]+$/.test(oid) ? [[file, oid]] : [];
  });
  memory.clear();
  memory.set(name, { commit, holds: new Map(holds) });
  return { commit, holds: new Map(holds) };
}
