// Packs commits for clones that cannot reach the repository's own objects. Only reads; the files are gone after use.
import { mkdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../model/names.ts";
import type { PackFiles, PackRequest } from "../ports/runtime.ts";
import type { Context } from "./context.ts";
import { projectRoot } from "./layout.ts";
import { listRefs } from "./refs.ts";
import { withTemporary } from "./temporary.ts";

/** A pack of all history takes its time. */
const packTimeoutMs = 600_000;

export async function packed<T>(
  context: Context,
  { wants, haves }: PackRequest,
  use: (pack: PackFiles | undefined) => Promise<T>,
): Promise<T> {
  const known = await present(context, haves);
  return await withTemporary(context, async (path) => {
    const folder = join(path, "packs");
    mkdirSync(folder);
    const revisions = [...new Set(wants), ...known.map((oid) => `^${oid}`)];
    const args = ["pack-objects", "--revs", "--non-empty", "--delta-base-offset", "-q", join(folder, "pack")];
    await context.view.bytes(args, { stdin: `${revisions.join("\n")}\n`, timeoutMs: packTimeoutMs });
    const names = (await readdir(folder)).filter((name) => /\.(pack|idx)$/.test(name));
    return await use(names.length === 0 ? undefined : { folder, names });
  });
}

/** Every commit that the project's refs name. */
export async function pinnedCommits(context: Context, project: string): Promise<readonly Oid[]> {
  const refs = await listRefs(context, [projectRoot(project)]);
  return await present(context, [...new Set([...refs.values()].map(({ oid }) => oid))]);
}

async function present(context: Context, oids: readonly Oid[]): Promise<readonly Oid[]> {
  if (oids.length === 0) return [];
  const stdin = `${oids.join("\n")}\n`;
  const text = await context.view.text(["cat-file", "--batch-check=%(objecttype) %(objectname)"], { stdin });
  return text.split("\n").flatMap((line) => /^commit ([0-9a-f]+)$/.exec(line)?.[1] ?? []);
}
