// The agent's long form. Pure.
import type { CanonicalAgent } from "../canonical.ts";
import type { Agent } from "../generated/crew-file.ts";

type LongAgent = Exclude<Agent, string>;

const agentDefaults = { preset: "claude", max_attempts: 3, turn_timeout: "45m" } as const;

/** A role that says which program it runs takes nothing of the other program from `defaults`. */
export function agentOf(agent: Agent | undefined, inherited: Agent | undefined): CanonicalAgent {
  const own = longAgent(agent);
  const theirs = longAgent(inherited);
  const sameProgram = own.command === undefined && (own.preset === undefined || own.preset === theirs.preset);
  const merged = { ...(sameProgram ? besides(own, theirs) : limitsOf(theirs)), ...own };
  const isCommand = merged.command !== undefined;
  return {
    ...(isCommand ? {} : { preset: agentDefaults.preset }),
    ...merged,
    turn_timeout: merged.turn_timeout ?? agentDefaults.turn_timeout,
    max_attempts: merged.max_attempts ?? agentDefaults.max_attempts,
  };
}

function longAgent(agent: Agent | undefined): LongAgent {
  return typeof agent === "string" ? { preset: agent } : (agent ?? {});
}

/** Another program is not in the package of theirs. */
function besides({ program }: LongAgent, theirs: LongAgent): LongAgent {
  if (program === undefined || program === theirs.program) return theirs;
  const { package: _, ...others } = theirs;
  return others;
}

/** What holds for whatever program it is. */
function limitsOf({ turn_timeout, max_attempts }: LongAgent): LongAgent {
  return { ...(turn_timeout !== undefined && { turn_timeout }), ...(max_attempts !== undefined && { max_attempts }) };
}
