// What an order of a role may use: what of its budgets was neither used nor is with orders at work. Dollars and time are shared with
// the roles that may be at work at the same time, when the order is issued, and stand in it: nobody is given them twice. Pure.
import { isDone, type LeafState } from "../merge/leaves.ts";
import { type Role, roleNamed } from "../model/crew.ts";
import { formatOrderId } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import type { BudgetLeft } from "../model/spent.ts";
import {
  type BudgetGiven,
  budgetOf,
  counts,
  isPaid,
  limitsOf,
  type Owner,
  type Used,
  usedOf,
  usedUp,
  wholeProject,
} from "./budget.ts";
import { isSelected, type PlanContext } from "./context.ts";
import { isHeld } from "./holds.ts";

export interface Allowances {
  /** Why a role is given nothing, and whose budget it is; undefined: it may have an order. */
  readonly wait: (role: string) => BudgetWait | undefined;
  /** What the role's next order may use; from then on it is with that order. `slots`: roles that may be at work with it. */
  readonly take: (role: Role, slots: number) => Pick<Order, "turns" | "share">;
}

interface BudgetWait {
  readonly owner: Owner;
  readonly words: string;
}

export function allowancesIn(context: PlanContext): Allowances {
  const { crew } = context;
  const taken: Taken[] = ordersOut(context).map((order) => takenBy(order, context));
  const sharers = new Set(rolesToCome(context));
  const up = usedUp(wholeProject, context);
  const untaken = new Map([[wholeProject, untakenOf(wholeProject, context)]]);
  const rest = (owner: Owner) => {
    const all = untaken.get(owner) ?? untakenOf(owner, context);
    untaken.set(owner, all);
    return without(all, taken.filter(counts(owner)));
  };
  return {
    wait: (role) => {
      for (const owner of [wholeProject, role]) {
        const words = (owner === wholeProject ? up : usedUp(owner, context)).map((each) => each.words);
        if (words.length > 0) return { owner, words: `${budgetOf(owner)} is used up (${words.join(", ")})` };
        if (isWithOthers(rest(owner), isPaid(role, crew)))
          return { owner, words: `the rest of ${budgetOf(owner)} is with orders at work` };
      }
      return undefined;
    },
    take: (role, slots) => {
      sharers.delete(role.name);
      const [ofProject, own] = [rest(wholeProject), rest(role.name)];
      const most = role.agent.maxAttempts;
      const turns = Math.min(most, ofProject.turns, own.turns);
      const others = (names: readonly string[]) => 1 + Math.min(names.length, Math.max(0, slots - 1));
      const paid = [...sharers].filter((name) => isPaid(name, crew));
      const usd = isPaid(role.name, crew) ? Math.min(ofProject.usd / others(paid), own.usd) : none;
      const seconds = Math.ceil(Math.min(ofProject.hours / others([...sharers]), own.hours) * 3600);
      const share = shareOf({ usd, seconds });
      const order = { ...(turns < most && { turns }), ...(share && { share }) };
      taken.push(takenBy({ role: role.name, ...order }, context));
      return order;
    },
  };
}

/** What an order that was issued when there was no limit may use, and what any other was given. */
export function allowedTo(order: Order, given: Pick<BudgetGiven, "crew" | "world">): BudgetLeft {
  if (order.share) return order.share;
  const rests = [wholeProject, order.role].map((owner) => untakenOf(owner, given));
  const usd = isPaid(order.role, given.crew) ? Math.min(...rests.map((rest) => rest.usd)) : none;
  const hours = Math.min(...rests.map((rest) => rest.hours));
  return shareOf({ usd: Math.max(0, usd), seconds: Math.ceil(Math.max(0, hours) * 3600) }) ?? {};
}

interface Taken extends Used {
  readonly role: string;
}

/** What was not used yet; infinity: there is no limit. */
function untakenOf(owner: Owner, given: Pick<BudgetGiven, "crew" | "world">): Used {
  const { turns = none, usd = none, hours = none } = limitsOf(owner, given.crew);
  if (turns === none && usd === none && hours === none) return { turns, usd, hours };
  const used = usedOf(owner, given);
  return { turns: turns - used.turns, usd: usd - used.usd, hours: hours - used.hours };
}

const none = Number.POSITIVE_INFINITY;

interface Rest extends Used {
  /** What orders at work have of it. */
  readonly out: Used;
}

function without(all: Used, taken: readonly Used[]): Rest {
  const sum = (kind: keyof Used) => taken.reduce((sum, each) => sum + each[kind], 0);
  const out = { turns: sum("turns"), usd: sum("usd"), hours: sum("hours") };
  return { turns: all.turns - out.turns, usd: all.usd - out.usd, hours: all.hours - out.hours, out };
}

/** Less is nothing. */
const least = { turns: 1, usd: 0.0001, hours: 1 / 3600 } as const;

function isWithOthers(rest: Rest, isPaid: boolean): boolean {
  const kinds = ["turns", "hours", ...(isPaid ? (["usd"] as const) : [])] as const;
  return kinds.some((kind) => rest[kind] < least[kind] && rest.out[kind] > 0);
}

function takenBy({ role, turns, share }: Pick<Order, "role" | "turns" | "share">, { crew }: PlanContext): Taken {
  const most = roleNamed(crew, role)?.agent.maxAttempts ?? usualAttempts;
  return { role, turns: Math.min(most, turns ?? most), usd: share?.usd ?? 0, hours: (share?.seconds ?? 0) / 3600 };
}

/** Of a role that the file no longer has. */
const usualAttempts = 3;

/** That is written into an order; nobody uses as much. */
const most = { usd: 1e9, seconds: 1e12 } as const;

/** Undefined: as much as it likes. */
function shareOf({ usd, seconds }: Required<BudgetLeft>): BudgetLeft | undefined {
  if (!Number.isFinite(usd) && !Number.isFinite(seconds)) return undefined;
  return {
    ...(Number.isFinite(usd) && { usd: Math.floor(Math.min(usd, most.usd) * 10_000 + 0.001) / 10_000 }),
    ...(Number.isFinite(seconds) && { seconds: Math.min(seconds, most.seconds) }),
  };
}

/** What is at work, and what an instance goes on with although it was withdrawn; until it is reported. */
function ordersOut({ world, survey }: PlanContext): readonly Order[] {
  const working = [...survey.leaves, ...survey.upward].flatMap(({ state }) =>
    state.kind === "working" ? [formatOrderId(state.order.id)] : [],
  );
  const inHand = [...world.runtime.instances.values()].flatMap(({ mail }) =>
    mail === "unreadable" || mail.status.order === undefined ? [] : [mail.status.order],
  );
  const out = new Set([...working, ...inHand]);
  const reported = new Set(world.repository.reports.map(({ id }) => formatOrderId(id)));
  return world.repository.orders.filter(({ id }) => out.has(formatOrderId(id)) && !reported.has(formatOrderId(id)));
}

/** Those that have no order, and will have one although no person does anything: with a bead of their own, or others' work to move up. */
function rolesToCome(context: PlanContext): readonly string[] {
  const { crew, survey, world } = context;
  const states = [...survey.leaves, ...survey.upward];
  const atWork = new Set(states.flatMap(({ state }) => (state.kind === "working" ? [state.order.role] : [])));
  return crew.roles.flatMap(({ name }) => {
    const hasOrder = atWork.has(name) || isHeld(name, world) || !isSelected(name, context);
    const hasWork = survey.leaves.some(({ role, state }) => role === name && goesOn(state));
    return !hasOrder && (hasWork || isToMove(name, context)) ? [name] : [];
  });
}

function isToMove(role: string, { crew, survey }: PlanContext): boolean {
  const below = crew.roles.filter(({ into }) => into === role).map(({ name }) => name);
  return survey.leaves.some((leaf) => below.includes(leaf.role ?? "") && !isDone(leaf.state));
}

function goesOn({ kind }: LeafState): boolean {
  return kind === "ready" || kind === "waiting" || kind === "merging" || kind === "answering";
}
