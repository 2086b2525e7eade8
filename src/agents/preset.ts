// An agent program as data: how it is run and resumed, what it may be given, how its stream is read. Pure; what a preset
// says is measured on the program itself, of the version that it names.
import type { Credential } from "../model/credential.ts";

/** Words of a command line. `{options}` stands for what the file asks for, `{session}` for the session to go on with. */
type Words = readonly string[];

export interface Seed {
  /** `{NAME:-text}` stands for a variable, or what holds without it. */
  readonly path: string;
  /** `{work}` stands for the path of the work tree, `{end of NAME}` for the last 20 characters of a variable. */
  readonly text: string;
}

export interface Preset {
  readonly name: string;
  /** Found on PATH. The prompt is on its stdin. */
  readonly program: string;
  /** Of npm, in the measured version. */
  readonly package: { readonly name: string; readonly version: string };
  readonly first: Words;
  readonly resume: Words;
  /** For a person, on a terminal: without a prompt, and its output is read by nobody. */
  readonly interactive: { readonly first: Words; readonly resume: Words };
  /** So that no question of a first run waits for anybody: written before a run where the file is not there. */
  readonly seeds?: readonly Seed[];
  /** By key of the file's `agent`: the words for a value, which is `{value}`. */
  readonly options: Readonly<Partial<Record<"model" | "effort" | "max_turns", Words>>>;
  /** Variable that is set → words; its value is `{value}`, and another one's, or what holds without it, `{NAME:-text}`. */
  readonly variables?: Readonly<Record<string, Words>>;
  /** For the program alone, where the role does not say otherwise. */
  readonly environment: Readonly<Record<string, string>>;
  /** Best first: one is delivered. */
  readonly credentials: readonly Credential[];
  /** Variables of a role that bring what it signs in with in another way, so that nothing is delivered. */
  readonly signsInBy?: readonly string[];
  /** awk rules over the lines that it says, in the words of `reading/library.ts`. */
  readonly reader: string;
}
