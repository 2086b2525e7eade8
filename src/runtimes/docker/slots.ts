// The mailboxes in the mail volume: a slot for each role, written and read through the hub. What is in a slot is its agent's to
// spoil. A slot that was given up is never read again: it has another name.
import { mailIn, mostEntries } from "../../agents/mail-reading.ts";
import { mailLimits } from "../../agents/mailbox.ts";
import type { Mail } from "../../model/world.ts";
import type { ReadEntry } from "./archive.ts";
import type { DockerContext, Kept } from "./context.ts";
import { hubPath, putIntoHub, readFromHub } from "./hub.ts";

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
  const all = await read(context, slotsFolder, slotBytes * slots.length);
  if (all) return new Map(slots.map((slot) => [slot, below(all, `${slotsFolder}/${slot}`)]));
  const single = await Promise.all(slots.map(async (slot) => [slot, await readSlot(context, slot)] as const));
  return new Map(single.flatMap(([slot, entries]) => (entries ? [[slot, entries] as const] : [])));
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
  return keptIn(await readSlot(context, slot));
}

export function keptIn(entries: Entries | undefined): Kept | undefined {
  const mail = mailOf(entries);
  if (mail === "unreadable" || mail.status.phase !== "stopped") return undefined;
  const said = textOf(entries?.get(keptFile), 16);
  return said === "yes\n" ? "all" : said === "nothing\n" ? "nothing" : undefined;
}

/** Before something is written there that no rescue has seen. */
export async function forgetKept(context: DockerContext, slot: string): Promise<void> {
  context.kept.delete(slot);
  await putIntoHub(context, `${hubPath.mail}/${slotsFolder}/${slot}`, [{ name: keptFile, content: "no\n" }]);
}

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
