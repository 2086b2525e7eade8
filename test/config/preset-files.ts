// Files of presets for the tests of the language: those of docs/presets.md, which hold a good one, and others.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/presets.md", import.meta.url), "utf8");
/** The page's crew file, all but its epic, and its preset. */
export const [, crewFile = "", mine = ""] = page
  .split(/^```(?:yaml)?\n/m)
  .filter((_, index) => index === 0 || index % 2 === 1);

export const epic = "epic: a\nruntime: process\n";

export const withFiles = (files: Readonly<Record<string, string>>) => ({
  readText: (path: string) => files[path],
  namesIn: () => ["mine.yaml", "other.yaml"],
});
export const withMine = withFiles({ "/work/shop/presets/mine.yaml": mine });
