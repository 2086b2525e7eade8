// A preset and what the file asks of it → the shell text that runs the program: the first time, or in the session that
// CREW_SESSION names. Pure.
import type { Agent } from "../model/crew.ts";
import { shellWord } from "../model/shell.ts";
import type { Preset } from "./preset.ts";

export function presetLine(preset: Preset, agent: Agent): string {
  const options = optionWords(preset, agent);
  const line = (words: readonly string[]) =>
    words.flatMap((word) => (word === "{options}" ? options : [wordOf(word)])).join(" ");
  return [
    ...Object.entries(preset.environment).map(
      ([name, value]) => `[ -n "\${${name}+set}" ] || ${name}=${shellWord(value)}; export ${name}`,
    ),
    `if [ -n "\${CREW_SESSION-}" ]; then`,
    `  exec ${line(preset.resume)}`,
    "fi",
    `exec ${line(preset.first)}`,
    "",
  ].join("\n");
}

function optionWords({ options, variables = {} }: Preset, { model, effort, maxSteps }: Agent): readonly string[] {
  const asked = { model, effort, max_turns: maxSteps } as const;
  const ofFile = Object.entries(options).flatMap(([key, words]) => {
    const value = asked[key as keyof typeof asked];
    return value === undefined ? [] : words.map((word) => shellWord(word.replace("{value}", () => `${value}`)));
  });
  // Each is no word at all where the variable is not set.
  const ofRole = Object.entries(variables).flatMap(([name, words]) =>
    words.map((word) => `\${${name}:+"${escaped(word).replace("{value}", `$${name}`)}"}`),
  );
  return [...ofFile, ...ofRole];
}

function wordOf(word: string): string {
  return word === "{session}" ? '"$CREW_SESSION"' : shellWord(word);
}

/** Inside double quotes. */
function escaped(text: string): string {
  return text.replace(/["\\$`]/g, "\\$&");
}
