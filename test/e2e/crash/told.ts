// Tells stories once whole, and once for each operation kind and point with the program killed there by SIGKILL. The same
// command again must lead to the same end.
import { describe, expect, test } from "vitest";
import type { OperationKind } from "../../../src/model/plan.ts";
import type { Bench } from "../bench.ts";
import type { Outcome } from "../outcome.ts";

export interface Story {
  readonly name: string;
  readonly kinds: readonly OperationKind[];
  /** Each kind is met before or after its effect, in turns, unless CREW_CRASH_POINTS=all asks for both. */
  readonly atOnePoint?: true;
  readonly files?: Readonly<Record<string, string>>;
  /** Tells the story; `crew` runs a command, and once more without the crash if it was killed by it. */
  readonly tell: (bench: Bench, crew: Crew) => Promise<void>;
}

export interface Crew {
  /** Ends with 0. */
  (...args: readonly string[]): Promise<void>;
  /** Ends with the code. */
  to(code: number, ...args: readonly string[]): Promise<void>;
}

export interface Telling {
  /** An own place for the story, with files of its own over the usual ones. */
  readonly begin: (files?: Story["files"]) => Bench;
  /** What it came to; throws unless it ended as every story must. */
  readonly endOf: (bench: Bench) => Promise<Outcome>;
}

/** Fills the set with every `before <kind>` and `after <kind>` that was crashed. */
export function tellCrashes(story: Story, { begin, endOf }: Telling, crashed: Set<string>): void {
  let whole: Outcome | undefined;

  test("without a crash", async () => {
    const bench = begin(story.files);
    try {
      await story.tell(
        bench,
        crewOf(async (wanted, args) => {
          const { code, stderr } = await bench.crew(args);
          expect(code, stderr).toBe(wanted);
        }),
      );
      whole = await endOf(bench);
    } finally {
      bench.remove();
    }
  });

  const points = pointsOf(story);
  describe("killed", () => {
    test.concurrent.each(points)("$point $kind", async ({ point, kind }) => {
      const bench = begin(story.files);
      try {
        let isCrashed = false;
        const run = async (wanted: number, args: readonly string[]) => {
          const first = isCrashed ? undefined : await bench.crew(args, { env: { CREW_CRASH: `${point}:${kind}` } });
          if (first && first.signal === null) return expect(first.code, first.stderr).toBe(wanted);
          if (first) {
            expect(first.signal).toBe("SIGKILL");
            isCrashed = true;
            crashed.add(`${point} ${kind}`);
          }
          const { code, stderr } = await bench.crew(args);
          expect(code, stderr).toBe(wanted);
        };
        await story.tell(bench, crewOf(run));
        expect(isCrashed, `${kind} never happened`).toBe(true);
        expect(await endOf(bench)).toEqual(whole);
      } finally {
        bench.remove();
      }
    });
  });
}

export function pointsOf({ kinds, atOnePoint }: { readonly kinds: readonly string[]; readonly atOnePoint?: true }) {
  const points = kinds.flatMap((kind) => [
    { point: "before", kind },
    { point: "after", kind },
  ]);
  return atOnePoint && process.env.CREW_CRASH_POINTS !== "all"
    ? points.filter((_, n) => n % 4 === 0 || n % 4 === 3)
    : points;
}

function crewOf(run: (wanted: number, args: readonly string[]) => Promise<void>): Crew {
  const crew = (...args: readonly string[]) => run(0, args);
  return Object.assign(crew, { to: (code: number, ...args: readonly string[]) => run(code, args) });
}
