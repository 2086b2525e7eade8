// Problems as text for people, with the line and a caret, and as JSON for programs.
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Problem } from "./problem.ts";

/** Longest piece of a line that is shown. */
const widest = 100;

/**
 * ```
 * crew.yaml:12:5  unknown key "brnch" in role backend
 *   12 |     brnch: feature/x
 *      |     ^^^^^
 *   did you mean "branch"?  allowed: agent, beads, branch, …
 * ```
 * `file` is how the crew file is called; by default its name without the folder. A file that it names is called from there.
 */
export function formatProblems(
  problems: readonly Problem[],
  source: { readonly text: string; readonly file?: string },
): string {
  const lines = source.text.split("\n");
  return problems
    .map((problem) => {
      const own = source.file ?? basename(problem.file);
      const file = problem.source ? besideIt(source.file ?? "", problem.source.name) : own;
      const head = `${file}:${problem.line}:${problem.column}  ${clean(problem.message)}`;
      const line = problem.source?.line ?? lines[problem.line - 1] ?? "";
      return [head, ...excerpt(problem, line), ...help(problem)].join("\n");
    })
    .join("\n\n");
}

function besideIt(file: string, name: string): string {
  return isAbsolute(name) || name.startsWith("~") ? name : join(dirname(file), name);
}

export function formatProblemsJson(problems: readonly Problem[]): string {
  return JSON.stringify(problems, null, 2);
}

/** The line, and carets under what is meant, as far as it is on that line. */
function excerpt(problem: Problem, line: string): readonly string[] {
  const text = clean(line.replace(/\r$/, ""));
  if (text.trim() === "") return [];
  const before = Math.max(0, problem.column - 1);
  const from = before > widest - 20 ? Math.max(0, Math.min(before - 20, text.length - widest)) : 0;
  const shown = `${from > 0 ? "…" : ""}${text.slice(from, from + widest)}${text.length > from + widest ? "…" : ""}`;
  const indent = " ".repeat(displayWidth(text.slice(from, before)) + (from > 0 ? 1 : 0));
  const rest = text.slice(before, Math.min(before + problem.length, from + widest)).trimEnd();
  const number = String(problem.line);
  const carets = "^".repeat(Math.max(1, displayWidth(rest)));
  return [`  ${number} | ${shown.trimEnd()}`, `  ${" ".repeat(number.length)} | ${indent}${carets}`];
}

function help({ suggestion, allowed }: Problem): readonly string[] {
  const meant = suggestion === undefined ? "" : `did you mean "${clean(suggestion)}"?`;
  if (allowed === undefined) return meant === "" ? [] : [`  ${meant}`];
  const list = clean(allowed);
  if (meant !== "") return [`  ${meant}  allowed: ${shorten(list, widest - meant.length - 13)}`];
  return wrap(`allowed: ${list}`, widest - 2).map((line) => `  ${line}`);
}

/** Cuts a list behind one of its commas. */
function shorten(list: string, width: number): string {
  if (list.length <= width) return list;
  const end = list.lastIndexOf(", ", Math.max(width - 1, 24));
  return `${list.slice(0, end > 0 ? end + 2 : width)}…`;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "  ";
    }
    line += line === "" || line === "  " ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** One column for each tab, and nothing that a terminal would obey: control and bidirectional characters. */
function clean(text: string): string {
  return text.replaceAll("\t", " ").replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/** Columns in a terminal: wide characters (East Asian, emoji) take two, combining ones none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const one of text) {
    if (combining.test(one)) continue;
    width += wide.test(one) ? 2 : 1;
  }
  return width;
}

const combining = /[\p{Mark}\u200d]/u;
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
