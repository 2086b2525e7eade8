// crew bead: what people do with the tracker by hand. The driver sees it with its next look.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { CrewError } from "../errors.ts";
import type { Bead } from "../model/bead.ts";
import { slugOf } from "../model/names.ts";
import { beadListText, beadText } from "../ui/bead-text.ts";
import { jsonText } from "../ui/clean.ts";
import { type Adapters, openAdapters } from "./adapters.ts";
import { wakeDriver } from "./drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";

export interface AddFlags extends GlobalFlags {
  readonly parent?: string;
  readonly type: string;
  readonly priority: number;
  readonly label: readonly string[];
  readonly description: string;
  readonly acceptance: string;
  readonly blockedBy: readonly string[];
}

export interface ShowFlags extends GlobalFlags {
  readonly format: string;
  readonly status?: string;
}

/** Prints the new id on stdout. */
export async function add(invocation: Invocation, flags: AddFlags, title: string): Promise<number> {
  const opened = await openAdapters(invocation);
  const { tracker, place } = opened;
  const parent = flags.parent ?? (await onlyEpic(opened, flags));
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

export async function list(invocation: Invocation, flags: ShowFlags): Promise<number> {
  const { tracker } = await openAdapters(invocation);
  const beads = [...(await tracker.snapshot()).values()].filter(
    (bead) => flags.status === undefined || bead.status === flags.status,
  );
  invocation.stdout.write(flags.format === "json" ? `${jsonText(beads, 2)}\n` : beadListText(beads));
  return 0;
}

export async function show(invocation: Invocation, flags: ShowFlags, id: string): Promise<number> {
  const { tracker } = await openAdapters(invocation);
  const bead = (await tracker.snapshot()).get(id);
  if (!bead) throw new CrewError("failed", `There is no bead ${id}`, { hint: "crew bead list" });
  invocation.stdout.write(flags.format === "json" ? `${jsonText(bead, 2)}\n` : beadText(bead));
  return 0;
}

export async function close(
  invocation: Invocation,
  flags: GlobalFlags & { readonly reason: string },
  id: string,
): Promise<number> {
  const opened = await openAdapters(invocation);
  await opened.tracker.close(id, flags.reason);
  return await said(`${id} is closed.`, invocation, opened);
}

export async function reopen(invocation: Invocation, _flags: GlobalFlags, id: string): Promise<number> {
  const opened = await openAdapters(invocation);
  await opened.tracker.reopen(id);
  return await said(`${id} is open.`, invocation, opened);
}

export interface EditFlags extends GlobalFlags {
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
  const opened = await openAdapters(invocation);
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

export async function depend(invocation: Invocation, _: GlobalFlags, id: string, blocker: string): Promise<number> {
  const opened = await openAdapters(invocation);
  await opened.tracker.addBlocker(id, blocker);
  return await said(`${id} waits for ${blocker}.`, invocation, opened);
}

export async function free(invocation: Invocation, _: GlobalFlags, id: string, blocker: string): Promise<number> {
  const opened = await openAdapters(invocation);
  await opened.tracker.removeBlocker(id, blocker);
  return await said(`${id} does not wait for ${blocker}.`, invocation, opened);
}

/** On stdout, as `bd export` writes it. */
export async function exportBeads(invocation: Invocation): Promise<number> {
  const { tracker } = await openAdapters(invocation);
  invocation.stdout.write(await tracker.exportLines());
  return 0;
}

/** From stdin, or from a file. */
export async function importBeads(invocation: Invocation, _: GlobalFlags, file?: string): Promise<number> {
  const text = file === undefined ? await textOf(invocation.stdin) : readFile(resolve(invocation.cwd, file));
  const opened = await openAdapters(invocation);
  const { created, updated, skipped } = await opened.tracker.importLines(text);
  return await said(`${created.length} new, ${updated.length} changed, ${skipped.length} left.`, invocation, opened);
}

async function said(words: string, invocation: Invocation, opened: Adapters): Promise<number> {
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

/** The epic that a new bead goes under when none is named: that of the only live project. */
async function onlyEpic({ place }: Adapters, flags: GlobalFlags): Promise<Bead["id"] | undefined> {
  const names = flags.projectName === undefined ? await place.repository.projects() : [flags.projectName];
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  return (await place.repository.observe({ project: name, branches: new Map() })).facts.project?.epic;
}

async function wakeAll(invocation: Invocation, { place, adapters }: Adapters): Promise<void> {
  for (const name of await place.repository.projects()) await wakeDriver(invocation, adapters(name));
}
