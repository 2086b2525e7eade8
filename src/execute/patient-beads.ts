// A tracker whose program may take minutes, as the driver sees it: it goes on with what it knows, and takes up an answer when
// there is one. Decides nothing about beads.
import { CrewError } from "../errors.ts";
import type { Beads } from "../ports/beads.ts";
import type { Clock } from "../ports/clock.ts";

/** How long one pass waits for one look at the tracker, or one write. */
const patienceMs = 10_000;

/**
 * A look that takes longer answers what was seen last; a first one is waited for. A write that takes longer fails for this
 * pass and goes on: the same write asked for again joins it.
 */
export function patientBeads<T extends Beads>(beads: T, clock: Clock): T {
  const snapshot = lastAnswer(() => beads.snapshot(), clock);
  const about = lastAnswer(() => beads.about(), clock);
  const writing = new Map<string, Promise<void>>();
  const write = async (about: string, start: () => Promise<void>): Promise<void> => {
    const joined = writing.get(about) ?? start().finally(() => writing.delete(about));
    writing.set(about, joined);
    await within(clock, joined, () => {
      throw new CrewError(
        "failed",
        `The tracker has not answered for ${patienceMs / 1000} s; crew goes on meanwhile.`,
        {
          hint: "See whether another bd holds the beads: bd list",
        },
      );
    });
  };
  const writes =
    (name: (typeof writeNames)[number]) =>
    (...args: readonly unknown[]) =>
      write(JSON.stringify([name, ...args]), () =>
        (beads[name] as (...args: readonly unknown[]) => Promise<void>)(...args),
      );

  return {
    ...beads,
    snapshot,
    about,
    ...Object.fromEntries(writeNames.map((name) => [name, writes(name)])),
  };
}

const writeNames = ["create", "addBlocker", "claim", "release", "comment", "setMetadata", "close", "reopen"] as const;

/** Asks one at a time; what takes too long answers what came last, whenever it came. A first answer is waited for. */
function lastAnswer<T>(ask: () => Promise<T>, clock: Clock): () => Promise<T> {
  let last: { readonly value: T } | undefined;
  let asking: Promise<T> | undefined;
  return async () => {
    asking ??= ask()
      .then((value) => {
        last = { value };
        return value;
      })
      .finally(() => {
        asking = undefined;
      });
    const known = last;
    return known === undefined ? await asking : await within(clock, asking, () => known.value);
  };
}

/** What it resolves to, or what stands in for it once the patience is over. What fails later has failed for nobody. */
async function within<T>(clock: Clock, promise: Promise<T>, otherwise: () => T): Promise<T> {
  const waiting = new AbortController();
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, clock.sleep(patienceMs, waiting.signal).then(otherwise)]);
  } finally {
    waiting.abort();
  }
}
