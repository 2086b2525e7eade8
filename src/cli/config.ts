// crew config: checks the crew file and prints it in its long form, or what of it is asked for. Accepts every key of the language, also
// those that `up` can't do yet.
import { relative } from "node:path";
import { formatConfig, formatProblems, type Problem, variablesIn } from "../config/load.ts";
import { CrewError } from "../errors.ts";
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { variablesText } from "../ui/variables.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { countOf, crewFilePath, load, readText } from "./project/crew-file.ts";

export interface ConfigFlags extends GlobalFlags {
  readonly format: string;
  readonly quiet?: boolean;
  readonly environment?: boolean;
  readonly variables?: boolean;
}

export async function config(invocation: Invocation, flags: ConfigFlags): Promise<number> {
  const file = crewFilePath(invocation, flags);
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(textOf(invocation, flags, { file, format: data.format() }));
  await data.flush();
  return 0;
}

interface Asked {
  /** Absolute. */
  readonly file: string;
  readonly format: Parameters<typeof variablesText>[1];
}

function textOf(invocation: Invocation, flags: ConfigFlags, { file, format }: Asked): string {
  const isJson = flags.format === "json";
  const mustBeGood = (problems: readonly Problem[], text: string): void => {
    if (problems.length === 0) return;
    const message = formatProblems(problems, { text, file: relative(invocation.cwd, file) || file });
    throw new CrewError("invalid", message, { hint: countOf(problems.length) });
  };
  // Whatever is missing to a variable is what is looked for.
  if (flags.variables === true) {
    const text = readText(file);
    const { variables, problems } = variablesIn({ file, text });
    mustBeGood(problems, text);
    return isJson ? `${jsonText(variables, 2)}\n` : variablesText(variables, format);
  }
  const { canonical, text, variables, problems, presets } = load(invocation, flags, file);
  mustBeGood([...problems, ...presets], text);
  if (!canonical || flags.quiet === true) return "";
  if (flags.environment === true) return environmentText(variables, isJson);
  return formatConfig(canonical, isJson ? "json" : "yaml");
}

/** With their values, which is what a person asks for: of the environment, and of `.env` beneath it. */
function environmentText(variables: Invocation["environment"], isJson: boolean): string {
  const sorted = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  if (isJson) return `${jsonText(Object.fromEntries(sorted), 2)}\n`;
  return sorted.map(([name, value]) => `${name}=${value}\n`).join("");
}
