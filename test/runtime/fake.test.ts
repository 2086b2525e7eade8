// The in-memory Runtime keeps the contract.
import { fakeRuntime } from "../fakes/runtime.ts";
import { agents, commands, gateRuns, runtimeContract } from "./contract.ts";

runtimeContract("in memory", async () => {
  const done = { commit: "d".repeat(40), state: "done", turns: 1, note: "", detail: "hello from the agent\n" } as const;
  const failed = { ...done, state: "failed", note: "no luck", detail: "no luck\n" } as const;
  const runtime = fakeRuntime({
    nowMs: () => 0,
    work: ({ agent }) => (agent === agents.done ? done : agent === agents.failing ? failed : undefined),
    exec: ({ argv, stdin, say }) => {
      if (argv[0] !== commands.echo[0]) return { exitCode: 127, problem: "there is no such command" };
      say(stdin);
      return { exitCode: 7 };
    },
    gate: ({ run, setup }) => {
      if (setup === gateRuns.noSetup) return { kind: "setup-failed", exitCode: 5, output: "" };
      if (run === gateRuns.green) return { kind: "exited", exitCode: 0, output: "all green\n" };
      return run === gateRuns.red ? { kind: "exited", exitCode: 4, output: "one failed\n" } : undefined;
    },
  });
  return { runtime, again: () => runtime.again(), start: "a".repeat(40), close: async () => undefined };
});
