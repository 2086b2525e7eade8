// Where a story is killed, drawn from its seed: cards of (operation kind, n-th of that kind, before or after its effect),
// moments of its time, and which of its git children, supervisors and agents go too. The same seed draws the same.

export interface Card {
  readonly kind: string;
  readonly point: "before" | "after";
  /** Counted over the whole story, from 1. */
  readonly nth: number;
}

/** How often each kind happens in the story when nobody kills it. */
export type Counts = ReadonlyMap<string, number>;

/** How the driver is ended at a moment of its time. */
export interface MomentKind {
  /** Wherever it is then, or where the next of its git children has locked the refs that it moves. */
  readonly when: "any" | "held";
  /** What becomes of its git children: those that are left go on and end by themselves. */
  readonly git: "left" | "killed";
}

export interface Moment extends MomentKind {
  /** How much of the story was begun by then: its operations, of as many as the undisturbed one has. 0 ≤ part < 1 */
  readonly part: number;
  /** After that. */
  readonly delayMs: number;
}

export interface Sizes {
  readonly stories: number;
  readonly cards: number;
  readonly moments: readonly MomentKind[];
}

export function ofKind(kind: MomentKind, n: number): readonly MomentKind[] {
  return Array.from({ length: n }, () => kind);
}

export type Random = () => number;

/** mulberry32, public domain: 0 ≤ x < 1, the same sequence for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/**
 * The cards of one story. The stories of a round of seeds (1 to 10, 11 to 20…) share one shuffled deck in which every kind
 * has as many cards as every other, before and after, so that rare kinds are met as often as common ones.
 */
export function cardsOf(seed: number, counts: Counts, { stories, cards }: Sizes): readonly Card[] {
  const round = Math.floor((seed - 1) / stories);
  const place = (seed - 1) % stories;
  const faces = [...counts.keys()].sort().flatMap((kind) => [
    { kind, point: "before" as const },
    { kind, point: "after" as const },
  ]);
  const shuffling = randomFrom(0x5eed + round);
  const deck: (typeof faces)[number][] = [];
  while (deck.length < stories * cards) deck.push(...shuffled(faces, shuffling));
  const random = randomFrom(seed);
  return shuffled(deck.slice(0, stories * cards), shuffling)
    .slice(place * cards, (place + 1) * cards)
    .map((face) => ({ ...face, nth: 1 + below(random, counts.get(face.kind) ?? 1) }));
}

/** A card among the operations that are still to come. */
export function cardAmong(counts: Counts, random: Random): Card {
  const kinds = [...counts.keys()].sort();
  const kind = kinds[below(random, kinds.length)] ?? "";
  return { kind, point: random() < 0.5 ? "before" : "after", nth: 1 + below(random, counts.get(kind) ?? 1) };
}

/** Spread over the story; each comes, since a killed story has more operations than an undisturbed one. */
export function drawMoments(random: Random, kinds: readonly MomentKind[]): readonly Moment[] {
  return kinds.map((kind) => ({ ...kind, part: random(), delayMs: random() * delayAtMostMs }));
}

/** As long as several operations side by side take. */
const delayAtMostMs = 400;

/** An instance's process that goes with the n-th kill of the driver, or alone at a moment. */
export interface Along {
  readonly victim: "supervisor" | "agent";
  readonly withKill?: number;
  readonly atMs?: number;
}

export function drawAlongs(
  random: Random,
  { kills, wholeMs }: { readonly kills: number; readonly wholeMs: number },
): readonly Along[] {
  const victim = () => (random() < 0.5 ? "supervisor" : "agent");
  return [
    { victim: victim(), withKill: 1 + below(random, kills) },
    { victim: victim(), withKill: 1 + below(random, kills) },
    { victim: victim(), atMs: random() * wholeMs },
    { victim: victim(), atMs: random() * wholeMs },
  ];
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(below(random, left.length), 1));
  return drawn;
}
