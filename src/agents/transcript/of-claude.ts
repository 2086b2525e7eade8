// Claude Code's stream, and Qwen Code's, which took its shape. Pure. A line of which any part is not known is none of theirs.
import { type Json, numberAt, objectAt, objectsAt, textAt } from "./json.ts";
import type { Told } from "./told.ts";

export function claudeTold(event: Json): readonly Told[] | undefined {
  switch (textAt(event, "type")) {
    case "system":
      return systemTold(event);
    case "assistant":
    case "user":
      return messageTold(event);
    case "rate_limit_event":
      return [{ kind: "notice", text: limitText(objectAt(event, "rate_limit_info")) }];
    case "result":
      return [resultTold(event)];
    default:
      return undefined;
  }
}

function systemTold(event: Json): readonly Told[] | undefined {
  switch (textAt(event, "subtype")) {
    case "init":
      return [{ kind: "session", id: textAt(event, "session_id"), model: textAt(event, "model") }];
    case "api_retry": {
      const seconds = (numberAt(event, "retry_delay_ms") / 1000).toFixed(1);
      const status = numberAt(event, "error_status");
      const why = `${textAt(event, "error")}${status > 0 ? ` (${status})` : ""}`;
      const times = `${numberAt(event, "attempt")} of ${numberAt(event, "max_retries")}`;
      return [{ kind: "notice", text: `asks the model again in ${seconds} s, ${times}: ${why}` }];
    }
    case "compact_boundary":
      return [{ kind: "notice", text: "its session was summed up to make room" }];
    default:
      return undefined;
  }
}

function messageTold(event: Json): readonly Told[] | undefined {
  const message = objectAt(event, "message");
  const isUser = textAt(event, "type") === "user";
  const words = textAt(message, "content");
  const blocks = words === "" ? objectsAt(message, "content") : [{ type: "text", text: words }];
  const told = blocks?.map((block) => blockTold(block, isUser));
  return told?.every((each) => each !== undefined) ? told : undefined;
}

function blockTold(block: Json, isUser: boolean): Told | undefined {
  switch (textAt(block, "type")) {
    case "text":
      // Words that the program says to the model are no person's.
      return { kind: isUser ? "notice" : "said", text: textAt(block, "text") };
    case "thinking":
      return { kind: "thought", text: textAt(block, "thinking") };
    case "tool_use":
      return { kind: "call", tool: textAt(block, "name"), input: block.input };
    case "tool_result":
      return { kind: "result", text: resultText(block), isError: block.is_error === true };
    default:
      return undefined;
  }
}

function resultText(block: Json): string {
  const parts = objectsAt(block, "content") ?? [];
  const text = parts.map((part) =>
    textAt(part, "type") === "text" ? textAt(part, "text") : `(${textAt(part, "type")})`,
  );
  return textAt(block, "content") || text.join("\n");
}

function limitText(info: Json | undefined): string {
  const until = numberAt(info, "resetsAt");
  const kind = textAt(info, "rateLimitType").replaceAll("_", " ");
  const words = `usage limit${kind === "" ? "" : ` (${kind})`}: ${textAt(info, "status")}`;
  return until > 0 && until < 1e11 ? `${words}, until ${new Date(until * 1000).toISOString()}` : words;
}

/** Qwen tells no price, counts the cached tokens twice and the whole session, and calls its errors a success. */
function resultTold(event: Json): Told {
  const usage = objectAt(event, "usage");
  const isClaude = typeof event.total_cost_usd === "number";
  const cached = numberAt(usage, "cache_read_input_tokens");
  const input = numberAt(usage, "input_tokens");
  const errors = Array.isArray(event.errors) ? event.errors.filter((each) => typeof each === "string") : [];
  const result = textAt(event, "result");
  const isOk = event.is_error === false && !(result.startsWith("[API Error:") && !isClaude);
  const words = result || errors.join("; ") || textAt(event, "subtype").replaceAll("_", " ");
  return {
    kind: "ended",
    isOk,
    ...(!isOk && { words }),
    usage: {
      input: isClaude ? input + numberAt(usage, "cache_creation_input_tokens") : Math.max(0, input - cached),
      cached,
      output: numberAt(usage, "output_tokens"),
      ...(isClaude && { usd: numberAt(event, "total_cost_usd") }),
    },
    of: isClaude ? "turn" : "session",
  };
}
