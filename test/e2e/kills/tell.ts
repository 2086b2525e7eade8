// Tells the story once, killed at its cards and moments, each time followed by the same command again, to its end.
// Draws nothing but what must be drawn anew: a card whose operation never came.
import type { Ended } from "../bench.ts";
import { seeCommits } from "./commits.ts";
import { type Along, type Card, type Counts, cardAmong, type Moment, type Random } from "./draw.ts";
import { type Ending, endAt } from "./ending.ts";
import { processesOf } from "./processes.ts";
import type { Team } from "./team.ts";
import { type Victim, victimsOf } from "./victims.ts";

export interface Plan {
  readonly random: Random;
  readonly cards: readonly Card[];
  readonly moments: readonly Moment[];
  readonly alongs: readonly Along[];
  /** What happens in each phase by itself. */
  readonly counts: ReadonlyMap<string, Counts>;
}

export interface Kill {
  /** The command that was killed. */
  readonly phase: string;
  readonly at: Card | Moment;
  /** Living processes that the driver left. */
  readonly outlived: { readonly git: number; readonly supervisors: number };
}

export interface Told {
  readonly kills: readonly Kill[];
  readonly victims: readonly Victim[];
  readonly counts: ReadonlyMap<string, Counts>;
  readonly runningMs: number;
  readonly commits: ReadonlyMap<string, string>;
}

export interface Telling {
  readonly plan: Plan;
  /** Filled as they happen, so that a failure can tell them. */
  readonly kills: Kill[];
  /** After each kill, with what the driver left still at work. */
  readonly onKilled?: () => void;
  /** All is merged, and the roles are idle. */
  readonly onSettled: () => Promise<void>;
}

export async function tell(team: Team, { plan, kills, onKilled, onSettled }: Telling): Promise<Told> {
  const earlier = kills.length;
  const commits = new Map<string, string>();
  const counts = new Map<string, Map<string, number>>();
  const victims = victimsOf(team, plan.alongs, plan.random);
  let cards = [...plan.cards];
  const moments = [...plan.moments].sort((a, b) => a.part - b.part);
  const wholeBegun = [...plan.counts.keys()].reduce((sum, phase) => sum + total(plan.counts.get(phase)), 0);
  let runningMs = 0;

  const run = async (phase: string): Promise<Ended & { readonly at?: Card | Moment }> => {
    const begun = counts.get(phase) ?? new Map<string, number>();
    counts.set(phase, begun);
    const points = new Map(cards.map((card) => [pointOf(card, begunOf(counts, card.kind)), card]));
    const begunAt = performance.now();
    const looking = setInterval(() => victims.alone(runningMs + performance.now() - begunAt), 100);
    const [moment] = moments;
    const isDue = (started: number) =>
      moment !== undefined &&
      started + [...counts.values()].reduce((sum, each) => sum + total(each), 0) >= moment.part * wholeBegun;
    let ending: Ending | undefined;
    let started = 0;
    let driver = 0;
    const args = phase === "up" ? ["up", "--wait"] : [phase];
    const ended = await team.crew([...args, "--progress", "json", "--lock-timeout", "1"], {
      ...(team.story.limitMs && { limitMs: team.story.limitMs }),
      env: { ...team.slowGit.environment, CREW_CRASH: [...points.keys()].join(",") },
      onStart: (pid) => {
        driver = pid;
        if (moment && isDue(0)) ending = endAt(team, pid, moment);
      },
      onSaid: (text) => {
        started += text.split('"state":"started"').length - 1;
        if (moment && !ending && isDue(started)) ending = endAt(team, driver, moment);
      },
    });
    clearInterval(looking);
    const byTime = ending?.stop() ? moment : undefined;
    runningMs += performance.now() - begunAt;
    const lines = ended.stderr.split("\n");
    for (const kind of lines.flatMap(startedKind)) begun.set(kind, (begun.get(kind) ?? 0) + 1);
    if (ended.signal === null) return ended;
    const card = points.get(lines.find((line) => line.startsWith("CREW_CRASH "))?.slice("CREW_CRASH ".length) ?? "");
    if (card) cards = cards.filter((each) => each !== card);
    else if (byTime) moments.shift();
    const at = card ?? byTime;
    if (at === undefined) throw new Error(`crew ${args.join(" ")} was ended by ${ended.signal}\n${ended.stderr}`);
    return { ...ended, at };
  };

  /** Runs the command again and again until nobody kills it. */
  const runOn = async (phase: string): Promise<Ended> => {
    while (true) {
      const ended = await run(phase);
      const left = processesOf(team);
      if (ended.at === undefined) return ended;
      kills.push({
        phase,
        at: ended.at,
        outlived: {
          git: left.filter(({ kind }) => kind === "git").length,
          supervisors: left.filter(({ kind }) => kind === "supervisor").length,
        },
      });
      victims.withKill(kills.length - earlier);
      seeCommits(team, commits);
      onKilled?.();
    }
  };

  /** A card that did not come in its phase is drawn anew among what is to come. */
  const redraw = (later: readonly string[]) => {
    const left = new Map(later.flatMap((phase) => [...(plan.counts.get(phase) ?? [])]));
    cards = cards.map((card) => (left.has(card.kind) || left.size === 0 ? card : cardAmong(left, plan.random)));
  };

  const { phases, meanwhile, mend } = team.story;
  const over = new AbortController();
  const beside = meanwhile?.(over.signal);
  try {
    let up = await runOn("up");
    if (up.code === 5 && mend) {
      mend();
      up = await runOn("up");
    }
    mustBe(up, 0, "up");
  } finally {
    over.abort();
    await beside;
  }
  seeCommits(team, commits);
  await onSettled();
  for (const [at, phase] of phases.entries()) {
    if (phase === "up") continue;
    redraw(phases.slice(at));
    mustBe(await runOn(phase), 0, phase);
    seeCommits(team, commits);
  }
  return { kills: kills.slice(earlier), victims: victims.killed, counts, runningMs, commits };
}

function mustBe(ended: Ended, code: number, what: string): void {
  if (ended.code !== code) throw new Error(`crew ${what} ended with ${ended.code}:\n${ended.stderr.slice(-6000)}`);
}

/** As CREW_CRASH counts: in this process. One that was passed already is taken at the next of its kind. */
function pointOf({ kind, point, nth }: Card, begun: number): string {
  return `${point}:${kind}:${Math.max(1, nth - begun)}`;
}

function begunOf(counts: ReadonlyMap<string, Counts>, kind: string): number {
  return [...counts.values()].reduce((sum, each) => sum + (each.get(kind) ?? 0), 0);
}

function total(counts: Counts = new Map()): number {
  return [...counts.values()].reduce((sum, each) => sum + each, 0);
}

function startedKind(line: string): readonly string[] {
  return line.includes('"state":"started"') ? [/"kind":"([a-z.]+)"/.exec(line)?.[1] ?? ""] : [];
}
