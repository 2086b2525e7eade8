// The agent's long form. Pure.
import type { CanonicalAgent } from "../canonical.ts";
import type { Agent } from "../generated/crew-file.ts";

type LongAgent = Exclude<Agent, string>;

const agentDefaults = { preset: "claude", max_attempts: 3, turn_timeout: "45m" } as const;

/** A role that says which program it runs takes nothing of the other program from `defaults`. */
export function agentOf(agent: Agent | undefined, inherited: Agent | undefined): CanonicalAgent {
  const own = longAgent(agent);
  const { preset, command, interactive, model, effort, max_turns, ...limits } = longAgent(inherited);
  const sameProgram = own.command === undefined && (own.preset === undefined || own.preset === preset);
  const program = sameProgram ? withoutUndefined({ preset, command, interactive, model, effort, max_turns }) : {};
  const merged = { ...program, ...limits, ...own };
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

function withoutUndefined(agent: { readonly [K in keyof LongAgent]: LongAgent[K] | undefined }): LongAgent {
  return Object.fromEntries(Object.entries(agent).filter(([, value]) => value !== undefined));
}
