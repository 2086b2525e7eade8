// An agent program as data: how it is run and resumed, what it may be given, how its stream is read. Pure; what a preset
// says is measured on the program itself, of the version that it names.
import type { Credential } from "../model/credential.ts";

/** Words of a command line. `{options}` stands for what the file asks for, `{session}` for the session to go on with. */
type Words = readonly string[];

export interface Preset {
  readonly name: string;
  /** Found on PATH. The prompt is on its stdin. */
  readonly program: string;
  /** Shell text that puts the measured version into an image. */
  readonly install: string;
  readonly first: Words;
  readonly resume: Words;
  /** By key of the file's `agent`: the words for a value, which is `{value}`. */
  readonly options: Readonly<Partial<Record<"model" | "effort" | "max_turns", Words>>>;
  /** Variable of the role's environment → words, where it is set; its value is `{value}`. */
  readonly variables?: Readonly<Record<string, Words>>;
  /** For the program alone, where the role does not say otherwise. */
  readonly environment: Readonly<Record<string, string>>;
  /** Best first: one is delivered. */
  readonly credentials: readonly Credential[];
  /** awk rules over the lines that it says, in the words of `reading/library.ts`. */
  readonly reader: string;
}
