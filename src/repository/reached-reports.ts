// Which reports on other subjects a commit contains: work that nobody has merged must not slip in under another bead.
import { formatOrderId, type Oid } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import type { Context } from "./context.ts";
import { firstPins } from "./first-order.ts";
import { gitFailure } from "./git.ts";
import { placeOf, projectRoot } from "./layout.ts";

export interface ReachQuestion {
  readonly project: string;
  readonly order: Order;
  readonly commit: Oid;
}

/**
 * Formatted order ids. What the round began with is not its doing, nor the tip that a conflict's order begins at; what an
 * earlier attempt brought is, whatever became of that attempt. One pass over refs, one over history.
 */
export async function reachedReports(
  context: Context,
  { project, order, commit }: ReachQuestion,
): Promise<readonly string[]> {
  const root = projectRoot(project);
  const others = (await context.user.text(["for-each-ref", "--format=%(refname) %(parent)", `${root}done/`]))
    .split("\n")
    .flatMap((line) => {
      const [name = "", reported = ""] = line.split(" ");
      const place = placeOf(name.slice(root.length));
      const isOther = place?.kind === "done" && place.id.subject !== order.id.subject;
      return isOther ? [{ id: formatOrderId(place.id), reported }] : [];
    });
  if (others.length === 0) return [];
  const begun = [
    ...(await firstPins(context, { project, order })),
    ...(order.merge === undefined ? [] : [order.start]),
  ];
  const args = ["rev-list", "--stdin"];
  const listed = await context.view.attempt(args, {
    stdin: `${[commit, ...begun.map((oid) => `^${oid}`)].join("\n")}\n`,
  });
  if (listed.exitCode !== 0) throw gitFailure(args, listed);
  const reached = new Set(listed.stdout.toString("utf8").split("\n"));
  return others.flatMap(({ id, reported }) => (reached.has(reported) ? [id] : []));
}
