// New beads, those that wait together in one call. bd's `create` is no way to do it with an id of crew's own: from 1.0 on
// it silently overwrites a bead that has the id (measured on 1.0.5 and 1.2.2).
import { CrewError } from "../../errors.ts";
import type { Bead, NewBead } from "../../model/bead.ts";
import type { Clock } from "../../ports/clock.ts";
import { create } from "../edits.ts";
import { type Row, rowOf } from "../exchange.ts";
import { beadOf, type Fields } from "../fields.ts";
import { isSameTask } from "../guards.ts";
import { type Ledger, withRows } from "../ledger.ts";
import type { Stamp } from "../stamp.ts";
import type { Bd, BdCall } from "./bd.ts";
import type { Generation } from "./generation.ts";
import { metadataAsLabels } from "./metadata-labels.ts";
import type { Reader } from "./reader.ts";
import { type Answer, errorWords } from "./reply.ts";

export interface CreationOptions {
  readonly bd: Bd;
  readonly reader: Reader;
  readonly actor: string;
  readonly clock: Clock;
}

interface Wish {
  readonly bead: NewBead;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Creates each as the port says. What is asked for while bd is at work goes into the next call together. */
export function createCreation(options: CreationOptions): (bead: NewBead) => Promise<void> {
  let waiting: Wish[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const next = async (): Promise<void> => {
    const wishes = waiting;
    waiting = [];
    if (wishes.length > 0) await createAll(wishes, options);
  };
  return (bead) =>
    new Promise((resolve, reject) => {
      waiting.push({ bead, resolve: () => resolve(), reject });
      // One turn of the event loop later, so that all that were asked for at once are in it.
      last = last.then(() => options.clock.sleep(0, new AbortController().signal)).then(next);
    });
}

async function createAll(wishes: readonly Wish[], { bd, reader, actor, clock }: CreationOptions): Promise<void> {
  try {
    const generation = await bd.generation();
    // Whatever is there before this reading or comes after it is newer than what is imported, and so stays as it is.
    const at = new Date(Math.floor(clock.nowMs() / 1000) * 1000 - 1000).toISOString();
    let ledger = await reader.readNow();
    const rows: Row[] = [];
    const due: Wish[] = [];
    for (const wish of wishes) {
      const made = decided(wish, ledger, { at, actor });
      if (made === undefined) continue;
      rows.push(...made);
      ledger = withRows(ledger, made);
      due.push(wish);
    }
    if (due.length === 0) return;
    const answer = await bd.run(importCall(rows, generation, "only-new"));
    const after = await mended(rows, await reader.readAnew(), { bd, reader, clock, generation });
    for (const wish of due) conclude(wish, after.beads.get(wish.bead.id), answer);
  } catch (error) {
    for (const wish of wishes) wish.reject(error);
  }
}

/**
 * 0.47.1 can lose labels and edges of what it has just taken in, when several write at once: what has our title and the very
 * time that we gave it is ours, and gets again what it lacks.
 */
async function mended(
  rows: readonly Row[],
  found: Ledger,
  { bd, reader, clock, generation }: Omit<CreationOptions, "actor"> & { readonly generation: Generation },
): Promise<Ledger> {
  let after = found;
  for (let attempt = 1; attempt <= mendings && !generation.keepsItsWord; attempt += 1) {
    const torn = rows.filter((row) => row.kind === "bead" && isTorn(row.bead, after.beads.get(row.id)));
    if (torn.length === 0) break;
    const updated_at = new Date(clock.nowMs() + 1000).toISOString();
    const again = torn.flatMap((row) => (row.kind === "bead" ? [rowOf({ ...row.fields, updated_at })] : []));
    await bd.run(importCall(again, generation, "newer-wins"));
    after = await reader.readAnew();
  }
  return after;
}

const mendings = 3;

function isTorn(ours: Bead, found: Bead | undefined): boolean {
  if (found?.title !== ours.title || Date.parse(found.createdAt) !== Date.parse(ours.createdAt)) return false;
  const lacksFacts = Object.entries(ours.metadata).some(([key, value]) => found.metadata[key] !== value);
  return lacksFacts || found.parent !== ours.parent || ours.labels.some((label) => !found.labels.includes(label));
}

/** The rows to write; undefined where the wish is already answered. */
function decided(wish: Wish, ledger: Ledger, stamp: Stamp): readonly Row[] | undefined {
  try {
    const change = create(wish.bead)(ledger, stamp);
    if (change) return change.rows;
    wish.resolve();
  } catch (error) {
    wish.reject(error);
  }
  return undefined;
}

function conclude({ bead, resolve, reject }: Wish, found: Bead | undefined, answer: Answer): void {
  if (found === undefined) {
    reject(
      new CrewError("failed", `bd did not create ${bead.id}: ${errorWords(answer)}`, {
        hint: "Try the same by hand: bd create",
      }),
    );
  } else if (found.title === bead.title && found.parent === bead.parent && isSame(found, bead)) {
    resolve();
  } else {
    // Somebody was there first: their bead is as it was, and the next pass takes another id.
    reject(new CrewError("conflict", `The bead id ${bead.id} is taken by ${JSON.stringify(found.title)}.`));
  }
}

function isSame(found: Bead, bead: NewBead): boolean {
  return bead.metadata.crew_key === undefined || isSameTask(found, bead);
}

/** `only-new`: what exists stays as it is, where the generation can promise that. */
export function importCall(
  rows: readonly Row[],
  { hasMetadata, importsOnlyNew }: Generation,
  mode: "only-new" | "newer-wins",
): BdCall {
  const lines = rows.flatMap((row) =>
    row.kind === "bead"
      ? [JSON.stringify(complete(hasMetadata ? row.fields : metadataAsLabels(row.fields)))]
      : [row.line],
  );
  return {
    args: ["import", ...(mode === "only-new" && importsOnlyNew ? ["--skip-existing"] : [])],
    file: { flag: "--input", text: `${lines.join("\n")}\n` },
  };
}

/** What bd takes a lack of for something else: an edge without its own end is dropped, no priority is the highest (0.47). */
function complete(fields: Fields): Fields {
  const { priority, status, type, createdAt, updatedAt } = beadOf(fields);
  const edges = Array.isArray(fields.dependencies) ? fields.dependencies : [];
  return {
    ...fields,
    priority,
    status,
    issue_type: type,
    created_at: createdAt || updatedAt || undefined,
    ...(edges.length > 0 && { dependencies: edges.map((edge: Fields) => ({ ...edge, issue_id: fields.id })) }),
  };
}
