// What is known of an agent's program, as far as it is said: by crew's own presets whole, by a crew file in parts. Plain data.
import type { Credential } from "./credential.ts";
import type { ProgramPackage } from "./program.ts";

/** Words of a command line. `{options}` stands for what the file asks for, `{session}` for the session to go on with. */
export type Words = readonly string[];

export interface Seed {
  /** `{NAME:-text}` stands for a variable, or what holds without it. */
  readonly path: string;
  /** `{work}` stands for the path of the work tree, `{end of NAME}` for the last 20 characters of a variable. */
  readonly text: string;
}

export interface PresetParts {
  /** Found on PATH. The prompt is on its stdin. */
  readonly program?: string;
  /** In the measured version; absent: whoever makes the image puts the program there. */
  readonly package?: ProgramPackage;
  readonly first?: Words;
  readonly resume?: Words;
  /** For a person, on a terminal: without a prompt, and its output is read by nobody. Absent: a shell. */
  readonly interactive?: { readonly first: Words; readonly resume: Words };
  /** So that no question of a first run waits for anybody: written before a run where the file is not there. */
  readonly seeds?: readonly Seed[];
  /** By key of the file's `agent`: the words for a value, which is `{value}`. */
  readonly options?: Readonly<Partial<Record<"model" | "effort" | "max_turns", Words>>>;
  /** Variable that is set → words; its value is `{value}`, and another one's, or what holds without it, `{NAME:-text}`. */
  readonly variables?: Readonly<Record<string, Words>>;
  /** For the program alone, where the role does not say otherwise. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Best first: one is delivered. */
  readonly credentials?: readonly Credential[];
  /** Variables of a role that bring what it signs in with in another way, so that nothing is delivered. */
  readonly signsInBy?: readonly string[];
  /** Words by which it runs CREW_TELL after each tool, and gives its model what that answers; none where a seed says so. Absent: it is told things with a turn's prompt alone. */
  readonly tell?: Words;
  /** Files in which it notes as it goes what it used, one JSON object on a line: a path as a seed's, `*` in it for what a name may hold. */
  readonly record?: string;
  /** awk rules over the lines that it says, in the words of crew's reader library. */
  readonly reader?: string;
}

/** Another version of the same package comes from where that one does. */
function packageOver(base: PresetParts, over: PresetParts): Pick<PresetParts, "package"> {
  if (!over.package || base.package?.name !== over.package.name) return {};
  return { package: { ...base.package, ...over.package } };
}

/** Maps key by key, all else as a whole: what is said later counts. Another program is run in the place of the one before, and is not in its package. */
export function withParts<T extends PresetParts>(base: T, over: PresetParts): T {
  const maps = (["options", "variables", "environment"] as const).flatMap((key) =>
    base[key] && over[key] ? [[key, { ...base[key], ...over[key] }] as const] : [],
  );
  const joined = { ...base, ...over, ...packageOver(base, over), ...Object.fromEntries(maps) };
  if (over.program === undefined || over.program === base.program) return joined;
  const run = (words: Words): Words => (words[0] === base.program ? [over.program ?? "", ...words.slice(1)] : words);
  const { package: _, ...others } = joined;
  const { first, resume, interactive } = base;
  return {
    ...others,
    ...(over.package && { package: over.package }),
    ...(first && !over.first && { first: run(first) }),
    ...(resume && !over.resume && { resume: run(resume) }),
    ...(interactive &&
      !over.interactive && { interactive: { first: run(interactive.first), resume: run(interactive.resume) } }),
  } as T;
}
