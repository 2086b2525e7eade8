// A preset and what the file asks of it → the shell text that runs the program: the first time, or in the session that
// CREW_SESSION names. Pure.
import type { Agent } from "../model/crew.ts";
import type { Seed, Words } from "../model/preset.ts";
import { shellWord } from "../model/shell.ts";
import type { Preset } from "./preset.ts";

/** A turn of its own: the prompt on stdin. */
export function presetLine(preset: Preset, agent: Agent): string {
  const { first, resume } = preset;
  return programText(preset, agent, { first, resume, tell: toldAtTools(preset) });
}

/**
 * The words by which the program asks for what a person says after each tool; none where its forms have no place for them, or
 * where they, or its options, hold words of the same key: it would go by one of the two alone.
 */
export function toldAtTools({ tell = [], first, resume, options }: Preset): Words | undefined {
  const keys = tell.filter((word) => word.startsWith("--") || word.includes("=")).map(keyOf);
  const own = [...first, ...resume, ...Object.values(options).flat()].map(keyOf);
  const isPlaced = [first, resume].every((words) => words.includes("{options}"));
  return isPlaced && !keys.some((key) => own.includes(key)) ? tell : undefined;
}

/** `--settings`, `hooks.PostToolUse`. */
function keyOf(word: string): string {
  return word.split("=", 1)[0] ?? word;
}

/** On a terminal, for a person; empty where the program has no such form. */
export function interactiveLine(preset: Preset, agent: Agent): string {
  return preset.interactive ? programText(preset, agent, preset.interactive) : "";
}

/** Shell text by which the files that the program notes in what it used become the positional parameters. */
export function recordLine({ record, environment }: Preset): string | undefined {
  if (record === undefined) return undefined;
  const named = Object.entries(environment).filter(([name]) => record.includes(`{${name}:-`));
  const parts = record.replace(valued, variable).split("*");
  return [...named.map(defaultLine), `set -- ${parts.map((part) => `"${part}"`).join("*")}`].join("; ");
}

interface Form {
  readonly first: Words;
  readonly resume: Words;
  /** A person at the terminal says it there. */
  readonly tell?: Words | undefined;
}

function programText(preset: Preset, agent: Agent, { first, resume, tell = [] }: Form): string {
  const options = [...tell.map(shellWord), ...optionWords(preset, agent)];
  const line = (words: readonly string[]) =>
    words.flatMap((word) => (word === "{options}" ? options : [wordOf(word)])).join(" ");
  return [
    ...Object.entries(preset.environment).map(defaultLine),
    ...(preset.seeds ?? []).map(seedLine),
    ...Object.entries(preset.saidIn ?? {}).map(
      ([name, { path, line: said }]) =>
        `crew_${name}=\${${name}-}; ! sed '/^[[:space:]]*\\[/,$d' "${path.replace(valued, variable)}" 2>/dev/null | grep -Eq ${shellWord(said)} || crew_${name}=`,
    ),
    `if [ -n "\${CREW_SESSION-}" ]; then`,
    `  exec ${line(resume)}`,
    "fi",
    `exec ${line(first)}`,
    "",
  ].join("\n");
}

function defaultLine([name, value]: readonly [string, string]): string {
  return `[ -n "\${${name}+set}" ] || ${name}=${shellWord(value)}; export ${name}`;
}

/** Whole or not at all, and never over what is there. Where it can't be written the program asks, or goes without. */
function seedLine({ path: place, text }: Seed): string {
  const path = place.replace(valued, variable);
  const folder = `"${path.replace(/\/[^/]*$/, "")}"`;
  const words = text.split(/(\{work\}|\{end of \w+\})/).map((part) => seedWord(part));
  return `[ -e "${path}" ] || { mkdir -p ${folder} && (umask 077; printf %s ${words.join("")} >"${path}.$$") && mv -f "${path}.$$" "${path}"; }`;
}

/** Both stand in a string, of JSON or of TOML. */
function seedWord(part: string): string {
  if (part === "{work}") return `"$(printf %s "$PWD" | sed 's/["\\\\]/\\\\&/g')"`;
  const name = /^\{end of (\w+)\}$/.exec(part)?.[1];
  return name === undefined ? shellWord(part) : `"$(printf %s "\${${name}-}" | tail -c 20)"`;
}

function optionWords(
  { options, variables = {}, saidIn = {} }: Preset,
  { model, effort, maxSteps }: Agent,
): readonly string[] {
  const asked = { model, effort, max_turns: maxSteps } as const;
  const ofFile = Object.entries(options).flatMap(([key, words]) => {
    const value = asked[key as keyof typeof asked];
    return value === undefined ? [] : words.map((word) => shellWord(word.replaceAll("{value}", () => `${value}`)));
  });
  // Each is no word at all where the variable is not set.
  const ofRole = Object.entries(variables).flatMap(([name, words]) =>
    words.map((word) => `\${${name in saidIn ? `crew_${name}` : name}:+"${withValues(word, name)}"}`),
  );
  return [...ofFile, ...ofRole];
}

function wordOf(word: string): string {
  return word === "{session}" ? '"$CREW_SESSION"' : shellWord(word);
}

/** Inside double quotes. */
function withValues(word: string, name: string): string {
  const escaped = word.replace(/["\\$`]/g, "\\$&");
  return escaped.replaceAll("{value}", () => `\${${name}}`).replace(valued, variable);
}

const valued = /\{(\w+:-[^{}]*)\}/g;

function variable(_: string, value: string): string {
  return `\${${value}}`;
}
