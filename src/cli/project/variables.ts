// Where the variables of a crew file come from: the environment, and beneath it `.env` beside the file, as with Compose.
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { CrewError } from "../../errors.ts";
import type { Invocation } from "../invocation.ts";

export interface VariableFlags {
  /** Read instead of `.env`, as those are that CREW_ENV_FILES names from the crew file's folder; a later one counts. */
  readonly envFile?: readonly string[];
}

interface Reading {
  /** Absolute path of the crew file. */
  readonly file: string;
  readonly readText: (path: string) => string | undefined;
  /** A file that is not there has nothing. */
  readonly isLenient: boolean;
}

type Called = Pick<Invocation, "cwd" | "environment">;

/** By name. Throws `failed` for a file that was asked for and is not there. */
export function variablesOf(
  { cwd, environment }: Called,
  { envFile }: VariableFlags,
  { file, readText, isLenient }: Reading,
): Invocation["environment"] {
  const folder = dirname(file);
  const listed = environment.CREW_ENV_FILES?.split(",").filter((path) => path !== "") ?? [];
  const named = envFile?.map((path) => resolve(cwd, path)) ?? listed.map((path) => resolve(folder, path));
  const files = named.length > 0 ? named : [join(folder, ".env")];
  const texts = files.map((path) => {
    const text = readText(path);
    if (text === undefined && named.length > 0 && !isLenient)
      throw new CrewError("failed", `${path} cannot be read, and variables were to come from it.`);
    return text ?? "";
  });
  return Object.assign({}, ...texts.map((text) => parseEnv(text)), environment);
}
