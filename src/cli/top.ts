// crew top: what runs in the instances of roles and in the services beside them, as it is now. Changes nothing.
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { topRows, topText } from "../ui/top.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { namedOrAll } from "./known-role.ts";
import { openLastGood } from "./project/project.ts";

export interface TopFlags extends GlobalFlags {
  readonly format: string;
}

export async function top(invocation: Invocation, flags: TopFlags, given: readonly string[]): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const names = await namedOrAll(project, given);
  const rows = topRows(names, await project.engine.runtime.processes(names));
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(rows, 2)}\n` : topText(rows, data.format()));
  await data.flush();
  return 0;
}
