// Copilot's stream, with what crew says around it. Pure. A message is told whole, not as it comes.
import { type Json, numberAt, objectAt, objectOf, textAt } from "./json.ts";
import type { Told } from "./told.ts";

export function copilotTold(event: Json): readonly Told[] | undefined {
  const type = textAt(event, "type");
  const data = objectAt(event, "data");
  switch (type) {
    case "crew":
      return typeof event.session === "string" ? [{ kind: "session", id: event.session, model: "" }] : undefined;
    case "assistant.message":
      return textAt(data, "content") === "" ? [] : [{ kind: "said", text: textAt(data, "content") }];
    case "tool.execution_start":
      return [{ kind: "call", tool: textAt(data, "toolName"), input: data?.arguments }];
    case "tool.execution_complete":
      return [{ kind: "result", text: resultText(data), isError: data?.success !== true }];
    case "assistant.turn_retry":
      return [{ kind: "notice", text: `tries again: ${textAt(data, "reason")}` }];
    case "abort":
      return [{ kind: "notice", text: "stopped" }];
    case "session.error":
      return [{ kind: "notice", text: textAt(data, "message") }];
    case "result":
      return resultTold(event);
    case "usage":
      return usageTold(objectAt(event, "usage"));
    default:
      return data && isCopilots(event) ? [] : undefined;
  }
}

/** Each of its events hangs on one before it. */
function isCopilots(event: Json): boolean {
  return ["id", "timestamp", "parentId"].every((key) => key in event);
}

function resultText(data: Json | undefined): string {
  return textAt(objectAt(data, "result"), "content") || textAt(objectAt(data, "error"), "message");
}

/** What it used is told after it. */
function resultTold(event: Json): readonly Told[] | undefined {
  if (typeof event.exitCode !== "number") return undefined;
  return [{ kind: "ended", isOk: event.exitCode === 0, of: "session" }];
}

/** Of all models that it asked. It counts the cached tokens among the others. */
function usageTold(usage: Json | undefined): readonly Told[] | undefined {
  const models = objectAt(usage, "modelMetrics");
  if (!models) return undefined;
  const used = Object.values(models).map((model) => objectAt(objectOf(model), "usage"));
  const sum = (key: string) => used.reduce((total, each) => total + numberAt(each, key), 0);
  const cached = sum("cacheReadTokens");
  const [input, output] = [Math.max(0, sum("inputTokens") - cached), sum("outputTokens")];
  if (input + cached + output === 0) return [];
  return [{ kind: "notice", text: `tokens ${input} in, ${cached} cached, ${output} out in its session so far` }];
}
