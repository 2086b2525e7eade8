// Flags that commands share: their types, how their values are read, and which of two that were typed counts.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { BudgetWish } from "../model/crew.ts";
import type { Invocation } from "./invocation.ts";

export interface GlobalFlags {
  readonly file?: string;
  readonly projectName?: string;
  readonly envFile?: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly progress: "auto" | "tty" | "plain" | "json" | "quiet";
  readonly lockTimeout: number;
  readonly color: boolean;
  readonly verbose: boolean;
}

const progressForms = ["auto", "tty", "plain", "json", "quiet"] as const;

/** Flags that every command takes, before or after its name. */
export function shared(command: Command, { environment }: Invocation): Command {
  return command
    .option("--file <path>", "The crew file (default: crew.yaml here or above)", environment.CREW_FILE)
    .option("-p, --project-name <name>", "The project", environment.CREW_PROJECT_NAME || undefined)
    .option("--env-file <path>", "Variables for the crew file (default: .env beside it); may be repeated", further)
    .option("--set <name=value>", "Value of an input; may be repeated", collectSet)
    .addOption(
      new Option("--progress <form>", "How progress is shown")
        .choices(progressForms)
        .default(progressForms.find((form) => form === environment.CREW_PROGRESS) ?? "auto"),
    )
    .option("--lock-timeout <time>", "How long to wait for another command, such as 30s or 2m", seconds, 30)
    .option("--no-color", "No colours")
    .option("--verbose", "Show every operation, and the origin of errors");
}

/** The first one is the default. */
export function format(...choices: readonly [string, ...string[]]): Option {
  return new Option("--format <format>", "How it is printed").choices(choices).default(choices[0]);
}

/** What was typed nearest to the command wins; a default never overrides what was typed before it. */
export function flagsOf(command: Command): Record<string, unknown> {
  const above = command.parent ? flagsOf(command.parent) : { set: {}, verbose: false };
  const own = Object.entries(command.opts()).filter(
    ([name]) => !(name in above) || command.getOptionValueSource(name) !== "default",
  );
  const flags: Record<string, unknown> = { ...above, ...Object.fromEntries(own) };
  return typeof flags.f === "string" && command.parent === null ? { ...flags, file: flags.f } : flags;
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("write a whole number.");
  return Number(text);
}

/** A number of lines, or `all`. */
export function lineCount(text: string): number {
  if (text === "all") return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("write a whole number, or all.");
  return Number(text);
}

/** `turns=20,usd=5,hours=2`, `dev.turns=20` for a role, or `file`: what the file says holds again. */
export function budgetWish(text: string): BudgetWish {
  if (text === "file") return text;
  const limits = text.split(",").map((each) => {
    const [, name = "", kind = "", limit = ""] =
      /^((?:[a-z0-9_-]{1,40}\.)?(turns|usd|hours))=(\d{1,9}(?:\.\d{1,4})?)$/.exec(each.trim()) ?? [];
    const isLimit = Number(limit) > 0 && (kind !== "turns" || Number.isInteger(Number(limit)));
    if (!isLimit) throw new InvalidArgumentError("write limits such as turns=20,usd=5,dev.hours=2, or file.");
    return [name, Number(limit)] as const;
  });
  if (new Set(limits.map(([name]) => name)).size < limits.length)
    throw new InvalidArgumentError("write each limit once.");
  return Object.fromEntries(limits);
}

const states = ["created", "running", "paused", "exited"] as const;
export type InstanceState = (typeof states)[number];

/** For an option that may be repeated. */
export function stateNamed(text: string, before: readonly InstanceState[]): readonly InstanceState[] {
  const state = states.find((each) => each === text);
  if (state === undefined) throw new InvalidArgumentError(`write one of ${states.join(", ")}.`);
  return [...before, state];
}

/** `status=running`: the only thing that is filtered by, as in Compose. */
export function stateFilter(text: string, before: readonly InstanceState[]): readonly InstanceState[] {
  const [, state] = /^status=(.*)$/.exec(text) ?? [];
  if (state === undefined) throw new InvalidArgumentError("write status=running.");
  return stateNamed(state, before);
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `2h` or `7d`; the answer in milliseconds. */
export function span(text: string): number {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("write a time such as 90s, 10m, 2h or 7d.");
  return Number(count) * (units[unit] ?? 1);
}

/** How long ago (`10m`), or a moment (`2026-07-01T12:00:00Z`); the answer tells it from now. */
export function moment(text: string): (nowMs: number) => number {
  if (/^\d+[smhd]$/.test(text)) return (nowMs) => nowMs - span(text);
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError("write how long ago, such as 10m, or a date.");
  return () => at;
}

/** For an option that may be repeated. */
export function repeated(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** As `repeated`, where none is given by default. */
function further(value: string, before: readonly string[] = []): readonly string[] {
  return repeated(value, before);
}

/** `name=branch`, or a name alone; for an option that may be repeated. */
export function collectWish(
  text: string,
  before: readonly { readonly name: string; readonly branch?: string }[],
): readonly { readonly name: string; readonly branch?: string }[] {
  const [, name = "", branch] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === "" || branch === "") throw new InvalidArgumentError("write --role name=branch.");
  if (before.some((wish) => wish.name === name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return [...before, { name, ...(branch !== undefined && { branch }) }];
}

function collectSet(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const split = text.indexOf("=");
  if (split < 1) throw new InvalidArgumentError("write --set name=value.");
  return { ...before, [text.slice(0, split)]: text.slice(split + 1) };
}

/** `30s`, `2m` or a plain number of seconds; the answer in seconds. */
function seconds(text: string): number {
  const match = /^(\d+)(s|m)?$/.exec(text);
  if (!match) throw new InvalidArgumentError("write a time such as 30s or 2m.");
  return Number(match[1]) * (match[2] === "m" ? 60 : 1);
}
