// Tells a team's story once whole and then once for each seed, killed where the seed's draw says, until all of its kills
// came; each must end as the whole one did. CREW_KILL_SEED=7 tells that one alone, CREW_KILL_SEED=101-110 draws others.
import { beforeAll, expect, test } from "vitest";
import { checkMarked, checkNotWaiting } from "./check.ts";
import { lostCommits } from "./commits.ts";
import {
  type Counts,
  cardAmong,
  cardsOf,
  drawAlongs,
  drawMoments,
  type MomentKind,
  randomFrom,
  type Sizes,
} from "./draw.ts";
import { histogram } from "./histogram.ts";
import type { Team } from "./team.ts";
import { type Kill, type Plan, type Told, tell } from "./tell.ts";

export interface Killed<T> {
  /** The test's own, for the command that tells one story again. */
  readonly file: string;
  readonly sizes: Sizes;
  readonly aTeam: () => Team;
  /** What holds at any time, called after each kill of one telling. */
  readonly always?: (team: Team) => () => void;
  /** All is merged, nothing is landed. */
  readonly settled?: (team: Team) => Promise<void>;
  /** What a story came to; throws unless it ended as every story must. */
  readonly endOf: (team: Team) => T;
  readonly timeoutMs: number;
}

export interface Results {
  /** How often each kind of operation happened in the undisturbed story. */
  counts(): Counts;
  /** Says what was killed, and throws unless that is as much as was to be. */
  sum(): void;
}

/** A story may end before all of its kills came; the others are drawn anew for another telling. */
const tellingsAtMost = 5;
const chosen = process.env.CREW_KILL_SEED;

export function killedStories<T>(killed: Killed<T>): Results {
  const { sizes, timeoutMs } = killed;
  const seeds = seedsOf(chosen ?? `1-${sizes.stories}`);
  const tellings: Told[] = [];
  let whole: { readonly told: Told; readonly end: T };
  let counts: Counts = new Map();

  beforeAll(async () => {
    const plan = { random: randomFrom(0), cards: [], moments: [], alongs: [], counts: new Map() };
    whole = await tellOnce(killed, plan, []);
    counts = sumOf(whole.told);
  }, timeoutMs);

  test.concurrent.each(seeds)(
    "seed %i",
    async (seed) => {
      const random = randomFrom(seed * 7919);
      const kills: Kill[] = [];
      let plan: Plan = {
        random,
        cards: cardsOf(seed, counts, sizes),
        moments: drawMoments(random, sizes.moments),
        alongs: drawAlongs(random, { kills: sizes.cards + sizes.moments.length, wholeMs: whole.told.runningMs }),
        counts: whole.told.counts,
      };
      for (let telling = 1; plan.cards.length + plan.moments.length > 0; telling += 1) {
        expect(telling, "tellings").toBeLessThanOrEqual(tellingsAtMost);
        const { told, end } = await tellOnce(killed, plan, kills).catch((error: unknown) => {
          throw replayable(replayWords(killed, seed, kills), error);
        });
        tellings.push(told);
        if (chosen !== undefined) console.log(`telling ${telling}: ${told.kills.length} kills, ${told.runningMs} ms`);
        expect(end, replayWords(killed, seed, kills)).toEqual(whole.end);
        const points = kills.filter(({ at }) => !("part" in at)).length;
        plan = {
          ...plan,
          cards: Array.from({ length: sizes.cards - points }, () => cardAmong(counts, random)),
          moments: drawMoments(random, leftOf(sizes.moments, kills)),
          alongs: [],
        };
      }
    },
    timeoutMs,
  );

  return {
    counts: () => counts,
    sum: () => {
      const kills = tellings.flatMap((told) => told.kills);
      console.log(histogram(tellings, [...counts.keys()].sort()));
      const points = kills.filter(({ at }) => !("part" in at)).length;
      expect({ points, moments: kills.length - points }).toEqual({
        points: seeds.length * sizes.cards,
        moments: seeds.length * sizes.moments.length,
      });
    },
  };
}

/** From the empty repository to the end, with all that must hold on the way and at the end. */
async function tellOnce<T>(killed: Killed<T>, plan: Plan, kills: Kill[]): Promise<{ told: Told; end: T }> {
  const team = killed.aTeam();
  let isOver = false;
  try {
    const onSettled = async () => {
      await checkMarked(team);
      await killed.settled?.(team);
    };
    const always = killed.always?.(team);
    const told = await tell(team, { plan, kills, onSettled, ...(always && { onKilled: always }) });
    always?.();
    const end = killed.endOf(team);
    expect(lostCommits(team, told.commits), "commits that no ref reaches").toEqual([]);
    await checkNotWaiting(team);
    isOver = true;
    return { told, end };
  } finally {
    // What went wrong in a story that was chosen is there to be looked at.
    if (isOver || chosen === undefined) team.remove();
    else console.log(`kept: ${team.repository}`);
  }
}

/** Moments that did not come yet. */
function leftOf(kinds: readonly MomentKind[], kills: readonly Kill[]): readonly MomentKind[] {
  const came = kills.flatMap(({ at }) => ("part" in at ? [at] : []));
  return kinds.filter((kind) => {
    const one = came.findIndex(({ when, git }) => when === kind.when && git === kind.git);
    if (one >= 0) came.splice(one, 1);
    return one < 0;
  });
}

/** `7`, or `101-110`. */
function seedsOf(text: string): readonly number[] {
  const [from = "1", to = from] = text.split("-");
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => Number(from) + at);
}

function sumOf(told: Told): Counts {
  const sum = new Map<string, number>();
  for (const each of told.counts.values()) for (const [kind, n] of each) sum.set(kind, (sum.get(kind) ?? 0) + n);
  return sum;
}

function replayable(words: string, cause: unknown): Error {
  return new Error(`${cause instanceof Error ? cause.message : String(cause)}\n\n${words}`, { cause });
}

function replayWords({ file }: Killed<unknown>, seed: number, kills: readonly Kill[]): string {
  const list = kills.map(({ phase, at }) =>
    "part" in at
      ? `${phase} at ${(100 * at.part).toFixed(1)} %${at.when === "held" ? ", where git had locked refs" : ""}${at.git === "killed" ? ", git too" : ""}`
      : `${phase} ${at.point} ${at.kind}, the ${at.nth}.`,
  );
  return `Again: CREW_KILL_SEED=${seed} npx vitest run --project e2e ${file}\nkilled in ${list.join("\n          ")}`;
}
