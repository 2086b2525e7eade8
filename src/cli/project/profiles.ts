// Which profiles count for a command: whoever brings up chooses them, as with Compose, and whoever looks on takes them as they were
// chosen. A driver keeps what it was started with, and what is chosen beside it comes to that.
import { didYouMean } from "../../config/did-you-mean.ts";
import { type Canonical, profileNames } from "../../config/load.ts";
import { CrewError } from "../../errors.ts";
import type { Profiles } from "../../model/crew.ts";
import type { ProjectFact } from "../../model/project-fact.ts";
import type { Invocation } from "../invocation.ts";

/** What `--profile` says, or else CREW_PROFILES, and the roles that are named. */
export function saidProfiles(
  { environment }: Pick<Invocation, "environment">,
  profile: readonly string[] | undefined,
  named: readonly string[],
): Profiles {
  const chosen = profile ?? environment.CREW_PROFILES?.split(",") ?? [];
  return { chosen: chosen.map((each) => each.trim()).filter((each) => each !== ""), named };
}

export function chosenIn({ profiles = [], named = [] }: Pick<ProjectFact, "profiles" | "named">): Profiles {
  return { chosen: profiles, named };
}

export function bothOf(one: Profiles, other: Profiles): Profiles {
  return {
    chosen: [...new Set([...one.chosen, ...other.chosen])],
    named: [...new Set([...one.named, ...other.named])],
  };
}

/** Something counts that did not before. */
export function isMore({ chosen, named }: Profiles, before: Profiles): boolean {
  return chosen.some((each) => !before.chosen.includes(each)) || named.some((each) => !before.named.includes(each));
}

/** Those that are typed: CREW_PROFILES may be meant for other files too. */
export function mustBeProfiles(canonical: Canonical, typed: readonly string[] = []): void {
  const known = profileNames(canonical);
  const unknown = typed.find((each) => each !== "*" && !known.includes(each));
  if (unknown === undefined) return;
  const meant = didYouMean(unknown, known);
  const all = known.length === 0 ? "The file has no profiles" : `There is: ${known.join(", ")}`;
  throw new CrewError("failed", `There is no profile ${unknown}`, {
    hint: meant === undefined ? all : `Did you mean ${meant}? ${all}`,
  });
}
