// A list that is written on one line, such as `limits = { a: 1, b: 2 };`, in alphabetical order.

/** Gives the parts of the line; undefined if there is no list on it. */
export function parseListLine(line) {
  const match = line.match(/^(.*[{[]) (.*) ([}\]].*)$/);
  return match ? { open: match[1], entries: match[2].split(", "), close: match[3] } : undefined;
}

export function formatListLine({ open, entries, close }) {
  return `${open} ${[...new Set(entries)].sort().join(", ")} ${close}`;
}

/** Merges two changes of one list: all that either side added, without what either removed. */
export function mergeListLines({ base, ours, theirs }) {
  const [before, left, right] = [base, ours, theirs].map(parseListLine);
  if (!before || !left || !right) return undefined;
  if (new Set([before, left, right].map(({ open, close }) => open + close)).size > 1) return undefined;
  const kept = before.entries.filter((e) => left.entries.includes(e) && right.entries.includes(e));
  const added = [...left.entries, ...right.entries].filter((e) => !before.entries.includes(e));
  return formatListLine({ ...before, entries: [...kept, ...added] });
}
