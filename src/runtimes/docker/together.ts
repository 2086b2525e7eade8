// Work that is asked for again while the same is under way: done for all who wait in one go. Pure waiting: knows no engine.

/**
 * `work` answers for each in their order. What fails for several is tried for each alone, so that only whoever is
 * concerned hears of it.
 */
export function together<T, R>(work: (asked: readonly T[]) => Promise<readonly R[]>): (asked: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let isAtWork = false;
  const alone = async ({ asked, resolve, reject }: Waiting<T, R>) => {
    await work([asked]).then(([answer]) => resolve(answer as R), reject);
  };
  const next = async () => {
    isAtWork = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const [first, ...others] = batch;
      if (first && others.length === 0) await alone(first);
      else {
        const answers = await work(batch.map(({ asked }) => asked)).catch(() => undefined);
        for (const [n, each] of batch.entries()) {
          if (answers) each.resolve(answers[n] as R);
          else await alone(each);
        }
      }
    }
    isAtWork = false;
  };
  return (asked) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      if (!isAtWork) void next();
    });
}

interface Waiting<T, R> {
  readonly asked: T;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

/** One of them for each owner: those that ask through the same owner wait together. */
export function togetherFor<O extends object, T, R>(
  work: (owner: O, asked: readonly T[]) => Promise<readonly R[]>,
): (owner: O, asked: T) => Promise<R> {
  const known = new WeakMap<O, (asked: T) => Promise<R>>();
  return (owner, asked) => {
    const own = known.get(owner) ?? together((all: readonly T[]) => work(owner, all));
    known.set(owner, own);
    return own(asked);
  };
}
