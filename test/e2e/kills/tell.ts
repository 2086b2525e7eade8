// Tells the story once, killed at its cards and moments, each time followed by the same command again, to its end.
// Draws nothing but what must be drawn anew: a card whose operation never came.
import type { Ended } from "../bench.ts";
import { beadsOf } from "../outcome.ts";
import { seeCommits } from "./commits.ts";
import { type Along, type Card, type Counts, cardAmong, type Random } from "./draw.ts";
import { kill, processesOf } from "./processes.ts";
import type { Team } from "./team.ts";
import { type Victim, victimsOf } from "./victims.ts";

export type Phase = "up" | "pause" | "unpause" | "land" | "down";
const phases: readonly Phase[] = ["up", "pause", "unpause", "land", "down"];

export interface Plan {
  readonly random: Random;
  readonly cards: readonly Card[];
  /** Milliseconds of the commands' own running time. */
  readonly moments: readonly number[];
  readonly alongs: readonly Along[];
  /** What happens in each phase by itself. */
  readonly counts: ReadonlyMap<Phase, Counts>;
}

export interface Kill {
  readonly phase: Phase;
  /** The card, or the moment. */
  readonly at: Card | number;
  /** Living processes that the driver left. */
  readonly outlived: { readonly git: number; readonly supervisors: number };
}

export interface Told {
  readonly kills: readonly Kill[];
  readonly victims: readonly Victim[];
  readonly counts: ReadonlyMap<Phase, Counts>;
  readonly runningMs: number;
  readonly commits: ReadonlyMap<string, string>;
}

const commands: Readonly<Record<Phase, readonly string[]>> = {
  up: ["up", "--wait"],
  pause: ["pause"],
  unpause: ["unpause"],
  land: ["land"],
  down: ["down"],
};

export interface Telling {
  readonly plan: Plan;
  /** Filled as they happen, so that a failure can tell them. */
  readonly kills: Kill[];
  /** All is merged, and the roles are idle. */
  readonly onSettled: () => Promise<void>;
}

export async function tell(team: Team, { plan, kills, onSettled }: Telling): Promise<Told> {
  const earlier = kills.length;
  const commits = new Map<string, string>();
  const counts = new Map<Phase, Map<string, number>>();
  const victims = victimsOf(team, plan.alongs, plan.random);
  let cards = [...plan.cards];
  const moments = [...plan.moments].sort((a, b) => a - b);
  let runningMs = 0;

  const run = async (phase: Phase): Promise<Ended & { readonly at?: Card | number }> => {
    const begun = counts.get(phase) ?? new Map<string, number>();
    counts.set(phase, begun);
    const points = new Map(cards.map((card) => [pointOf(card, begunOf(counts, card.kind)), card]));
    const begunAt = performance.now();
    const looking = setInterval(() => victims.alone(runningMs + performance.now() - begunAt), 100);
    let ending: NodeJS.Timeout | undefined;
    let byTime: number | undefined;
    const ended = await team.crew([...commands[phase], "--progress", "json", "--lock-timeout", "1"], {
      env: { ...team.slowGit, CREW_CRASH: [...points.keys()].join(",") },
      onStart: (pid) => {
        const [moment] = moments;
        if (moment === undefined) return;
        const end = () => {
          if (kill(pid)) byTime = moment;
        };
        ending = setTimeout(end, Math.max(0, moment - runningMs));
      },
    });
    clearInterval(looking);
    clearTimeout(ending);
    runningMs += performance.now() - begunAt;
    const lines = ended.stderr.split("\n");
    for (const kind of lines.flatMap(startedKind)) begun.set(kind, (begun.get(kind) ?? 0) + 1);
    if (ended.signal === null) return ended;
    const card = points.get(lines.find((line) => line.startsWith("CREW_CRASH "))?.slice("CREW_CRASH ".length) ?? "");
    if (card) cards = cards.filter((each) => each !== card);
    else if (byTime !== undefined) moments.shift();
    const at = card ?? byTime;
    if (at === undefined)
      throw new Error(`crew ${commands[phase].join(" ")} was ended by ${ended.signal}\n${ended.stderr}`);
    return { ...ended, at };
  };

  /** Runs the command again and again until nobody kills it. */
  const runOn = async (phase: Phase): Promise<Ended> => {
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
    }
  };

  /** A card that did not come in its phase is drawn anew among what is to come. */
  const redraw = (later: readonly Phase[]) => {
    const left = new Map(later.flatMap((phase) => [...(plan.counts.get(phase) ?? [])]));
    cards = cards.map((card) => (left.has(card.kind) || left.size === 0 ? card : cardAmong(left, plan.random)));
  };

  const over = new AbortController();
  const closing = closeNever(team, over.signal);
  try {
    let up = await runOn("up");
    if (up.code === 5) {
      team.mendBase();
      up = await runOn("up");
    }
    mustBe(up, 0, "up");
  } finally {
    over.abort();
    await closing;
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

/** A person closes the bead that its agent would never end. */
async function closeNever(team: Team, signal: AbortSignal): Promise<void> {
  while (team.find("crew/*/roles/idler/home/busy").length === 0) {
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const bead = beadsOf(team).find(({ title }) => title === "Write never.txt");
  mustBe(await team.crew(["bead", "close", bead?.id ?? "", "-r", "not needed"]), 0, "bead close");
}

function mustBe(ended: Ended, code: number, what: string): void {
  if (ended.code !== code) throw new Error(`crew ${what} ended with ${ended.code}:\n${ended.stderr.slice(-6000)}`);
}

/** As CREW_CRASH counts: in this process. One that was passed already is taken at the next of its kind. */
function pointOf({ kind, point, nth }: Card, begun: number): string {
  return `${point}:${kind}:${Math.max(1, nth - begun)}`;
}

function begunOf(counts: ReadonlyMap<Phase, Counts>, kind: string): number {
  return [...counts.values()].reduce((sum, each) => sum + (each.get(kind) ?? 0), 0);
}

function startedKind(line: string): readonly string[] {
  return line.includes('"state":"started"') ? [/"kind":"([a-z.]+)"/.exec(line)?.[1] ?? ""] : [];
}
