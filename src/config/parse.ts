// Text → tree. All of YAML's own mistakes are found here; what the keys mean is of no interest.
import { parseDocument, type YAMLError } from "yaml";
import { type LineStarts, lineStarts, positionAt } from "./lines.ts";
import type { Finding } from "./problem.ts";
import type { Mapping } from "./tree.ts";
import { treeOf } from "./yaml-tree.ts";

export interface Parsed {
  /** Absent where the text is no mapping or not YAML at all. */
  readonly tree?: Mapping;
  readonly findings: readonly Finding[];
  readonly lines: LineStarts;
}

/** What the file is called where its mistakes are told, and how one begins. */
export interface FileKind {
  readonly name: string;
  readonly one: string;
  readonly keys: string;
  readonly smallest: string;
}

const crewFile: FileKind = {
  name: "crew.yaml",
  one: "crew",
  keys: "epic, roles and gates",
  smallest: "epic: Rate-limit sign-in",
};

export function parse(text: string, kind = crewFile): Parsed {
  const lines = lineStarts(text);
  try {
    return { ...parseText(text, lines, kind), lines };
  } catch (error) {
    // The parser is recursive: a text of ten thousand brackets is not a file but must not be a crash.
    if (!(error instanceof RangeError)) throw error;
    return { findings: [tooDeep], lines };
  }
}

function parseText(text: string, lines: LineStarts, kind: FileKind): Omit<Parsed, "lines"> {
  // Duplicate keys are looked for in yaml-tree.ts, which can name the first one and needs linear time.
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, merge: false });
  if (document.errors.some((error) => error.message.includes("call stack"))) return { findings: [tooDeep] };
  if (document.errors.length > 0) return { findings: document.errors.map((error) => findingOf(error, kind)) };
  if (document.contents === null) {
    return { findings: [{ at: { start: 0, end: 0 }, message: "the file is empty", allowed: kind.smallest }] };
  }
  const { tree, findings } = treeOf(document.contents, {
    lineOf: (offset) => positionAt(lines, offset).line,
    fileName: kind.name,
  });
  if (tree.kind === "mapping") return { tree, findings: findings };
  const empty = tree.kind === "scalar" && tree.source === "";
  const message = empty ? "the file is empty" : `the file must be a map of keys such as ${kind.keys}`;
  const at = tree.at;
  return { findings: [...findings, { at, message, allowed: kind.smallest }] };
}

const tooDeep: Finding = { at: { start: 0, end: 0 }, message: "the file is nested too deeply" };

function findingOf(error: YAMLError, kind: FileKind): Finding {
  const [start, end] = error.pos;
  return { at: { start, end: Math.max(end, start) }, message: wordsFor(error, kind) };
}

/** The parser's own words, where there are no better ones. */
function wordsFor(error: YAMLError, kind: FileKind): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "a tab cannot indent: use spaces";
    case "MULTIPLE_DOCS":
      return `one file is one ${kind.one}: "---" begins a second document`;
    case "BLOCK_AS_IMPLICIT_KEY":
      return 'not YAML: a second ": " on this line; text that holds ": " must be in quotes';
    case "MISSING_CHAR":
      return `not YAML: ${error.message.replace(/^Missing closing (.)quote$/, "a text that begins with $1 is never closed")}`;
    default:
      return `not YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
  }
}
