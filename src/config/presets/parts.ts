// What `agent`, or a preset's own file, says of a program → the parts of a preset. Pure.
import type { PresetParts } from "../../model/preset.ts";
import type { Agent } from "../generated/crew-file.ts";

type LongAgent = Exclude<Agent, string>;

/** The keys that describe a program. */
export type ProgramKeys = Pick<
  LongAgent,
  | ("program" | "package" | "first" | "resume" | "interactive" | "seeds" | "options" | "variables")
  | ("environment" | "credentials" | "signs_in_by" | "tell" | "record" | "reader")
>;

/** Without shell text for `interactive`, which is no part of a preset. */
export function partsOf(keys: ProgramKeys): PresetParts {
  const { program, first, resume, interactive, seeds, options, variables, environment, credentials, tell, reader } =
    keys;
  return {
    ...(program !== undefined && { program }),
    ...(keys.package !== undefined && { package: packageOf(keys.package) }),
    ...(first && { first }),
    ...(resume && { resume }),
    ...(typeof interactive === "object" && { interactive }),
    ...(seeds && { seeds }),
    ...(options && { options }),
    ...(variables && { variables }),
    ...(environment && { environment }),
    ...(credentials && { credentials }),
    ...(keys.signs_in_by && { signsInBy: keys.signs_in_by }),
    ...(tell && { tell }),
    ...(keys.record !== undefined && { record: keys.record }),
    ...(reader !== undefined && { reader }),
  };
}

/** `@acme/my-agent@1.2.3` */
function packageOf(text: string): NonNullable<PresetParts["package"]> {
  const at = text.lastIndexOf("@");
  return { name: text.slice(0, at), version: text.slice(at + 1) };
}
