// One bd at a time: its generations slow each other down by an order of magnitude, and some by minutes, when they run side
// by side. Knows no bead.

export interface Queue {
  /** Runs it when everything before it has ended, whatever became of that. */
  run<T>(job: () => Promise<T>): Promise<T>;
}

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (job) => {
      const result = last.then(job);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
