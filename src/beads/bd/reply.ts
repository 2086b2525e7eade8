// What bd printed → what it means. Pure; bd mixes warnings into both streams, and its exit code alone proves nothing.
import type { Fields } from "../fields.ts";

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The JSON value on stdout, without the envelope of `BD_JSON_ENVELOPE`; undefined where there is none. Warnings may stand
 * before or after it: a value begins at the start of a line.
 */
export function jsonOf(stdout: string): unknown {
  for (const text of [stdout, ...valuesIn(stdout)]) {
    try {
      return unwrapped(JSON.parse(text));
    } catch {
      // The next place where a value could begin.
    }
  }
  return undefined;
}

/** The issues of a reply: a list, or one alone. */
export function issuesOf(stdout: string): readonly Fields[] {
  const value = jsonOf(stdout);
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** In a person's words: what bd says went wrong, one line. */
export function errorWords({ stdout, stderr, exitCode }: Answer): string {
  const value = jsonOf(stdout) ?? jsonOf(stderr);
  if (isObject(value) && typeof value.error === "string") return oneLine(value.error);
  const lines = stderr.split("\n").map((line) => line.trim());
  const said = lines.findLast((line) => /^error\b/i.test(line)) ?? lines.findLast((line) => line !== "");
  return said === undefined ? `it ended with ${exitCode} and said nothing` : oneLine(said.replace(/^error:?\s*/i, ""));
}

/** Whether the same call may succeed a moment later: another process had the database. */
export function isBusy(answer: Answer): boolean {
  return /database is locked|locked by another|lock(ed)? (file|timeout)|SQLITE_BUSY|another (bd )?process|resource temporarily unavailable|read.?only.*lock/i.test(
    `${answer.stderr}\n${answer.stdout}`,
  );
}

function valuesIn(stdout: string): readonly string[] {
  const starts = [...stdout.matchAll(/^[[{]/gm)].map((match) => match.index);
  return starts.flatMap((start) => {
    const rest = stdout.slice(start);
    const close = rest.startsWith("[") ? "]" : "}";
    const end = rest.lastIndexOf(`\n${close}`);
    const [line = ""] = rest.split("\n", 1);
    return end < 0 ? [rest, line] : [rest, rest.slice(0, end + 2), line];
  });
}

function unwrapped(value: unknown): unknown {
  return isObject(value) && "data" in value && "schema_version" in value ? value.data : value;
}

function isObject(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}
