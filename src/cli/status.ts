// crew status: who does what, how far the beads are, what waits, what is next. Changes nothing.

import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { statusJson, statusText } from "../ui/status.ts";
import { driverOf } from "./driving/drivers.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow } from "./project/work-context.ts";

export async function status(
  invocation: Invocation,
  flags: GlobalFlags & { readonly format: string },
): Promise<number> {
  const project = await openLastGood(invocation, flags, { looks: true });
  const [now, driver] = await Promise.all([lookNow(project), driverOf(project)]);
  const input = { crew: project.crew, ...now, ...(driver && { driver }) };
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(statusJson(input), 2)}\n` : statusText(input, data.format()));
  await data.flush();
  return 0;
}
