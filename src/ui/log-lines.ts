// Lines of several logs side by side: each with the name of whose it is, aligned, and a colour of its own where there are some. Pure.
import { cellsOf, padTo } from "./cells.ts";
import { clean } from "./clean.ts";
import { renderLines, span, type Tone, whole } from "./lines.ts";

/** Not the tone of what is wrong: a name says nothing of that. */
const tones: readonly Tone[] = ["going", "good", "warn", "bold"];

/** What a line of the name begins with, by the order of the names. */
export function logPrefixes(names: readonly string[], color: boolean): ReadonlyMap<string, string> {
  const cleaned = names.map(clean);
  const width = Math.max(0, ...cleaned.map(cellsOf));
  const prefixOf = (name: string, index: number) => {
    const text = span(`${padTo(name, width)} |`, tones[index % tones.length]);
    return renderLines([whole(text)], { width: Number.POSITIVE_INFINITY, color }).replace(/\n$/, " ");
  };
  return new Map(names.map((name, index) => [name, prefixOf(cleaned[index] ?? "", index)]));
}
