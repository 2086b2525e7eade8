// Compose's lists and maps of texts, in whichever form they were written. Pure.

/** A text, or a list of them. */
export function itemsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** `{A: 1}` or `[A=1, B]`; a name without a value has an empty one. */
export function pairsOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Array.isArray(value)
    ? value.map(String).map((line) => {
        const equals = line.indexOf("=");
        return equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
      })
    : Object.entries(value as object).map(([name, one]) => [name, one === null ? "" : String(one)]);
  return Object.fromEntries(pairs);
}

/** `{host: address}`, `{host: [address, …]}`, `[host=address]` or `[host:address]` → `host:address`. */
export function hostsOf(value: unknown): readonly string[] {
  const lines = Array.isArray(value)
    ? value.map(String)
    : Object.entries(value as object).flatMap(([host, addresses]) =>
        itemsOf(addresses).map((address) => `${host}=${address}`),
      );
  return sorted(lines.map((line) => line.replace(/^([^=:]+)[=:]\s*\[?(.*?)\]?$/, "$1:$2")));
}

export function sorted(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}
