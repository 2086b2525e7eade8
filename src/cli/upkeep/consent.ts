// Asks a person before something is removed: `-y` has said it, a terminal is asked, elsewhere it is refused.
import { createInterface } from "node:readline/promises";
import { CrewError } from "../../errors.ts";
import { shellLine } from "../../model/shell.ts";
import type { Invocation } from "../invocation.ts";

export interface Asking {
  /** `-y`. */
  readonly isGiven: boolean;
  readonly question: string;
  /** What is not done without consent. */
  readonly refusal: string;
}

/** False: the person said no, or closed the input. Rejects when it is broken off. */
export async function consent(invocation: Invocation, { isGiven, question, refusal }: Asking): Promise<boolean> {
  if (isGiven) return true;
  const { stderr, signal } = invocation;
  const stdin = invocation.stdin();
  if (stdin.isTTY !== true || stderr.isTTY !== true) {
    throw new CrewError("needs-you", refusal, { hint: `crew ${shellLine(invocation.argv)} -y` });
  }
  const reader = createInterface({ input: stdin, output: stderr });
  // The terminal gives the key, not the signal, while a line is read.
  reader.on("SIGINT", () => invocation.kill(invocation.process.pid, "SIGINT"));
  try {
    const answer = await reader.question(`${question} [y/N] `, { signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return ""; // the input was closed
    });
    const isAgreed = /^y(es)?$/i.test(answer.trim());
    if (!isAgreed) stderr.write("Nothing was removed.\n");
    return isAgreed;
  } finally {
    reader.close();
  }
}
