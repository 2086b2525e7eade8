// An agent program as data: how it is run and resumed, what it may be given, how its stream is read. Pure; what a preset
// says is measured on the program itself, of the version that it names, or it says that it is not.
import type { Credential } from "../model/credential.ts";
import type { PresetParts, Words } from "../model/preset.ts";

export interface Preset extends PresetParts {
  readonly name: string;
  /** Written from the program's documentation: nobody has run it by this. */
  readonly isUntried?: true;
  /** What its program can do for nobody, in words for a person. */
  readonly cannot?: string;
  readonly program: string;
  readonly first: Words;
  readonly resume: Words;
  readonly options: NonNullable<PresetParts["options"]>;
  readonly environment: Readonly<Record<string, string>>;
  readonly credentials: readonly Credential[];
  /** Variable of the role that names the provider to sign in with; without it the model's name does. */
  readonly providerIn?: string;
  readonly reader: string;
  /** Variable → a file of the role's that may say by itself what its words are for: in a line that this extended regular expression finds above the first `[table]`. */
  readonly saidIn?: Readonly<Record<string, { readonly path: string; readonly line: string }>>;
}
