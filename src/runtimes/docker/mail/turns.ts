// Who may be at work on what the whole project shares: any number of makers side by side, or one that clears up, alone. Pure
// waiting: knows no engine.

export interface Turns {
  /** One at a time, in the order of asking. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Beside others of its kind, never while somebody clears up. */
  readonly making: <T>(work: () => Promise<T>) => Promise<T>;
  /** Once no maker is at work; who would make anything waits. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let clearing: Promise<unknown> = Promise.resolve();
  const makers = new Set<Promise<unknown>>();
  return {
    inTurn: async (work) => {
      const turn = last.then(work);
      last = settled(turn);
      return await turn;
    },
    making: async (work) => {
      // Another one may have begun to clear up meanwhile.
      for (let before: unknown; before !== clearing; ) {
        before = clearing;
        await clearing;
      }
      const made = work();
      const maker = settled(made);
      makers.add(maker);
      return await made.finally(() => makers.delete(maker));
    },
    alone: async (work) => {
      const before = clearing;
      const cleared = (async () => {
        await before;
        while (makers.size > 0) await Promise.all(makers);
        return await work();
      })();
      clearing = settled(cleared);
      return await cleared;
    },
  };
}

function settled(work: Promise<unknown>): Promise<unknown> {
  return work.catch(() => undefined);
}
