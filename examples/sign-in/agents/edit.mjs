// The ways in which the agents change files. Each leaves a file alone that has its change already,
// and keeps lists in alphabetical order, so that beads give the same files in any order.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { formatListLine, parseListLine } from "./list-line.mjs";

/** Mark a new file's text for editors and readers. */
export const html = text;
export const js = text;

function text(strings) {
  return strings.raw[0].trimStart();
}

/** Writes a new file. */
export function create(path, content) {
  if (!existsSync(path)) writeFileSync(path, content);
}

/** Puts `after` in the one place that reads `before`. */
export function replace(path, { before, after }) {
  edit(path, (content) => {
    if (content.includes(after)) return content;
    const parts = content.split(before);
    if (parts.length !== 2) throw new Error(`${path}: "${before}" is there ${parts.length - 1} times`);
    return parts.join(after);
  });
}

/** Adds lines to the first block of lines that start with `among`. */
export function addLines(path, { among, lines: added }) {
  edit(path, (content) => {
    const lines = content.split("\n");
    const first = lines.findIndex((other) => other.startsWith(among));
    if (first === -1) throw new Error(`${path}: no line starts with "${among}"`);
    let end = first;
    while (lines[end]?.startsWith(among)) end += 1;
    const block = new Set([...lines.slice(first, end), ...added]);
    return lines.toSpliced(first, end - first, ...[...block].sort()).join("\n");
  });
}

/** Adds an entry to the list on the line that starts with `list`. */
export function addToList(path, { list, entry }) {
  edit(path, (content) => {
    const lines = content.split("\n");
    const at = lines.findIndex((line) => line.startsWith(list));
    const parsed = parseListLine(lines[at] ?? "");
    if (!parsed) throw new Error(`${path}: no list "${list}"`);
    const line = formatListLine({ ...parsed, entries: [...parsed.entries, entry] });
    return lines.with(at, line).join("\n");
  });
}

function edit(path, change) {
  const content = readFileSync(path, "utf8");
  const changed = change(content);
  if (changed !== content) writeFileSync(path, changed);
}
