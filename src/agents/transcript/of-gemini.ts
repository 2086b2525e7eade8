// Gemini CLI's stream. Pure. What it says comes in pieces as the model says it: each is told as it comes.
import { type Json, numberAt, objectAt, textAt } from "./json.ts";
import type { Told } from "./told.ts";

export function geminiTold(event: Json): readonly Told[] | undefined {
  switch (textAt(event, "type")) {
    case "init":
      return [{ kind: "session", id: textAt(event, "session_id"), model: textAt(event, "model") }];
    case "message":
      return messageTold(event);
    case "tool_use":
      return typeof event.tool_name === "string"
        ? [{ kind: "call", tool: event.tool_name, input: event.parameters }]
        : undefined;
    case "tool_result":
      return [{ kind: "result", text: resultText(event), isError: textAt(event, "status") !== "success" }];
    case "result":
      return objectAt(event, "stats") && [endTold(event)];
    default:
      return undefined;
  }
}

/** The prompt stands in the log's step already. */
function messageTold(event: Json): readonly Told[] | undefined {
  if (textAt(event, "role") === "user") return [];
  return typeof event.content === "string" ? [{ kind: "said", text: event.content }] : undefined;
}

function resultText(event: Json): string {
  return textAt(event, "output") || textAt(objectAt(event, "error"), "message");
}

/** It counts the cached tokens among the others. */
function endTold(event: Json): Told {
  const stats = objectAt(event, "stats");
  const isOk = textAt(event, "status") === "success";
  const cached = numberAt(stats, "cached");
  return {
    kind: "ended",
    isOk,
    ...(!isOk && { words: textAt(objectAt(event, "error"), "message") }),
    usage: {
      input: Math.max(0, numberAt(stats, "input_tokens") - cached),
      cached,
      output: numberAt(stats, "output_tokens"),
    },
    of: "turn",
  };
}
