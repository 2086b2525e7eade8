// Beads as JSON Lines, the format that `bd import` and `bd export` exchange: text ↔ rows. Pure; knows no tracker.
import { CrewError } from "../errors.ts";
import type { Bead } from "../model/bead.ts";
import { beadOf, type Fields, problemsOf } from "./fields.ts";

/** One line. What crew does not read is kept as it stands: unknown fields, deleted beads, lines of another `_type`. */
export type Row =
  | { readonly kind: "bead"; readonly id: string; readonly line: string; readonly fields: Fields; readonly bead: Bead }
  | { readonly kind: "tombstone"; readonly id: string; readonly line: string; readonly fields: Fields }
  | { readonly kind: "other"; readonly line: string };

/** Every bad line is reported, not only the first; `at` names the text, such as a file. */
export function parseExchange(text: string, at: string): readonly Row[] {
  const rows: Row[] = [];
  const problems: string[] = [];
  const lineOfId = new Map<string, number>();
  for (const [index, line] of linesOf(text)) {
    const parsed = parseRow(line);
    if (Array.isArray(parsed)) {
      problems.push(...parsed.map((problem) => `${at}:${index + 1}: ${problem}`));
      continue;
    }
    if (parsed.kind !== "other") {
      const first = lineOfId.get(parsed.id);
      if (first !== undefined) problems.push(`${at}:${index + 1}: ${parsed.id} is already on line ${first + 1}`);
      lineOfId.set(parsed.id, index);
    }
    rows.push(parsed);
  }
  if (problems.length > 0) throw unreadable(problems, at);
  return rows;
}

/** Sorted by id, so that a change of one bead is a change of one line; lines without an id stand last, in their order. */
export function formatExchange(rows: Iterable<Row>): string {
  const beads: Exclude<Row, { kind: "other" }>[] = [];
  const others: string[] = [];
  for (const row of rows) {
    if (row.kind === "other") others.push(row.line);
    else beads.push(row);
  }
  beads.sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...beads.map((row) => row.line), ...others].map((line) => `${line}\n`).join("");
}

/** The row of fields that are known to be good: crew made or changed them itself. */
export function rowOf(fields: Fields): Row & { readonly kind: "bead" } {
  const bead = beadOf(fields);
  return { kind: "bead", id: bead.id, line: JSON.stringify(fields), fields, bead };
}

/** The row, or what is wrong with the line. */
function parseRow(line: string): Row | string[] {
  const fields = parseObject(line);
  if (fields === undefined) return ["not a JSON object"];
  if (fields._type !== undefined && fields._type !== "issue") return { kind: "other", line };
  const problems = problemsOf(fields);
  if (problems.length > 0) return [...problems];
  const id = fields.id as string;
  if (fields.status === "tombstone") return { kind: "tombstone", id, line, fields };
  return { kind: "bead", id, line, fields, bead: beadOf(fields) };
}

function parseObject(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** Lines that hold something, each with its place. A byte order mark and Windows line ends are not part of a line. */
function linesOf(text: string): readonly (readonly [number, string])[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line, index) => [index, line.trim()] as const)
    .filter(([, line]) => line !== "");
}

const problemsShown = 10;

function unreadable(problems: readonly string[], at: string): CrewError {
  const more = problems.length - problemsShown;
  const shown = problems.slice(0, problemsShown);
  if (more > 0) shown.push(`and ${more} more`);
  return new CrewError("failed", `Cannot read beads:\n${shown.map((line) => `  ${line}`).join("\n")}`, {
    at,
    hint: "Each line must be one bead as `bd export` writes it: a JSON object with id and title.",
  });
}
