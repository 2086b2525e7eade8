// Work that is asked for again while the same is under way: done for all who wait in one go. Pure waiting: knows no engine.

/** Those that wait and fit are served by what is under way; named in their order. */
export type Join<T> = (fits: (asked: T) => boolean) => readonly T[];

/** Answers for each in their order, those that it lets join last. */
type Work<T, R> = (asked: readonly T[], join: Join<T>) => Promise<readonly R[]>;

/** What fails for several is tried for each alone, so that only whoever is concerned hears of it. */
export function together<T, R>(work: Work<T, R>): (asked: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let isAtWork = false;
  const alone = async ({ asked, resolve, reject }: Waiting<T, R>) => {
    await work([asked], () => []).then(([answer]) => resolve(answer as R), reject);
  };
  const serve = async (batch: Waiting<T, R>[]) => {
    const join: Join<T> = (fits) => {
      const joined = waiting.filter(({ asked }) => fits(asked));
      waiting = waiting.filter((each) => !joined.includes(each));
      batch.push(...joined);
      return joined.map(({ asked }) => asked);
    };
    try {
      const answers = await work(
        batch.map(({ asked }) => asked),
        join,
      );
      for (const [n, { resolve }] of batch.entries()) resolve(answers[n] as R);
    } catch (error) {
      const [first, ...others] = batch;
      if (others.length === 0) first?.reject(error);
      else for (const each of batch) await alone(each);
    }
  };
  const next = async () => {
    isAtWork = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await serve(batch);
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
  work: (owner: O, asked: readonly T[], join: Join<T>) => Promise<readonly R[]>,
): (owner: O, asked: T) => Promise<R> {
  const known = new WeakMap<O, (asked: T) => Promise<R>>();
  return (owner, asked) => {
    const own = known.get(owner) ?? together((all: readonly T[], join: Join<T>) => work(owner, all, join));
    known.set(owner, own);
    return own(asked);
  };
}
