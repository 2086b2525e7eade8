// Environments of the long form → variables with their values. Pure.
import type { CanonicalEnvironment } from "./canonical.ts";

/** A name without a value takes it from crew's own environment and, as in Compose, is left out where that has none. */
export function valuesOf(
  environment: CanonicalEnvironment,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const pairs = Object.entries(environment).flatMap(([name, value]) => {
    const text = value ?? (Object.hasOwn(env, name) ? env[name] : undefined);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(pairs);
}
