// What the project and its roles may use, what they have used, and what that leaves for the next order. Pure: all of it stands in
// the reports.

import type { Attention } from "../model/attention.ts";
import { isOnSubscription } from "../model/billing.ts";
import { type Budget, type BudgetWish, type Crew, limitNamed, roleNamed, type SaidBudget } from "../model/crew.ts";
import type { Note } from "../model/plan.ts";
import { sumSpent } from "../model/spent.ts";
import type { PlanContext } from "./context.ts";

export type BudgetGiven = Pick<PlanContext, "crew" | "world" | "survey">;

/** What was said so far and is said now, together; it is kept with the project. Undefined: the file's holds alone. */
export function saidBudget(before: SaidBudget | undefined, wish: BudgetWish | undefined): SaidBudget | undefined {
  if (wish === "file") return undefined;
  return before || wish ? { ...before, ...wish } : undefined;
}

/** The crew with the budgets that count. */
export function withBudget(crew: Crew, { world, options }: Pick<PlanContext, "world" | "options">): Crew {
  const said = saidBudget(world.repository.facts.project?.budget, options.budget);
  if (!said) return crew;
  const over = (written: Budget | undefined, of: string | undefined) => {
    const limits = Object.entries(said).flatMap(([name, limit]) => {
      const { role, kind } = limitNamed(name);
      return role === of ? [[kind, limit] as const] : [];
    });
    return limits.length === 0 ? {} : { budget: { ...written, ...Object.fromEntries(limits) } };
  };
  const roles = crew.roles.map((role) => ({ ...role, ...over(role.budget, role.name) }));
  return { ...crew, roles, ...over(crew.budget, undefined) };
}

/** Whose budget: the project's, or a role's own, which counts that role alone. */
export type Owner = string;

export const wholeProject = "";

const kinds = ["turns", "usd", "hours"] as const;

export function limitsOf(owner: Owner, crew: Crew): Budget {
  return (owner === wholeProject ? crew.budget : roleNamed(crew, owner)?.budget) ?? {};
}

export function counts(owner: Owner): (each: { readonly role: string }) => boolean {
  return ({ role }) => owner === wholeProject || role === owner;
}

export interface Used {
  readonly turns: number;
  readonly usd: number;
  readonly hours: number;
}

/** On a subscription nobody pays by the token: there turns and hours count alone. */
export function usedOf(owner: Owner, { crew, world }: Pick<BudgetGiven, "crew" | "world">): Used {
  const reports = world.repository.reports.filter(counts(owner));
  const { seconds } = sumSpent(reports.map(({ spent }) => spent));
  const isFree = isOnSubscription({ crew, orders: world.repository.orders });
  const { usd } = sumSpent(reports.filter((report) => !isFree(report)).map(({ spent }) => spent));
  return { turns: reports.reduce((sum, { turns }) => sum + turns, 0), usd, hours: seconds / 3600 };
}

export function isPaid(role: string, { roles }: BudgetGiven["crew"]): boolean {
  return roles.find(({ name }) => name === role)?.credential?.billing !== "subscription";
}

export function budgetOf(owner: Owner): string {
  return owner === wholeProject ? "the budget" : `the budget of ${owner}`;
}

interface UsedUp {
  /** `3 of 3 turns` */
  readonly words: string;
  /** The limit that lets it go on, as it is typed. */
  readonly raised: string;
}

export function usedUp(owner: Owner, { crew, world }: BudgetGiven): readonly UsedUp[] {
  const limits = limitsOf(owner, crew);
  if (Object.keys(limits).length === 0) return [];
  const used = usedOf(owner, { crew, world });
  return kinds.flatMap((kind) => {
    const limit = limits[kind];
    if (limit === undefined || used[kind] < limit) return [];
    const name = owner === wholeProject ? kind : `${owner}.${kind}`;
    return [{ words: wordsOf(kind, used, limit), raised: `${name}=${Math.ceil(used[kind] + limit)}` }];
  });
}

/** The ceilings, and how near they are. */
export function budgetNotes({ crew, world }: BudgetGiven): readonly Note[] {
  return [wholeProject, ...crew.roles.map(({ name }) => name)].flatMap((owner) => {
    const limits = limitsOf(owner, crew);
    if (Object.keys(limits).length === 0) return [];
    const used = usedOf(owner, { crew, world });
    const words = kinds.flatMap((kind) => {
      const limit = limits[kind];
      return limit === undefined ? [] : [wordsOf(kind, used, limit)];
    });
    const subject = owner === wholeProject ? "budget" : `budget ${owner}`;
    return [{ subject, cause: `${words.join(", ")} used` }];
  });
}

/** Of each budget that somebody waits for, if it is used up. */
export function budgetAttention(context: BudgetGiven, waited: ReadonlySet<Owner>): readonly Attention[] {
  return [...waited].flatMap((owner) => {
    const up = usedUp(owner, context);
    if (up.length === 0) return [];
    const what = owner === wholeProject ? "Nothing more is given out" : "It is given nothing more";
    const used = up.map(({ words }) => words).join(", ");
    const reason = `${budgetOf(owner)} is used up: ${used}. ${what} until it is raised`;
    const commands = [`crew up --budget ${up.map(({ raised }) => raised).join(",")}`];
    return [{ kind: "budget", subject: owner === wholeProject ? context.crew.name : owner, reason, commands }];
  });
}

function wordsOf(kind: keyof Used, used: Used, limit: number): string {
  switch (kind) {
    case "turns":
      return `${used.turns} of ${limit} turns`;
    case "usd":
      return `$${used.usd.toFixed(2)} of $${limit.toFixed(2)}`;
    case "hours":
      return `${used.hours.toFixed(1)} of ${limit} hours`;
  }
}
