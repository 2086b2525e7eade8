// What crew says around aider's words: the events that aider notes in a file. Pure. The words themselves are no JSON.
import { type Json, numberAt, objectAt, textAt } from "./json.ts";
import type { Told, Usage } from "./told.ts";

export function aiderTold(event: Json): readonly Told[] | undefined {
  if (textAt(event, "type") === "gone") return [{ kind: "notice", text: "its session is not there" }];
  if (textAt(event, "type") !== "aider") return undefined;
  const properties = objectAt(event, "properties");
  const usage = usageOf(properties);
  switch (textAt(event, "event")) {
    case "message_send":
      return [{ kind: "step", usage }];
    case "exit":
      return [{ kind: "ended", isOk: event.answered === true, usage, of: "steps" }];
    default:
      return [];
  }
}

function usageOf(properties: Json | undefined): Usage {
  const usd = numberAt(properties, "cost");
  return {
    input: numberAt(properties, "prompt_tokens"),
    cached: 0,
    output: numberAt(properties, "completion_tokens"),
    ...(usd > 0 && { usd }),
  };
}
