// Short forms that several keys share → their long form. Pure.
import type { CanonicalEnvironment, CanonicalSetup } from "../canonical.ts";
import type { Build, Environment, Setup, StringOrList } from "../generated/crew-file.ts";

export function listOf(value: StringOrList): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

export function setupOf(value: Setup): CanonicalSetup {
  return typeof value === "string" ? { run: value } : value;
}

export function longBuild(value: Build) {
  return typeof value === "string" ? { context: value } : { ...value, context: value.context ?? "." };
}

/** `[A=b, C]` → `{A: b, C: null}`. */
export function environmentOf(value: Environment): CanonicalEnvironment {
  if (!Array.isArray(value)) return mapValues(value, (one) => (one === null ? null : String(one)));
  return Object.fromEntries(
    value.map((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? [line, null] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

export function mapValues<From, To>(
  map: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
