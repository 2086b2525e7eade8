// The awk program that reads what an agent program said in a turn: `awk -v rc=EXIT -f it` over its output. Pure.
import type { Preset } from "../preset.ts";
import { readerLibrary } from "./library.ts";

export function readerOf({ reader }: Preset): string {
  return `${readerLibrary}${reader.trimStart()}`;
}
