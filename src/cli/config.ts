// crew config: checks the crew file and prints it in its long form. Accepts every key of the language, also those that `up` can't do yet.
import { relative } from "node:path";
import { formatConfig, formatProblems } from "../config/load.ts";
import { CrewError } from "../errors.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { countOf, crewFilePath, load } from "./project/crew-file.ts";

export interface ConfigFlags extends GlobalFlags {
  readonly format: string;
  readonly quiet?: boolean;
}

export async function config(invocation: Invocation, flags: ConfigFlags): Promise<number> {
  const file = crewFilePath(invocation, flags);
  const { canonical, text, ...found } = load(invocation, flags, file);
  const problems = [...found.problems, ...found.presets];
  if (!canonical || problems.length > 0) {
    const message = formatProblems(problems, { text, file: relative(invocation.cwd, file) || file });
    throw new CrewError("invalid", message, { hint: countOf(problems.length) });
  }
  if (flags.quiet !== true) invocation.stdout.write(formatConfig(canonical, flags.format === "json" ? "json" : "yaml"));
  return 0;
}
