// Resolves a merge's conflicts where both sides changed the same list; anything else is an error.
import { readFileSync, writeFileSync } from "node:fs";
import { git } from "./git.mjs";
import { mergeListLines } from "./list-line.mjs";

const CONFLICT = /^<{7} .*\n([\s\S]*?)^\|{7} .*\n([\s\S]*?)^={7}\n([\s\S]*?)^>{7} .*\n/gm;

/** Resolves and stages every unmerged path; gives their names. */
export function resolveConflicts() {
  const paths = git("diff", "--name-only", "--diff-filter=U", "-z").split("\0").filter(Boolean);
  for (const path of paths) resolvePath(path);
  return paths;
}

function resolvePath(path) {
  // diff3 writes the common ancestor between the sides: it tells what each side added.
  git("checkout", "--conflict=diff3", "--", path);
  const merged = readFileSync(path, "utf8").replace(CONFLICT, (hunk, ours, base, theirs) => {
    const sides = { base: linesOf(base), ours: linesOf(ours), theirs: linesOf(theirs) };
    const lines = mergeLines(sides);
    if (!lines) throw new Error(`${path}: both sides changed more than a list:\n${hunk}`);
    return lines.map((line) => `${line}\n`).join("");
  });
  writeFileSync(path, merged);
  git("add", "--", path);
}

function linesOf(text) {
  return text.split("\n").slice(0, -1);
}

/** Line by line: the only change of a line stands, two changes of a list are put together. */
function mergeLines({ base, ours, theirs }) {
  if (ours.length !== base.length || theirs.length !== base.length) return undefined;
  const lines = base.map((line, i) => mergeLine({ base: line, ours: ours[i], theirs: theirs[i] }));
  return lines.includes(undefined) ? undefined : lines;
}

function mergeLine({ base, ours, theirs }) {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  return mergeListLines({ base, ours, theirs });
}
