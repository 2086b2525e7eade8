// Looks at what crew keeps in the git directory: its refs and leases, objects that they need, lock files, and who may hold
// them. Changes nothing and decides nothing.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LeaseSight, StrangeRef } from "../model/health.ts";
import type { LeaseHolder } from "../ports/repository.ts";
import type { Context } from "./context.ts";
import { lastWords } from "./git.ts";
import { placeOf, projectsRoot } from "./layout.ts";
import { lives, parseHolder } from "./lease.ts";
import type { Ref } from "./ref.ts";
import { listRefs } from "./refs.ts";

export interface RepositoryHealth {
  readonly leases: readonly LeaseSight[];
  readonly strangeRefs: readonly StrangeRef[];
  readonly missing: readonly string[];
  readonly locks: readonly LockFile[];
}

export interface LockFile {
  readonly path: string;
  /** Tells it from another one of the same name. */
  readonly inode: number;
}

const leaseRoot = "refs/crew/lease/";

/** `deep`: every object that crew's refs reach, not only those that they name. */
export async function repositoryHealth(
  context: Context,
  { deep }: { readonly deep: boolean },
): Promise<RepositoryHealth> {
  const refs = [...(await listRefs(context, ["refs/crew/"])).values()];
  const [leases, missing] = await Promise.all([
    Promise.all(refs.filter(({ name }) => name.startsWith(leaseRoot)).map((ref) => leaseSight(context, ref))),
    missingObjects(context, refs, deep),
  ]);
  const strangeRefs = refs.filter(({ name }) => !isKnown(name)).map(({ name, oid }) => ({ ref: name, oid }));
  return { leases, strangeRefs, missing, locks: lockFiles(context.place.commonDir) };
}

function isKnown(name: string): boolean {
  if (name.startsWith(projectsRoot))
    return placeOf(name.slice(projectsRoot.length).replace(/^[^/]*\//, "")) !== undefined;
  if (name === "refs/crew/beads") return true;
  return /^refs\/crew\/(archive|lease)\/[^/]+\/[^/]+$/.test(name);
}

async function leaseSight(context: Context, { name: ref, oid }: Ref): Promise<LeaseSight> {
  const [project = "", name = ""] = ref.slice(leaseRoot.length).split("/");
  const about = { ref, oid, project, name };
  const holder = await holderAt(context, ref, oid);
  if (!holder) return { ...about, state: "unreadable", holder: "" };
  const who = `pid ${holder.pid} on ${holder.host}`;
  if (holder.host !== context.identity.host) return { ...about, state: "elsewhere", holder: who };
  return { ...about, state: (await lives(context.identity, holder)) ? "living" : "dead", holder: who };
}

async function holderAt(context: Context, ref: string, oid: string): Promise<LeaseHolder | undefined> {
  try {
    return parseHolder((await context.objects.read([oid])).get(oid)?.content.toString("utf8") ?? "", ref);
  } catch {
    return undefined;
  }
}

async function missingObjects({ view }: Context, refs: readonly Ref[], deep: boolean): Promise<readonly string[]> {
  if (refs.length === 0) return [];
  const stdin = [...new Set(refs.map(({ oid }) => oid))].map((oid) => `${oid}\n`).join("");
  const named = (await view.text(["cat-file", "--batch-check"], { stdin })).split("\n");
  const missing = named.filter((line) => line.endsWith(" missing")).map((line) => line.split(" ")[0] ?? "");
  if (!deep || missing.length > 0) return missing;
  const reached = await view.attempt(["rev-list", "--objects", "--missing=print", "--stdin"], { stdin });
  const lines = reached.stdout.toString("utf8").split("\n");
  const unreachable = lines.filter((line) => line.startsWith("?")).map((line) => line.slice(1));
  return reached.exitCode === 0 ? unreachable : [...unreachable, lastWords(reached.stderr)];
}

/** Where git makes them; those of the object store come and go with maintenance. */
function lockFiles(commonDir: string): readonly LockFile[] {
  const flat = [
    "",
    "objects",
    "objects/info",
    ...entriesOf(join(commonDir, "worktrees")).map((name) => `worktrees/${name}`),
  ];
  const paths = [
    ...flat.flatMap((folder) => entriesOf(join(commonDir, folder)).map((name) => join(commonDir, folder, name))),
    ...filesBelow(join(commonDir, "refs")),
  ];
  return paths.flatMap((path) => {
    const stats = path.endsWith(".lock") ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
    return stats?.isFile() ? [{ path, inode: stats.ino }] : [];
  });
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function* filesBelow(folder: string): Generator<string> {
  for (const name of entriesOf(folder)) {
    const path = join(folder, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}
