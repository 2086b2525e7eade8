// What a role's agent program signs in with: said in every plan, and a limit that one role has met holds for all that share it. Pure.
import type { Role } from "../model/crew.ts";
import type { Note } from "../model/plan.ts";
import type { PlanContext } from "./context.ts";

/** Each agent program that signs in, with what, and how that is paid. */
export function agentNotes({ crew }: Pick<PlanContext, "crew">): readonly Note[] {
  return crew.roles.flatMap(({ name, agent, credential, isUntried }): readonly Note[] => {
    if (agent.preset === undefined) return [];
    const how = credential
      ? `signs in with ${credential.variable} (${credential.billing})`
      : "signs in with what the role brings";
    const untried = isUntried ? "; what crew knows of it is from its documentation, never run" : "";
    return [{ subject: `agent ${name}`, cause: `${agent.preset} ${how}${untried}` }];
  });
}

/** Whoever of those that share the role's credential waits for a limit's end; undefined: nobody. */
export function limitMetBy(role: Role, { crew, world }: Pick<PlanContext, "crew" | "world">): string | undefined {
  const own = keyOf(role);
  return crew.roles.find((other) => {
    const instance = world.runtime.instances.get(other.name);
    if (own === undefined || keyOf(other) !== own || !instance?.running || instance.mail === "unreadable") return false;
    const { phase, untilMs = 0 } = instance.mail.status;
    return phase === "limited" && untilMs > world.nowMs;
  })?.name;
}

function keyOf({ credential, secrets = [] }: Role): string | undefined {
  const secret = credential && secrets.find(({ name }) => name === credential.variable);
  return secret && `${secret.name} ${secret.digest ?? ""}`;
}
