// crew conflicts: tries the merges of all that is not merged yet, with its target and with each other. Changes nothing.
import { collisionsOf, pairingsOf, unmergedWork } from "../merge/collisions.ts";
import { jsonText } from "../ui/clean.ts";
import { conflictsJson, conflictsText } from "../ui/conflicts.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { lookNow, mustBeUp } from "./project/work-context.ts";

export async function conflicts(
  invocation: Invocation,
  flags: GlobalFlags & { readonly format: string },
): Promise<number> {
  const project = await openLastGood(invocation, flags);
  const now = await lookNow(project);
  mustBeUp(now);
  const work = unmergedWork(now.survey);
  const pairings = pairingsOf(work, now.survey);
  const tried = await project.engine.repository.testMerges(pairings.map(({ pair }) => pair));
  const found = collisionsOf(pairings, tried);
  const { data } = createOutput({ ...invocation, color: flags.color });
  const text = conflictsText(found, work.length, data.format());
  data.write(flags.format === "json" ? `${jsonText(conflictsJson(found), 2)}\n` : text);
  await data.flush();
  return 0;
}
