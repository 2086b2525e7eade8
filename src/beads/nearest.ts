// Names that a mistyped one may have meant. Pure.

/** The closest names, nearest first, at most three; none that differ in more than two letters. */
export function nearestNames(name: string, names: Iterable<string>): readonly string[] {
  const near: { readonly other: string; readonly distance: number }[] = [];
  for (const other of names) {
    if (Math.abs(other.length - name.length) > furthest) continue;
    const distance = editDistance(name.toLowerCase(), other.toLowerCase());
    if (distance <= furthest) near.push({ other, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.other < b.other ? -1 : 1));
  const best = near[0]?.distance;
  return near
    .filter(({ distance }) => distance === best)
    .map(({ other }) => other)
    .slice(0, 3);
}

const furthest = 2;

/** Levenshtein's distance, one row at a time (Wagner and Fischer 1974). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
