// A look that may be refused: what it saw, or why it was refused. For commands that report what they cannot see.
import { CrewError } from "../errors.ts";
import type { Problem } from "../model/health.ts";

/** What a CrewError says is a finding; anything else is crew's own fault. */
export async function attempt<T>(
  look: () => Promise<T>,
): Promise<{ readonly value: T; readonly problem?: undefined } | { readonly problem: Problem }> {
  try {
    return { value: await look() };
  } catch (error) {
    if (!(error instanceof CrewError)) throw error;
    const { message, hint } = error;
    return { problem: { message, ...(hint !== undefined && { hint }) } };
  }
}
