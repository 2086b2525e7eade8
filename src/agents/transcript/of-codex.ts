// Codex's stream. Pure.
import { type Json, numberAt, objectAt, objectsAt, textAt } from "./json.ts";
import type { Told } from "./told.ts";

export function codexTold(event: Json): readonly Told[] | undefined {
  const item = objectAt(event, "item");
  switch (textAt(event, "type")) {
    case "thread.started":
      return [{ kind: "session", id: textAt(event, "thread_id"), model: "" }];
    case "turn.started":
      return [];
    case "item.started":
    case "item.updated":
      return item && startedTold(item);
    case "item.completed":
      return item && completedTold(item);
    case "error":
      // Another program's error has its words further in.
      return typeof event.message === "string" ? [{ kind: "notice", text: event.message }] : undefined;
    case "turn.failed":
      return [{ kind: "ended", isOk: false, words: textAt(objectAt(event, "error"), "message"), of: "session" }];
    case "turn.completed":
      return [endTold(objectAt(event, "usage"))];
    default:
      return undefined;
  }
}

function startedTold(item: Json): readonly Told[] | undefined {
  switch (textAt(item, "type")) {
    case "command_execution":
      return [{ kind: "call", tool: "shell", input: textAt(item, "command") }];
    case "mcp_tool_call":
      return [{ kind: "call", tool: `${textAt(item, "server")}.${textAt(item, "tool")}`, input: item.arguments }];
    case "todo_list":
      return [{ kind: "notice", text: `its list: ${todoText(item)}` }];
    // Told whole, once they are complete.
    case "agent_message":
    case "reasoning":
    case "file_change":
    case "web_search":
      return [];
    default:
      return undefined;
  }
}

function completedTold(item: Json): readonly Told[] | undefined {
  const isError = textAt(item, "status") === "failed";
  switch (textAt(item, "type")) {
    case "agent_message":
      return [{ kind: "said", text: textAt(item, "text") }];
    case "reasoning":
      return [{ kind: "thought", text: textAt(item, "text") }];
    case "command_execution":
      return [{ kind: "result", text: textAt(item, "aggregated_output"), isError }];
    case "mcp_tool_call":
      return [{ kind: "result", text: textAt(objectAt(item, "error"), "message") || resultText(item.result), isError }];
    case "file_change":
      return [{ kind: "call", tool: isError ? "edit (failed)" : "edit", input: changesText(item) }];
    case "web_search":
      return [{ kind: "call", tool: "web_search", input: textAt(item, "query") }];
    case "todo_list":
      return [];
    case "error":
      return [{ kind: "notice", text: textAt(item, "message") }];
    default:
      return undefined;
  }
}

function resultText(result: unknown): string {
  return result === undefined ? "" : JSON.stringify(result);
}

function todoText(item: Json): string {
  const items = objectsAt(item, "items") ?? [];
  return items.map((each) => `${each.completed === true ? "✓" : "·"} ${textAt(each, "text")}`).join(", ");
}

function changesText(item: Json): string {
  const changes = objectsAt(item, "changes") ?? [];
  return changes.map((each) => `${textAt(each, "kind")} ${textAt(each, "path")}`).join(", ");
}

/** It counts the whole session, and the cached tokens among the others. */
function endTold(usage: Json | undefined): Told {
  const cached = numberAt(usage, "cached_input_tokens");
  const input = Math.max(0, numberAt(usage, "input_tokens") - cached);
  return {
    kind: "ended",
    isOk: true,
    usage: { input, cached, output: numberAt(usage, "output_tokens") },
    of: "session",
  };
}
