// What the words of a preset must hold, beyond the schema: a session to go on with, the options it can be told, an end. Pure.
import { didYouMean } from "../did-you-mean.ts";
import { placeName } from "../places.ts";
import type { Report } from "../problem.ts";
import { type Mapping, type Path, spanOf } from "../tree.ts";
import type { ProgramKeys } from "./parts.ts";

interface Written {
  readonly keys: ProgramKeys;
  readonly tree: Mapping;
  /** Where in the tree the keys stand. */
  readonly path: Path;
}

export function checkWords({ keys, tree, path }: Written, report: Report): void {
  const { first, resume, interactive, options = {}, variables = {}, reader } = keys;
  const forms = typeof interactive === "object" ? interactive : undefined;
  const placeOf = (key: Path): Path => [...path, ...key];
  const say = (key: Path, message: string, help = {}) => report(spanOf(tree, placeOf(key)), message, help);
  const check = (key: Path, words: readonly string[] | undefined, known: readonly string[]) => {
    for (const [index, word] of (words ?? []).entries()) {
      if (!/^\{\w+\}$/.test(word) || known.includes(word)) continue;
      const help = { suggestion: didYouMean(word, known), allowed: known.join(", ") };
      say([...key, index], `nothing stands for ${word} in ${placeName(placeOf(key))}`, help);
    }
    if (words && known.includes(session) && !words.includes(session))
      say(key, `${placeName(placeOf(key))} names no ${session}: each turn would begin a new one`);
  };
  check(["first"], first, [asked]);
  check(["resume"], resume, [asked, session]);
  check(["interactive", "first"], forms?.first, [asked]);
  check(["interactive", "resume"], forms?.resume, [asked, session]);
  for (const [key, words] of Object.entries(options)) {
    if (key.startsWith("x-") || (words as readonly string[]).some((word) => word.includes("{value}"))) continue;
    say(["options", key], `${placeName(placeOf(["options", key]))} says no {value}`);
  }
  const told = [...Object.entries(options), ...Object.entries(variables)].filter(([key]) => !key.startsWith("x-"));
  const isTold = told.some(([, words]) => words.length > 0);
  for (const [key, words] of [["first", first] as const, ["resume", resume] as const]) {
    if (isTold && words && !words.includes(asked))
      say([key], `${placeName(placeOf([key]))} has no place for ${asked}: nothing could be told to it`);
  }
  if (reader !== undefined && !/\bended *\(|\bend ok\b/.test(reader))
    say(["reader"], `${placeName(placeOf(["reader"]))} never says that a turn has ended: ended("ok")`);
}

const asked = "{options}";
const session = "{session}";
