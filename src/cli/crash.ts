// The crash hook of the tests: ends this very process by SIGKILL before or after the effect of a chosen operation.
import type { Operation } from "../model/plan.ts";
import type { Invocation } from "./invocation.ts";

/** `before:tip.move` or `after:tip.move:2` (the second of that kind); undefined without CREW_CRASH. */
export function crashHook(invocation: Invocation): (point: "before" | "after", operation: Operation) => void {
  const [point, kind, nth = "1"] = (invocation.crashAt ?? "").split(":");
  let seen = 0;
  return (at, operation) => {
    if (at !== point || operation.kind !== kind) return;
    seen += 1;
    if (seen === Number(nth)) invocation.kill(invocation.process.pid, "SIGKILL");
  };
}
