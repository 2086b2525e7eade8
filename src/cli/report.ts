// An error as a person reads it, and its exit code. The last stop of every error.
import { CrewError, exitCodeOf, machineError } from "../errors.ts";
import { errorText } from "../ui/attention.ts";
import { createOutput } from "../ui/output.ts";
import type { Invocation } from "./invocation.ts";

export function report(error: unknown, invocation: Invocation): number {
  if (invocation.signal.aborted) return 130;
  const verbose = invocation.argv.includes("--verbose");
  const shown = error instanceof CrewError ? error : (machineError(error) ?? internal(error));
  const { progress } = createOutput({ ...invocation, color: !invocation.argv.includes("--no-color") });
  progress.write(errorText(shown, { ...progress.format(), verbose }));
  return exitCodeOf(shown);
}

function internal(cause: unknown): CrewError {
  return new CrewError("internal", cause instanceof Error ? cause.message : String(cause), { cause });
}
