// Where the variables of a crew file come from: the environment, and beneath it `.env` beside the file, as with Compose.
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { CrewError } from "../../errors.ts";
import type { Invocation } from "../invocation.ts";

export interface VariableFlags {
  /** Read instead of `.env`, as those in CREW_ENV_FILES are; the variables of a later one count. */
  readonly envFile?: readonly string[];
}

interface Beside {
  /** Absolute path of the crew file. */
  readonly file: string;
  readonly readText: (path: string) => string | undefined;
}

/** By name. Throws `failed` for a file that was asked for and is not there. */
export function variablesOf(
  { cwd, environment }: Pick<Invocation, "cwd" | "environment">,
  { envFile = environment.CREW_ENV_FILES?.split(",").filter((path) => path !== "") ?? [] }: VariableFlags,
  { file, readText }: Beside,
): Invocation["environment"] {
  const named = envFile.map((path) => {
    const text = readText(resolve(cwd, path));
    if (text === undefined)
      throw new CrewError("failed", `${path} cannot be read, and variables were to come from it.`);
    return text;
  });
  const texts = envFile.length > 0 ? named : [readText(join(dirname(file), ".env")) ?? ""];
  return Object.assign({}, ...texts.map((text) => parseEnv(text)), environment);
}
