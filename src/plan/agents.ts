// What a role's agent program signs in with: said in every plan, and a limit that one role has met holds for all that share it. Pure.
import type { Role } from "../model/crew.ts";
import type { Note } from "../model/plan.ts";
import type { PlanContext } from "./context.ts";

export const untriedWords = "what crew knows of it is from its documentation, never run";

/** Each agent program that signs in, with what, and how that is paid. */
export function agentNotes({ crew }: Pick<PlanContext, "crew">): readonly Note[] {
  return crew.roles.flatMap(({ name, agent, credential, isUntried, cannot }): readonly Note[] => {
    if (agent.preset === undefined) return [];
    const how = credential
      ? `signs in with ${credential.variable} (${credential.billing})`
      : "signs in with what the role brings";
    const untried = isUntried ? `; ${untriedWords}` : "";
    const limits = cannot === undefined ? "" : `; ${cannot}`;
    return [{ subject: `agent ${name}`, cause: `${agent.preset} ${how}${untried}${limits}` }];
  });
}

/**
 * Whoever of those that share the role's credential waits for a limit's end, the longest; undefined: nobody. The agent can
 * write the status that tells it: a time beyond what any supervisor waits for is no limit.
 */
export function limitMetBy(role: Role, { crew, world }: Pick<PlanContext, "crew" | "world">): Limit | undefined {
  const own = keyOf(role);
  const limits = crew.roles.flatMap((other): readonly Limit[] => {
    const instance = world.runtime.instances.get(other.name);
    if (own === undefined || keyOf(other) !== own || !instance?.running || instance.mail === "unreadable") return [];
    const { phase, untilMs = 0 } = instance.mail.status;
    const isWaiting = phase === "limited" && untilMs > world.nowMs && untilMs <= world.nowMs + limitAtMostMs;
    return isWaiting ? [{ role: other.name, untilMs }] : [];
  });
  return limits.reduce<Limit | undefined>(
    (one, other) => (one && one.untilMs >= other.untilMs ? one : other),
    undefined,
  );
}

/** As in 72-limits.sh. */
const limitAtMostMs = 1_209_600_000;

export interface Limit {
  readonly role: string;
  readonly untilMs: number;
}

function keyOf({ credential, secrets = [] }: Role): string | undefined {
  const secret = credential && secrets.find(({ name }) => name === credential.variable);
  return secret && `${secret.name} ${secret.digest ?? ""}`;
}
