// What an agent program streams, one JSON object on a line → lines for a person. Pure. Whose the stream is shows in each line;
// what is known of no program, and what other steps say, stays as it is.
import { type Json, objectOf, textAt } from "./json.ts";
import { aiderTold } from "./of-aider.ts";
import { claudeTold } from "./of-claude.ts";
import { codexTold } from "./of-codex.ts";
import { copilotTold } from "./of-copilot.ts";
import { geminiTold } from "./of-gemini.ts";
import { opencodeTold } from "./of-opencode.ts";
import { linesOf, type Told, type Usage } from "./told.ts";

/** For the lines of one log, from the first to the last. `isSubscribed`: what it cost is no money. */
export function transcript({ isSubscribed = false } = {}): (line: string) => readonly string[] {
  let isAgent = true;
  // Of the turn so far, where its beginning was seen.
  let used: Usage | undefined;
  return (line) => {
    const step = /^--- crew: (\w+), .* ---$/.exec(line)?.[1];
    if (step !== undefined) {
      isAgent = step === "agent";
      used = { input: 0, cached: 0, output: 0 };
      return [line];
    }
    const event = isAgent ? eventOf(line) : undefined;
    try {
      const told =
        event &&
        (copilotTold(event) ??
          geminiTold(event) ??
          claudeTold(event) ??
          codexTold(event) ??
          aiderTold(event) ??
          opencodeTold(event));
      if (!told) return [line];
      return told.flatMap((each) => {
        if (each.kind === "step") used = used && sum(used, each.usage);
        return linesOf(each.kind === "ended" && used ? wholeTurn(each, used) : each, { isSubscribed });
      });
    } catch {
      // Such as what is nested too deep to be written out again.
      return [line];
    }
  };
}

/** Of a program that tells what each step used: all of them. */
function wholeTurn(ended: Told & { readonly kind: "ended" }, used: Usage): Told {
  return ended.of === "steps" && ended.usage ? { ...ended, usage: used, of: "turn" } : ended;
}

function eventOf(line: string): Json | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const event = objectOf(JSON.parse(line));
    return event && textAt(event, "type") !== "" ? event : undefined;
  } catch {
    return undefined;
  }
}

function sum(one: Usage, other: Usage): Usage {
  return {
    input: one.input + other.input,
    cached: one.cached + other.cached,
    output: one.output + other.output,
    ...((one.usd ?? other.usd) !== undefined && { usd: (one.usd ?? 0) + (other.usd ?? 0) }),
  };
}
