// The in-memory Runtime keeps the contract.
import { fakeRuntime } from "../fakes/runtime.ts";
import { agents, gateRuns, runtimeContract } from "./contract.ts";

runtimeContract("in memory", async () => {
  const done = { commit: "d".repeat(40), state: "done", turns: 1, note: "", detail: "hello from the agent\n" } as const;
  const failed = { ...done, state: "failed", note: "no luck", detail: "no luck\n" } as const;
  const runtime = fakeRuntime({
    nowMs: () => 0,
    work: ({ agent }) => (agent === agents.done ? done : agent === agents.failing ? failed : undefined),
    gate: ({ run, setup }) => {
      if (setup === gateRuns.noSetup) return { kind: "setup-failed", exitCode: 5, output: "" };
      if (run === gateRuns.green) return { kind: "exited", exitCode: 0, output: "all green\n" };
      return run === gateRuns.red ? { kind: "exited", exitCode: 4, output: "one failed\n" } : undefined;
    },
  });
  return { runtime, again: () => runtime.again(), start: "a".repeat(40), close: async () => undefined };
});
