// What agents have used: turns, time, tokens and money. Pure. Tokens and money are what the agent programs tell of themselves.

export interface Spent {
  /** Runs of the agent, also those that cost no turn. */
  readonly runs: number;
  readonly seconds: number;
  /** Tokens sent, without the cached ones. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** US dollars; of a subscription, what it would have cost. Zero where the program does not say. */
  readonly usd: number;
}

/** What an order has of the budgets that count for it. */
export interface BudgetLeft {
  /** Absent, as is `seconds`: there is no such limit, or it does not count for the role. */
  readonly usd?: number;
  readonly seconds?: number;
}

const nothingSpent: Spent = { runs: 0, seconds: 0, input: 0, cached: 0, output: 0, usd: 0 };

export function sumSpent(all: readonly (Spent | undefined)[]): Spent {
  return all.reduce<Spent>((sum, one) => {
    if (!one) return sum;
    return {
      runs: sum.runs + one.runs,
      seconds: sum.seconds + one.seconds,
      input: sum.input + one.input,
      cached: sum.cached + one.cached,
      output: sum.output + one.output,
      usd: sum.usd + one.usd,
    };
  }, nothingSpent);
}

/** As one line of a report has it; `undefined` for what is none. */
export function parseSpent(line: string): Spent | undefined {
  const match = /^(\d{1,9}) (\d{1,12}) (\d{1,15}) (\d{1,15}) (\d{1,15}) (\d{1,9}(?:\.\d{1,9})?)$/.exec(line);
  if (!match) return undefined;
  const [runs = 0, seconds = 0, input = 0, cached = 0, output = 0, usd = 0] = match.slice(1).map(Number);
  return { runs, seconds, input, cached, output, usd };
}

export function spentLine({ runs, seconds, input, cached, output, usd }: Spent): string {
  return [runs, seconds, input, cached, output, usd.toFixed(6)].join(" ");
}
