// crew ps: instances and gate runs as they are. Changes nothing.

import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { psJson, psText } from "../ui/ps.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project.ts";
import { lookNow } from "./work-context.ts";

export async function ps(invocation: Invocation, flags: GlobalFlags & { readonly format: string }): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const seen = { crew: project.crew, ...(await lookNow(project)) };
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(psJson(seen), 2)}\n` : psText(seen, data.format()));
  await data.flush();
  return 0;
}
