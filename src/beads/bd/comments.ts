// Comments of a generation whose export has none (0.47). Reads only.
import { CrewError } from "../../errors.ts";
import { rowOf } from "../exchange.ts";
import type { Fields } from "../fields.ts";
import { type Ledger, withRows } from "../ledger.ts";
import type { Bd } from "./bd.ts";
import { errorWords, issuesOf } from "./reply.ts";

/** The ledger with the comments of these beads: 13 ms a bead, 50 beads a call. */
export async function withComments(bd: Bd, ledger: Ledger, ids: Iterable<string>): Promise<Ledger> {
  const wanted = [...ids].filter((id) => ledger.beads.has(id));
  let whole = ledger;
  for (let start = 0; start < wanted.length; start += perCall) {
    const part = wanted.slice(start, start + perCall);
    const answer = await bd.run({ args: ["show", ...part, "--json"] });
    const found = new Map(issuesOf(answer.stdout).map((issue) => [issue.id, issue]));
    const lacking = part.find((id) => !found.has(id));
    if (answer.exitCode !== 0 || lacking !== undefined) {
      throw new CrewError("failed", `bd cannot show ${lacking ?? part[0]}: ${errorWords(answer)}`, {
        hint: `Try it by hand: bd show ${lacking ?? part[0]}`,
      });
    }
    whole = withRows(
      whole,
      part.flatMap((id) => rowWith(whole, id, found.get(id)?.comments)),
    );
  }
  return whole;
}

const perCall = 50;

function rowWith(ledger: Ledger, id: string, comments: unknown) {
  const row = ledger.rows.get(id);
  if (row?.kind !== "bead" || !Array.isArray(comments) || comments.length === 0) return [];
  const fields: Fields = { ...row.fields, comments };
  return [rowOf(fields)];
}
