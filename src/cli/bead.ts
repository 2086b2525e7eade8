// crew bead: what people do with the tracker by hand. The driver sees it with its next look.
import { basename } from "node:path";
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
  invocation.stderr.write(`${id} is closed.\n`);
  await wakeAll(invocation, opened);
  return 0;
}

export async function reopen(invocation: Invocation, _flags: GlobalFlags, id: string): Promise<number> {
  const opened = await openAdapters(invocation);
  await opened.tracker.reopen(id);
  invocation.stderr.write(`${id} is open.\n`);
  await wakeAll(invocation, opened);
  return 0;
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
