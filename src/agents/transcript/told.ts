// What agents' programs tell, whichever it is, and the lines that a person reads of it. Pure. All of it is cleaned here: what
// JSON escapes is as raw as ever once it is parsed.
import { cleanLine, cleanText } from "../clean-text.ts";
import { type Json, objectOf } from "./json.ts";

export interface Usage {
  /** Tokens sent, without the cached ones. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** Absent where the program names no price. */
  readonly usd?: number;
}

export type Told =
  | { readonly kind: "session"; readonly id: string; readonly model: string }
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "thought"; readonly text: string }
  | { readonly kind: "call"; readonly tool: string; readonly input: unknown }
  | { readonly kind: "result"; readonly text: string; readonly isError: boolean }
  | { readonly kind: "notice"; readonly text: string }
  /** A part of the turn is over; what it used is told with the turn's end. */
  | { readonly kind: "step"; readonly usage: Usage }
  | {
      readonly kind: "ended";
      readonly isOk: boolean;
      readonly words?: string;
      readonly usage?: Usage;
      /** What `usage` counts: the turn, the session up to here, or nothing but the last of the steps. */
      readonly of: "turn" | "session" | "steps";
    };

interface Billing {
  readonly isSubscribed: boolean;
}

export function linesOf(told: Told, billing: Billing): readonly string[] {
  switch (told.kind) {
    case "session":
      return [`· ${["session", told.id, told.model].filter(Boolean).map(short).join(" ")}`];
    case "said":
      return paragraph("» ", told.text);
    case "thought":
      return told.text.trim() === "" ? [] : [`~ ${inShort(told.text)}`];
    case "call":
      return [`→ ${[told.tool, inputText(told.input)].filter(Boolean).map(short).join(" ")}`];
    case "result":
      return [`${told.isError ? "!" : "←"} ${inShort(told.text) || "(nothing)"}`];
    case "notice":
      return [`· ${short(told.text)}`];
    case "step":
      return [];
    case "ended":
      return [endLine(told, billing)];
  }
}

/** Whole, each line of it: what an agent says is what a person came for. */
function paragraph(mark: string, text: string): readonly string[] {
  const lines = cleanText(text.replace(/\r\n?/g, "\n")).trim().split("\n");
  return lines.map((line, index) => `${index === 0 ? mark : "  "}${line.trimEnd()}`.trimEnd());
}

/** The first line that says something, and how many there are beside it. */
function inShort(text: string): string {
  const lines = cleanText(text.replace(/\r\n?/g, "\n"))
    .split("\n")
    .filter((line) => line.trim() !== "");
  const [first = ""] = lines;
  const more = lines.length - 1;
  return `${short(first)}${more > 0 ? ` (+${more} ${more === 1 ? "line" : "lines"})` : ""}`;
}

const longest = 200;

function short(text: string): string {
  const all = cleanLine(text.trim(), longest + 1);
  return all.length > longest ? `${all.slice(0, longest - 1)}…` : all;
}

/** What of a tool's input says most. */
const telling = ["command", "file_path", "filePath", "path", "pattern", "query", "url", "description", "prompt"];

function inputText(input: unknown): string {
  if (typeof input === "string") return input;
  const object: Json = objectOf(input) ?? {};
  const key = telling.find((each) => typeof object[each] === "string" && object[each] !== "");
  if (key !== undefined) return String(object[key]);
  return input === undefined || Object.keys(object).length === 0 ? "" : JSON.stringify(input);
}

function endLine({ isOk, words = "", usage, of }: Told & { readonly kind: "ended" }, billing: Billing): string {
  const what = isOk ? "✓ turn ended" : `! turn failed${words === "" ? "" : `: ${short(words)}`}`;
  const counted = { turn: "", session: " in its session so far", steps: " in its last step" }[of];
  return usage && isAny(usage) ? `${what}${isOk ? ": " : " · "}${usageText(usage, billing)}${counted}` : what;
}

function isAny({ input, cached, output, usd = 0 }: Usage): boolean {
  return input + cached + output + usd > 0;
}

function usageText({ input, cached, output, usd }: Usage, { isSubscribed }: Billing): string {
  const tokens = `tokens ${input} in, ${cached} cached, ${output} out`;
  return usd === undefined ? tokens : `${tokens}, ${isSubscribed ? "≈ " : ""}$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}
