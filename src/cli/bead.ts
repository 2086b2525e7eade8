// crew bead: what people do with the tracker by hand. The driver sees it with its next look.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { issueOf } from "../beads/issue.ts";
import { CrewError } from "../errors.ts";
import { slugOf } from "../model/names.ts";
import { beadListText, beadText } from "../ui/bead-text.ts";
import { jsonText } from "../ui/clean.ts";
import { type BeadWish, isWished } from "./beads/bead-filter.ts";
import { type BeadFlags, type OpenBeads, openBeads } from "./beads/bead-tracker.ts";
import { wakeDriver } from "./driving/drivers.ts";
import type { Invocation } from "./invocation.ts";

export interface AddFlags extends BeadFlags {
  readonly parent?: string;
  readonly type: string;
  readonly priority: number;
  readonly label: readonly string[];
  readonly description: string;
  readonly acceptance: string;
  readonly blockedBy: readonly string[];
}

export interface ShowFlags extends BeadFlags {
  readonly format: string;
}

export interface ListFlags extends ShowFlags, BeadWish {}

/** Prints the new id on stdout. */
export async function add(invocation: Invocation, flags: AddFlags, title: string): Promise<number> {
  const opened = await openBeads(invocation, flags);
  const { tracker, place } = opened;
  const parent = flags.parent ?? opened.project?.epic;
  const id = await tracker.add(
    {
      title,
      description: flags.description,
      acceptance: flags.acceptance,
      type: flags.type,
      priority: flags.priority,
      labels: flags.label,
      metadata: {},
      ...(parent !== undefined && { parent }),
    },
    slugOf(basename(place.topLevel)) || "bead",
  );
  for (const blocker of flags.blockedBy) await tracker.addBlocker(id, blocker);
  invocation.stdout.write(`${id}\n`);
  await wakeAll(invocation, opened);
  return 0;
}

export async function list(invocation: Invocation, flags: ListFlags): Promise<number> {
  const { tracker } = await openBeads(invocation, flags);
  const beads = [...(await tracker.snapshot()).values()].filter((bead) => isWished(bead, flags));
  invocation.stdout.write(flags.format === "json" ? `${jsonText(beads.map(issueOf), 2)}\n` : beadListText(beads));
  return 0;
}

/** As `bd show --json` does, JSON is always a list. */
export async function show(invocation: Invocation, flags: ShowFlags, id: string): Promise<number> {
  const { tracker } = await openBeads(invocation, flags);
  const bead = (await tracker.snapshot()).get(id);
  if (!bead) throw new CrewError("failed", `There is no bead ${id}`, { hint: "crew bead list" });
  const whole = { ...bead, comments: await tracker.comments(id) };
  invocation.stdout.write(flags.format === "json" ? `${jsonText([issueOf(whole)], 2)}\n` : beadText(whole));
  return 0;
}

export async function close(
  invocation: Invocation,
  flags: BeadFlags & { readonly reason: string },
  id: string,
): Promise<number> {
  const opened = await openBeads(invocation, flags);
  await opened.tracker.close(id, flags.reason);
  return await said(`${id} is closed.`, invocation, opened);
}

export async function reopen(invocation: Invocation, flags: BeadFlags, id: string): Promise<number> {
  const opened = await openBeads(invocation, flags);
  await opened.tracker.reopen(id);
  return await said(`${id} is open.`, invocation, opened);
}

export interface EditFlags extends BeadFlags {
  readonly title?: string;
  readonly description?: string;
  readonly acceptance?: string;
  readonly type?: string;
  readonly priority?: number;
  readonly label: readonly string[];
  readonly removeLabel: readonly string[];
  /** False: out of every parent. */
  readonly parent?: string | false;
}

export async function edit(invocation: Invocation, flags: EditFlags, id: string): Promise<number> {
  const { title, description, acceptance, type, priority, label, removeLabel, parent } = flags;
  const opened = await openBeads(invocation, flags);
  await opened.tracker.edit(id, {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(acceptance !== undefined && { acceptance }),
    ...(type !== undefined && { type }),
    ...(priority !== undefined && { priority }),
    ...(parent !== undefined && { parent: parent === false ? null : parent }),
    addLabels: label,
    removeLabels: removeLabel,
  });
  return await said(`${id} is edited.`, invocation, opened);
}

export async function depend(invocation: Invocation, flags: BeadFlags, id: string, blocker: string): Promise<number> {
  const opened = await openBeads(invocation, flags);
  await opened.tracker.addBlocker(id, blocker);
  return await said(`${id} waits for ${blocker}.`, invocation, opened);
}

export async function free(invocation: Invocation, flags: BeadFlags, id: string, blocker: string): Promise<number> {
  const opened = await openBeads(invocation, flags);
  await opened.tracker.removeBlocker(id, blocker);
  return await said(`${id} does not wait for ${blocker}.`, invocation, opened);
}

/** On stdout, as `bd export` writes it. */
export async function exportBeads(invocation: Invocation, flags: BeadFlags): Promise<number> {
  const { tracker } = await openBeads(invocation, flags);
  invocation.stdout.write(await tracker.exportLines());
  return 0;
}

/** From stdin, or from a file. */
export async function importBeads(invocation: Invocation, flags: BeadFlags, file?: string): Promise<number> {
  const text = file === undefined ? await textOf(invocation.stdin()) : readFile(resolve(invocation.cwd, file));
  const opened = await openBeads(invocation, flags);
  const { created, updated, skipped } = await opened.tracker.importLines(text);
  return await said(`${created.length} new, ${updated.length} changed, ${skipped.length} left.`, invocation, opened);
}

async function said(words: string, invocation: Invocation, opened: OpenBeads): Promise<number> {
  invocation.stderr.write(`${words}\n`);
  await wakeAll(invocation, opened);
  return 0;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CrewError("failed", `${path} cannot be read: ${cause instanceof Error ? cause.message : ""}`, { cause });
  }
}

async function wakeAll(invocation: Invocation, { recorded, adapters }: OpenBeads): Promise<void> {
  for (const { name } of recorded) await wakeDriver(invocation, adapters(name));
}
