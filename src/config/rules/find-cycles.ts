// Cycles in a graph of names. Pure, linear, and without recursion: a chain may be as long as the file.

/** Each cycle once, as the names on it, beginning with the one that comes first among `names`. */
export function findCycles(
  names: readonly string[],
  next: (name: string) => readonly string[],
): readonly (readonly string[])[] {
  const order = new Map(names.map((name, index) => [name, index]));
  const done = new Set<string>();
  const cycles: (readonly string[])[] = [];
  for (const start of names) {
    const path: string[] = [];
    const onPath = new Map<string, number>();
    const rest: { readonly name: string; readonly left: string[] }[] = [];
    const enter = (name: string): void => {
      onPath.set(name, path.length);
      path.push(name);
      rest.push({
        name,
        left: next(name)
          .filter((other) => order.has(other))
          .toReversed(),
      });
    };
    if (!done.has(start)) enter(start);
    for (let top = rest.at(-1); top; top = rest.at(-1)) {
      const step = top.left.pop();
      if (step === undefined) {
        rest.pop();
        path.pop();
        onPath.delete(top.name);
        done.add(top.name);
        continue;
      }
      const begin = onPath.get(step);
      if (begin !== undefined) cycles.push(firstFirst(path.slice(begin), order));
      else if (!done.has(step)) enter(step);
    }
  }
  return cycles;
}

function firstFirst(cycle: readonly string[], order: ReadonlyMap<string, number>): readonly string[] {
  const ranks = cycle.map((name) => order.get(name) ?? 0);
  const first = ranks.indexOf(Math.min(...ranks));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
