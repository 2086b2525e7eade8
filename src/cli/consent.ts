// Asks a person before something is removed: `-y` has said it, a terminal is asked, elsewhere it is refused.
import { createInterface } from "node:readline/promises";
import { CrewError } from "../errors.ts";
import type { Invocation } from "./invocation.ts";

export interface Asking {
  /** `-y`. */
  readonly isGiven: boolean;
  readonly question: string;
  /** What is not done without consent. */
  readonly refusal: string;
}

/** False: the person said no. */
export async function consent(invocation: Invocation, { isGiven, question, refusal }: Asking): Promise<boolean> {
  if (isGiven) return true;
  const { stdin, stderr, signal } = invocation;
  if (stdin.isTTY !== true || stderr.isTTY !== true) {
    throw new CrewError("needs-you", refusal, { hint: `crew ${invocation.argv.join(" ")} -y` });
  }
  const reader = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    reader.close();
  }
}
