// The fields of a JSON record, each checked when it is asked for. Pure.
import { malformed } from "./records.ts";

export type Fields = ReturnType<typeof fieldsIn>;

export function fieldsOf(text: string, ref: string) {
  const value = parseJson(text, ref);
  if (!isRecord(value)) throw malformed(ref, "it is not a JSON object");
  return fieldsIn(value, ref);
}

export function fieldsIn(value: Readonly<Record<string, unknown>>, ref: string) {
  const wrong = (name: string) => malformed(ref, `${name} is ${name in value ? "not what it should be" : "missing"}`);
  return {
    has: (name: string): boolean => value[name] !== undefined,
    string: (name: string): string => {
      const field = value[name];
      if (typeof field !== "string") throw wrong(name);
      return field;
    },
    number: (name: string): number => {
      const field = value[name];
      if (typeof field !== "number") throw wrong(name);
      return field;
    },
    boolean: (name: string): boolean => {
      const field = value[name];
      if (typeof field !== "boolean") throw wrong(name);
      return field;
    },
    list: (name: string): readonly string[] => {
      const field = value[name];
      if (!Array.isArray(field) || !field.every((each) => typeof each === "string")) throw wrong(name);
      return field;
    },
    records: (name: string): readonly Readonly<Record<string, unknown>>[] => {
      const field = value[name];
      if (!Array.isArray(field) || !field.every(isRecord)) throw wrong(name);
      return field;
    },
    numbers: (name: string): Readonly<Record<string, number>> => {
      const field = value[name];
      if (!isRecord(field)) throw wrong(name);
      const entries = Object.entries(field);
      if (!entries.every((entry): entry is [string, number] => typeof entry[1] === "number")) throw wrong(name);
      return Object.fromEntries(entries);
    },
    strings: (name: string): Readonly<Record<string, string>> => {
      const field = value[name];
      if (!isRecord(field)) throw wrong(name);
      const entries = Object.entries(field);
      if (!entries.every((entry): entry is [string, string] => typeof entry[1] === "string")) throw wrong(name);
      return Object.fromEntries(entries);
    },
  };
}

function parseJson(text: string, ref: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(ref, cause instanceof Error ? cause.message : "it is not JSON");
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
