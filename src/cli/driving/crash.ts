// The crash hook of the tests: ends this very process by SIGKILL before or after the effect of a chosen operation.
import type { Operation } from "../../model/plan.ts";
import type { Invocation } from "../invocation.ts";

/**
 * `before:tip.move` or `after:tip.move:2` (the second of that kind), or several with commas between, of which the first to
 * come is taken and said. Never crashes without CREW_CRASH.
 */
export function crashHook(invocation: Invocation): (point: "before" | "after", operation: Operation) => void {
  const points = (invocation.crashAt ?? "").split(",");
  const seen = new Map<string, number>();
  return (at, { kind }) => {
    const place = `${at}:${kind}`;
    const nth = (seen.get(place) ?? 0) + 1;
    seen.set(place, nth);
    const point = points.find((each) => each === `${place}:${nth}` || (nth === 1 && each === place));
    if (point === undefined) return;
    // Written at once where stderr is a pipe or a file, as in tests.
    invocation.stderr.write(`CREW_CRASH ${point}\n`);
    invocation.kill(invocation.process.pid, "SIGKILL");
  };
}
