// crew graph: draws the branch tree, bottom-up, with what waits to be merged into each branch. Changes nothing.
import { jsonText } from "../ui/clean.ts";
import { graphOf, graphText } from "../ui/graph.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow } from "./project/work-context.ts";

export async function graph(invocation: Invocation, flags: GlobalFlags & { readonly format: string }): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const drawn = graphOf({ crew: project.crew, ...(await lookNow(project)) });
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(flags.format === "json" ? `${jsonText(drawn, 2)}\n` : graphText(drawn, data.format()));
  await data.flush();
  return 0;
}
