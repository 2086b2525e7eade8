// Taking in lines of the exchange format through `bd import`; what the result must be is decided as for every tracker.
import { CrewError } from "../../errors.ts";
import type { Bead } from "../../model/bead.ts";
import type { ImportSummary } from "../../ports/tracker.ts";
import { parseExchange } from "../exchange.ts";
import { importRows } from "../importing.ts";
import type { Bd } from "./bd.ts";
import { importCall } from "./creation.ts";
import { asBdKeepsIt } from "./kept-text.ts";
import type { Reader } from "./reader.ts";
import { errorWords } from "./reply.ts";

/** A tombstone is not taken in: `bd import` deletes nothing. */
export async function importBeads(
  { bd, reader }: { readonly bd: Bd; readonly reader: Reader },
  text: string,
): Promise<ImportSummary> {
  const rows = parseExchange(asBdKeepsIt(text), "import").filter((row) => row.kind !== "tombstone");
  const { change, summary } = importRows(await reader.readNow(), rows);
  if (change === undefined) return summary;
  const answer = await bd.run(importCall(change.rows, await bd.generation(), "newer-wins"));
  const after = await reader.readAnew();
  const lacking = change.rows.find((row) => row.kind === "bead" && !isTakenIn(row.bead, after.beads));
  if (lacking?.kind === "bead") {
    const words = errorWords(answer);
    throw new CrewError("failed", `bd did not take in ${lacking.id}: ${words}`, {
      hint: words.includes("prefix mismatch")
        ? "This bd takes only ids of the workspace's own prefix: bd init -p with the prefix of these, or bd 1.0 or newer"
        : "See what is there: crew bead list; then run the same command again",
    });
  }
  return summary;
}

/** Edges to beads that are not there cannot be. */
function isTakenIn(bead: Bead, beads: ReadonlyMap<string, Bead>): boolean {
  const found = beads.get(bead.id);
  return (
    found !== undefined &&
    found.title === bead.title &&
    found.status === bead.status &&
    (found.parent === bead.parent || !beads.has(bead.parent ?? "")) &&
    bead.labels.every((label) => found.labels.includes(label)) &&
    bead.blockedBy.every((blocker) => found.blockedBy.includes(blocker) || !beads.has(blocker))
  );
}
