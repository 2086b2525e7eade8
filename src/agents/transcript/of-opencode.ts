// opencode's stream. Pure. A call is told when it is over, and tokens with each step.
import { type Json, numberAt, objectAt, textAt } from "./json.ts";
import type { Told, Usage } from "./told.ts";

export function opencodeTold(event: Json): readonly Told[] | undefined {
  const part = objectAt(event, "part");
  if (textAt(event, "type") === "error") return errorTold(objectAt(event, "error"));
  if (!part) return undefined;
  switch (textAt(event, "type")) {
    case "step_start":
      return [];
    case "text":
      return [{ kind: "said", text: textAt(part, "text") }];
    case "reasoning":
      return [{ kind: "thought", text: textAt(part, "text") }];
    case "tool_use":
      return toolTold(part);
    case "step_finish":
      return stepTold(part);
    default:
      return undefined;
  }
}

function toolTold(part: Json): readonly Told[] {
  const state = objectAt(part, "state");
  const isError = textAt(state, "status") === "error";
  return [
    { kind: "call", tool: textAt(part, "tool"), input: state?.input },
    { kind: "result", text: textAt(state, isError ? "error" : "output"), isError },
  ];
}

function stepTold(part: Json): readonly Told[] {
  const usage = usageOf(part);
  const step: Told = { kind: "step", usage };
  return textAt(part, "reason") === "stop" ? [step, { kind: "ended", isOk: true, usage, of: "steps" }] : [step];
}

function usageOf(part: Json): Usage {
  const tokens = objectAt(part, "tokens");
  const cache = objectAt(tokens, "cache");
  return {
    input: numberAt(tokens, "input") + numberAt(cache, "write"),
    cached: numberAt(cache, "read"),
    output: numberAt(tokens, "output") + numberAt(tokens, "reasoning"),
    usd: numberAt(part, "cost"),
  };
}

function errorTold(error: Json | undefined): readonly Told[] | undefined {
  if (!error) return undefined;
  const words = textAt(objectAt(error, "data"), "message") || textAt(error, "name");
  return [{ kind: "ended", isOk: false, words, of: "steps" }];
}
