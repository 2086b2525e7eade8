// Lists and moves refs of the user's git directory: every move is a compare-and-swap without hooks. Knows no records.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import { absentOid, type Context } from "./context.ts";
import { gitFailure } from "./git.ts";
import type { Ref } from "./ref.ts";

/** `from` absent: must not exist. `to` absent: is deleted. */
export interface RefChange {
  readonly ref: string;
  readonly from?: Oid | undefined;
  readonly to?: Oid | undefined;
}

/** Refs that are one of the names, or lie beneath one that ends in a slash. No object is read. */
export async function listRefs(context: Context, names: readonly string[]): Promise<ReadonlyMap<string, Ref>> {
  const refs = new Map<string, Ref>();
  if (names.length === 0) return refs;
  const format = "--format=%(refname)%00%(objectname)%00%(worktreepath)%00";
  const output = await context.user.text(["for-each-ref", format, "--end-of-options", ...names]);
  const isMeant = meaning(names);
  for (const entry of output.split("\0\n")) {
    const [name, oid, path] = entry.split("\0");
    if (!name || !oid) continue;
    if (!isMeant(name)) continue;
    refs.set(name, { name, oid, ...(path ? { checkedOutAt: workTreePath(context, path) } : {}) });
  }
  return refs;
}

/** As `listRefs`, of what was listed early where that is still good. `names`: all of them lie below what is listed early. */
export async function earlyOrListed(context: Context, names: readonly string[]): Promise<ReadonlyMap<string, Ref>> {
  const early = context.early.take();
  if (!early) return await listRefs(context, names);
  const isMeant = meaning(names);
  return new Map([...early].filter(([name]) => isMeant(name)));
}

function meaning(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names);
  const folders = names.filter((name) => name.endsWith("/"));
  return (name) => exact.has(name) || folders.some((folder) => name.startsWith(folder));
}

export async function refOid(context: Context, ref: string): Promise<Oid | undefined> {
  return (await listRefs(context, [ref])).get(ref)?.oid;
}

/** The blob that a ref names, in one process; undefined where there is no such ref. */
export async function blobAt(context: Context, ref: string): Promise<{ oid: Oid; text: string } | undefined> {
  const output = await context.user.text(["cat-file", "--batch"], { stdin: `${ref}\n` });
  const head = output.split("\n", 1)[0] ?? "";
  const [oid = "", type = ""] = head.split(" ");
  if (type === "blob") return { oid, text: output.slice(head.length + 1, -1) };
  // No such ref; or one that has come since, or whose object is gone, which the reading says.
  const there = await refOid(context, ref);
  const object = there === undefined ? undefined : (await context.objects.read([there])).get(there);
  return there === undefined || !object ? undefined : { oid: there, text: object.content.toString("utf8") };
}

/** All or none. False: a ref was not as expected, and nothing was changed. */
export async function swapRefs(context: Context, changes: readonly RefChange[]): Promise<boolean> {
  if (changes.length === 0) return true;
  context.early.drop();
  const absent = absentOid(context.place);
  const lines = changes.map(({ ref, from, to }) =>
    to === undefined ? `delete ${ref}\0${from ?? absent}\0` : `update ${ref}\0${to}\0${from ?? absent}\0`,
  );
  const args = ["update-ref", "--no-deref", "-z", "--stdin"];
  const result = await context.user.attempt(args, { stdin: lines.join("") });
  if (result.exitCode === 0) return true;
  if (/but expected|reference already exists|unable to resolve reference|reference is missing/.test(result.stderr)) {
    return false;
  }
  const lock = /Unable to create '(.*\.lock)': File exists/.exec(result.stderr)?.[1];
  if (lock) {
    throw new CrewError("failed", `Another git process holds ${lock}.`, {
      hint: "If none is running, it is left from a crash: remove it.",
      at: changes[0]?.ref ?? "",
    });
  }
  throw gitFailure(args, result);
}

/** Moves one ref. Where it stands there already it is done; where it stands elsewhere, a `conflict`. */
export async function swapRef(context: Context, change: RefChange): Promise<void> {
  if (change.from === change.to) return expectAt(context, change);
  if (await swapRefs(context, [change])) return;
  return expectAt(context, change);
}

async function expectAt(context: Context, { ref, to }: RefChange): Promise<void> {
  const now = await refOid(context, ref);
  if (now === to) return;
  throw new CrewError("conflict", `${ref} was moved by somebody else: it is ${now ?? "gone"}.`, {
    hint: "The next pass sees it: crew up",
    at: ref,
  });
}

/** git 2.39 names the main work tree of a submodule by its git directory. */
function workTreePath(context: Context, path: string): string {
  return path === context.place.commonDir ? context.place.topLevel : path;
}
