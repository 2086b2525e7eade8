// crew gc: removes what is left over, or with -p a project that is given up, after its work is archived. Says first what
// goes; nothing goes without consent.
import { rm } from "node:fs/promises";
import { systemClock } from "../execute/clock.ts";
import { jsonText } from "../ui/clean.ts";
import { type Gc, gcJson, gcText } from "../ui/gc.ts";
import { createOutput } from "../ui/output.ts";
import { openAdapters } from "./adapters.ts";
import { consent } from "./consent.ts";
import type { GlobalFlags } from "./flags.ts";
import { giveUp, whatGoesWith } from "./give-up.ts";
import type { Invocation } from "./invocation.ts";
import { leftOver } from "./left-over.ts";

export interface GcFlags extends GlobalFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly olderThan: number;
  readonly format: string;
}

export async function gc(invocation: Invocation, flags: GcFlags): Promise<number> {
  const opened = await openAdapters(invocation);
  const { projectName } = flags;
  const found =
    projectName === undefined
      ? await leftOver(opened, { olderThanMs: flags.olderThan, clock: systemClock })
      : await whatGoesWith(opened.adapters(projectName));
  await show(invocation, flags, found);
  if (flags.dryRun === true || found.removals.length === 0) return 0;
  const isAgreed = await consent(invocation, {
    isGiven: flags.yes === true,
    question: "Remove all of this?",
    refusal: "Nothing was removed: that needs your consent",
  });
  if (!isAgreed) return 0;
  if (projectName !== undefined) return await giveUp(invocation, flags, opened.adapters(projectName));
  for (const { where } of found.removals) await rm(where, { recursive: true, force: true });
  invocation.stderr.write("Removed. No work was lost.\n");
  return 0;
}

async function show(invocation: Invocation, flags: GcFlags, found: Gc): Promise<void> {
  const { data } = createOutput({ ...invocation, color: flags.color });
  if (flags.format === "json") data.write(`${jsonText(gcJson(found), 2)}\n`);
  else data.write(gcText(found, data.format()) || "Nothing is left over.\n");
  await data.flush();
}
