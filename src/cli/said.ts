// What commands that record a person's word have in common: the role that was named, and the answer once it is recorded.
import { didYouMean } from "../config/did-you-mean.ts";
import { CrewError } from "../errors.ts";
import { type Crew, roleNamed } from "../model/crew.ts";
import { wakeDriver } from "./driving/drivers.ts";
import type { Invocation } from "./invocation.ts";
import type { OpenProject } from "./project/opened.ts";

/** Throws for the first name that is no role of the file. */
export function mustBeRoles(crew: Crew, names: readonly string[]): void {
  const unknown = names.find((name) => !roleNamed(crew, name));
  if (unknown === undefined) return;
  const known = crew.roles.map((role) => role.name);
  const meant = didYouMean(unknown, known);
  throw new CrewError("failed", `There is no role ${unknown} in ${crew.file}`, {
    hint: `${meant === undefined ? "" : `Did you mean ${meant}? `}Roles: ${known.join(", ")}`,
  });
}

/** Wakes the driver and says what was recorded; where nobody drives, nothing follows from it by itself. */
export async function said(invocation: Invocation, project: OpenProject, words: string): Promise<void> {
  const isDriven = await wakeDriver(invocation, project);
  invocation.stderr.write(`${words}${isDriven ? "" : " Nobody is driving: crew up"}\n`);
}

/** When a word is said, epoch milliseconds: after each that it answers, also where the clock was set back since. */
export function saidAtMs(
  { engine }: OpenProject,
  ...answered: readonly ({ readonly atMs: number } | undefined)[]
): number {
  return Math.max(engine.clock.nowMs(), ...answered.map((each) => (each?.atMs ?? 0) + 1));
}
