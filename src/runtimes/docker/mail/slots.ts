// The mailboxes in the mail volume: a slot for each role, written and read through the hub. What is in a slot is its agent's to
// spoil. A slot that was given up is never read again: it has another name.
import { mailIn, mostEntries } from "../../../agents/mail-reading.ts";
import { mailLimits } from "../../../agents/mailbox.ts";
import type { Mail } from "../../../model/world.ts";
import { archiveOf, type ReadEntry } from "../archive.ts";
import type { DockerContext, Kept } from "../context.ts";
import { isNotFound, translated } from "../errors.ts";
import { hubPath, putIntoHub, readFromHub } from "../hub.ts";
import { statOf } from "../path-stat.ts";
import { togetherFor } from "../together.ts";

/** In the mail volume. */
export const slotsFolder = "slots";

const fileBytes = Math.max(mailLimits.report, 262_144);
const slotBytes = 4_194_304;
/** An archive is cut when a file changes its size while the engine reads it. */
const tries = 5;

export type Entries = ReadonlyMap<string, ReadEntry>;

/** By slot, the entries under it. One call, unless one of them is spoiled: then one for each. */
export async function readSlots(
  context: DockerContext,
  slots: readonly string[],
): Promise<ReadonlyMap<string, Entries>> {
  if (slots.length === 0) return new Map();
  const all = await readAllSlots(context, slotBytes * slots.length);
  if (all) return all(slots);
  const single = await Promise.all(slots.map(async (slot) => [slot, await readSlot(context, slot)] as const));
  return new Map(single.flatMap(([slot, entries]) => (entries ? [[slot, entries] as const] : [])));
}

/** All that are there, to ask for some of them; undefined where they are larger, or spoiled. */
export async function readAllSlots(
  context: DockerContext,
  totalBytes: number,
): Promise<((slots: readonly string[]) => ReadonlyMap<string, Entries>) | undefined> {
  const all = await read(context, slotsFolder, totalBytes);
  return all && ((slots) => new Map(slots.map((slot) => [slot, below(all, `${slotsFolder}/${slot}`)])));
}

async function readSlot(context: DockerContext, slot: string): Promise<Entries | undefined> {
  const entries = await read(context, `${slotsFolder}/${slot}`, slotBytes);
  return entries && below(entries, slot);
}

async function read(context: DockerContext, path: string, totalBytes: number): Promise<Entries | undefined> {
  for (let n = 0; n < tries; n += 1) {
    const archive = await readFromHub(context, `${hubPath.mail}/${path}`, { fileBytes, totalBytes });
    if (!archive) return new Map();
    if (archive.kind === "whole") return archive.entries;
    if (archive.kind === "too-large") return undefined;
  }
  return undefined;
}

function below(entries: Entries, folder: string): Entries {
  const start = `${folder}/`;
  return new Map(
    [...entries].flatMap(([name, entry]) => (name.startsWith(start) ? [[name.slice(start.length), entry]] : [])),
  );
}

export function mailOf(entries: Entries | undefined): Mail | "unreadable" {
  if (!entries) return "unreadable";
  const outbox = namesIn(entries, "outbox");
  return mailIn({
    fresh: namesIn(entries, "inbox/new"),
    current: namesIn(entries, "inbox/cur"),
    outbox: outbox && new Map(outbox.map((name) => [name, textOf(entries.get(`outbox/${name}`), mailLimits.report)])),
    status: entries.has("status") ? textOf(entries.get("status"), mailLimits.status) : "absent",
  });
}

/** Written by the supervisor when it is stopped, and by whoever then writes into the clone. */
const keptFile = "kept";

/** Asked only of an instance that does not run. */
export async function workKept(context: DockerContext, slot: string): Promise<Kept | undefined> {
  return await keptTogether(context, slot);
}

/** Those that are stopped side by side are asked for side by side; of one by itself a look says as much as an archive. */
const keptTogether = togetherFor(async (context: DockerContext, slots: readonly string[]) => {
  const [only, ...others] = slots;
  if (only !== undefined && others.length === 0) return [await keptOf(context, only)];
  const entries = await readSlots(context, slots);
  return slots.map((slot) => keptIn(entries.get(slot)));
});

/** By its size: the supervisor writes it once all is kept, removes it when it begins, and has ended. */
async function keptOf(context: DockerContext, slot: string): Promise<Kept | undefined> {
  const hub = (await context.engine()).getContainer(context.names.hub);
  // Of a hub that is just going nothing can be asked; what is not known to be kept is looked into.
  const seen = await statOf(hub, `${hubPath.mail}/${slotsFolder}/${slot}/${keptFile}`).catch(() => undefined);
  const isFile = seen !== undefined && seen.mode < 0o1000;
  return isFile ? keptWords.find(([words]) => words.length === seen.size)?.[1] : undefined;
}

const keptWords = [
  ["yes\n", "all"],
  ["nothing\n", "nothing"],
] as const;

export function keptIn(entries: Entries | undefined): Kept | undefined {
  const mail = mailOf(entries);
  if (mail === "unreadable" || mail.status.phase !== "stopped") return undefined;
  const said = textOf(entries?.get(keptFile), 16);
  return keptWords.find(([words]) => words === said)?.[1];
}

/** Before something is written there that no rescue has seen. */
export async function forgetKept(context: DockerContext, slot: string): Promise<void> {
  context.kept.delete(slot);
  await putIntoHub(context, `${hubPath.mail}/${slotsFolder}/${slot}`, [{ name: keptFile, content: "no\n" }]);
}

/** Of a role that is gone, while others stay; nothing has to run for it. */
export async function emptySlot(context: DockerContext, slot: string): Promise<void> {
  await emptiedTogether(context, slot);
}

/**
 * An engine that writes a file where a folder is removes that with all in it first (Docker 20.10, pkg/archive: unless both are
 * folders). A file of no bytes is what remains.
 */
const emptiedTogether = togetherFor(async (context: DockerContext, slots: readonly string[]) => {
  const hub = (await context.engine()).getContainer(context.names.hub);
  const nothing = archiveOf(slots.map((name) => ({ name, content: "" })));
  await hub.putArchive(nothing, { path: `${hubPath.mail}/${slotsFolder}` }).catch((error: unknown) => {
    // The last role has gone meanwhile, and everything with it.
    if (!isNotFound(error)) throw translated(error, context.names.hub);
  });
  return slots.map(() => undefined);
});

export function textOf(entry: ReadEntry | undefined, limitBytes: number): string | undefined {
  const content = entry?.kind === "file" ? entry.content : undefined;
  return content && content.length <= limitBytes ? content.toString("utf8") : undefined;
}

function namesIn(entries: Entries, folder: string): readonly string[] | undefined {
  if (entries.get(folder)?.kind !== "folder") return undefined;
  const start = `${folder}/`;
  const names = [...entries.keys()].flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
  const plain = names.filter((name) => !name.startsWith(".") && !name.includes("/"));
  return plain.length > mostEntries ? undefined : plain.sort();
}
