// Text → tree. All of YAML's own mistakes are found here; what the keys mean is of no interest.
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { Finding } from "./problem.ts";
import type { Mapping } from "./tree.ts";
import { treeOf } from "./yaml-tree.ts";

export interface Parsed {
  /** Absent where the text is no mapping or not YAML at all. */
  readonly tree?: Mapping;
  readonly findings: readonly Finding[];
  readonly lines: LineCounter;
}

export function parse(text: string): Parsed {
  const lines = new LineCounter();
  try {
    return { ...parseText(text, lines), lines };
  } catch (error) {
    // The parser is recursive: a text of ten thousand brackets is not a file but must not be a crash.
    if (!(error instanceof RangeError)) throw error;
    return { findings: [{ at: { start: 0, end: 0 }, message: "the file is nested too deeply" }], lines };
  }
}

function parseText(text: string, lines: LineCounter): Omit<Parsed, "lines"> {
  // Duplicate keys are looked for in yaml-tree.ts, which can name the first one and needs linear time.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: false });
  const broken = [...document.errors, ...document.warnings].map(findingOf);
  if (document.errors.length > 0) return { findings: broken };
  if (document.contents === null) {
    return { findings: [...broken, { at: { start: 0, end: 0 }, message: "the file is empty", allowed: smallest }] };
  }
  const { tree, findings } = treeOf(document.contents, (offset) => lines.linePos(offset).line);
  if (tree?.kind === "mapping") return { tree, findings: [...broken, ...findings] };
  const empty = tree?.kind === "scalar" && tree.source === "";
  const message = empty ? "the file is empty" : "the file must be a map of keys such as epic, roles and gates";
  const at = { start: tree?.at.start ?? 0, end: tree?.at.end ?? 0 };
  return { findings: [...broken, ...findings, { at, message, allowed: smallest }] };
}

const smallest = "epic: Rate-limit sign-in";

function findingOf(error: YAMLError): Finding {
  const [start, end] = error.pos;
  return { at: { start, end: Math.max(end, start) }, message: wordsFor(error) };
}

/** The parser's own words, where there are no better ones. */
function wordsFor(error: YAMLError): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "a tab cannot indent: use spaces";
    case "MULTIPLE_DOCS":
      return 'one file is one crew: "---" begins a second document';
    case "BAD_INDENT":
    case "MISSING_CHAR":
    case "UNEXPECTED_TOKEN":
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
    case "TAG_RESOLVE_FAILED":
      return `not YAML: ${lowerFirst(error.message)}`;
    default:
      return `not YAML: ${lowerFirst(error.message)}`;
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
