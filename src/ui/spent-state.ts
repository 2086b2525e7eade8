// What agents have used so far: in all, by role and by bead. Pure; read from the pinned reports alone.
import { isOnSubscription } from "../model/billing.ts";
import type { Report } from "../model/records.ts";
import { type Spent, sumSpent } from "../model/spent.ts";
import { type Line, line, span } from "./lines.ts";
import type { Seen } from "./seen.ts";

export interface SpentState extends Spent {
  readonly turns: number;
  /** Of `usd`, what was no money: a subscription's. */
  readonly ofSubscriptions: number;
}

export interface SpentJson {
  readonly project: SpentState;
  readonly roles: Readonly<Record<string, SpentState>>;
  readonly beads: Readonly<Record<string, SpentState>>;
}

type Given = Pick<Seen, "crew" | "world">;

export function spentJson({ crew, world }: Given): SpentJson {
  return spentIn(crew, world.repository);
}

export function spentIn(
  crew: Given["crew"],
  { orders, reports }: Pick<Given["world"]["repository"], "orders" | "reports">,
): SpentJson {
  const isSubscribed = isOnSubscription({ crew, orders });
  const stateOf = (some: readonly Report[]): SpentState => {
    const { usd } = sumSpent(some.filter(isSubscribed).map(({ spent }) => spent));
    const all = sumSpent(some.map(({ spent }) => spent));
    return { ...all, turns: some.reduce((sum, { turns }) => sum + turns, 0), ofSubscriptions: usd };
  };
  const by = (keyOf: (report: Report) => string) => {
    const groups = new Map<string, Report[]>();
    for (const report of reports) {
      const known = groups.get(keyOf(report));
      if (known) known.push(report);
      else groups.set(keyOf(report), [report]);
    }
    return Object.fromEntries(
      [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, some]) => [key, stateOf(some)]),
    );
  };
  return { project: stateOf(reports), roles: by(({ role }) => role), beads: by(({ id }) => id.subject) };
}

/** Nothing where no program has told of tokens: turns stand with the roles. */
export function spentLines({ project }: SpentJson): readonly Line[] {
  const { turns, input, cached, output, usd, ofSubscriptions } = project;
  const tokens = input + cached + output;
  if (tokens === 0 && usd === 0) return [];
  const money = moneyWords({ usd, ofSubscriptions }).map((each) =>
    each.startsWith("≈") ? `${each} on a subscription` : each,
  );
  const words = [`${turns} ${turns === 1 ? "turn" : "turns"}`, `${tokens} tokens`, ...money].join(", ");
  return [line(span("Spent", "bold"), `  ${words}`)];
}

/** What was paid, then, with `≈`, what a subscription would have cost; nothing of what is not there. */
export function moneyWords({ usd, ofSubscriptions }: Pick<SpentState, "usd" | "ofSubscriptions">): readonly string[] {
  const paid = usd - ofSubscriptions;
  return [
    ...(paid > 0 ? [`$${paid.toFixed(2)}`] : []),
    ...(ofSubscriptions > 0 ? [`≈ $${ofSubscriptions.toFixed(2)}`] : []),
  ];
}
