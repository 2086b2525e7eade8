// Roles of which no profile is chosen: nothing of them is made, started, changed or stopped, and they take no order. Pure.
import type { Role } from "../model/crew.ts";
import type { Attention, Note } from "../model/plan.ts";
import { shellWord } from "../model/shell.ts";
import type { PlanContext } from "./context.ts";
import { unfinished } from "./holds.ts";

/** `its profile review is not chosen` */
export function unchosenWords(profiles: readonly string[]): string {
  return profiles.length === 1
    ? `its profile ${profiles[0]} is not chosen`
    : `none of its profiles ${profiles.join(", ")} is chosen`;
}

/** What runs is left alone, as in Compose: it is no orphan. */
export function unchosenNote({ name, unchosen = [] }: Role, { world }: PlanContext): Note {
  const isThere = world.runtime.instances.has(name);
  const cause = `${unchosenWords(unchosen)}: ${chooses(unchosen)}`;
  return { subject: `instance ${name}`, cause: isThere ? `${cause}; left as it is, takes no order` : cause };
}

/** Beads that only such a role takes are a person's to bring on. */
export function profileAttention({ crew, survey }: PlanContext): readonly Attention[] {
  return crew.roles.flatMap(({ name, unchosen }): readonly Attention[] => {
    if (!unchosen) return [];
    const left = [...survey.leaves, ...survey.upward].filter(
      ({ role, state }) => role === name && unfinished.has(state.kind),
    );
    if (left.length === 0) return [];
    const reason = `${left.length === 1 ? "1 piece" : `${left.length} pieces`} of work waits for ${name}: ${unchosenWords(unchosen)}`;
    return [
      { kind: "role-unchosen", subject: name, reason, commands: [chooses(unchosen), `crew up ${shellWord(name)}`] },
    ];
  });
}

/** `crew up --profile review` */
function chooses([profile = ""]: readonly string[]): string {
  return `crew up --profile ${shellWord(profile)}`;
}
