// crew ps: instances, the services beside them, and gate runs as they are. Changes nothing.

import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { type PsRow, psJson, psText } from "../ui/ps.ts";
import type { GlobalFlags, InstanceState } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { mustBeThere } from "./known-role.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow } from "./project/work-context.ts";

export interface PsFlags extends GlobalFlags {
  readonly format: string;
  readonly quiet?: boolean;
  readonly services?: boolean;
  readonly status: readonly InstanceState[];
  readonly filter: readonly InstanceState[];
  /** False for `--no-trunc`. */
  readonly trunc: boolean;
}

export async function ps(invocation: Invocation, flags: PsFlags, roles: readonly string[]): Promise<number> {
  const project = await openLastGood(invocation, flags, { looks: true });
  const all = psJson({ crew: project.crew, ...(await lookNow(project)) });
  const there = all.filter(({ kind }) => kind !== "gate").map(({ name }) => name);
  mustBeThere(project.crew, roles, there);
  const rows = all.filter((row) => isShown(row, flags, roles));
  const { data } = createOutput({ ...invocation, color: flags.color });
  const width = flags.trunc ? data.format().width : Number.POSITIVE_INFINITY;
  if (flags.quiet || flags.services) data.write(rows.map(({ name }) => `${name}\n`).join(""));
  else if (flags.format === "json") data.write(`${jsonText(rows, 2)}\n`);
  else data.write(psText(rows, { ...data.format(), width }));
  await data.flush();
  return 0;
}

function isShown({ name, kind, state }: PsRow, flags: PsFlags, roles: readonly string[]): boolean {
  const states = [...flags.status, ...flags.filter];
  if (states.length > 0 && !states.includes(state)) return false;
  if (roles.length > 0) return kind !== "gate" && roles.includes(name);
  return kind === "role" || flags.services !== true;
}
