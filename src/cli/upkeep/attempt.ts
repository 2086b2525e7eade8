// A look that may be refused: what it saw, or why it was refused. For commands that report what they cannot see.
import { CrewError, machineError } from "../../errors.ts";
import type { Problem } from "../../model/health.ts";

/** What a CrewError or the system says is a finding; anything else is crew's own fault. */
export async function attempt<T>(
  look: () => Promise<T>,
): Promise<{ readonly value: T; readonly problem?: undefined } | { readonly problem: Problem }> {
  try {
    return { value: await look() };
  } catch (error) {
    const said = error instanceof CrewError ? error : (machineError(error) ?? systemError(error));
    if (!said) throw error;
    const { message, hint } = said;
    return { problem: { message, ...(hint !== undefined && { hint }) } };
  }
}

/** Such as `ENOTDIR: not a directory, scandir '/x'`. */
function systemError(error: unknown): CrewError | undefined {
  const isSystems = error instanceof Error && typeof (error as NodeJS.ErrnoException).errno === "number";
  return isSystems ? new CrewError("failed", error.message, { cause: error }) : undefined;
}
