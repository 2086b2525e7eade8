// Secrets: where each comes from, and who is given it as which file. Reads values for those that somebody is given, and shows
// none. Pure: the caller reads files.
import { resolve } from "node:path";
import { type Secret, type SecretGrant, type SecretReader, secretOf } from "../model/secret.ts";
import type { Canonical, CanonicalGate, CanonicalRole } from "./canonical.ts";
import type { Secret as SecretSource } from "./generated/crew-file.ts";
import type { Finding } from "./problem.ts";
import { relativeTo, type Sources } from "./sources.ts";
import { type Mapping, spanOf } from "./tree.ts";

export interface ReadSecrets {
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Sources that are not there. */
  readonly missing: readonly Finding[];
}

/** In the order of the file; only those that a role or gate is given. */
export function readSecrets(tree: Mapping, canonical: Canonical, sources: Sources): ReadSecrets {
  const used = new Set([...Object.values(canonical.roles), ...Object.values(canonical.gates)].flatMap(namesIn));
  const missing: Finding[] = [];
  const declared = (canonical.secrets ?? {}) as Readonly<Record<string, SecretSource>>;
  const secrets = Object.entries(declared).flatMap(([name, source]): readonly (readonly [string, Secret])[] => {
    if (!used.has(name)) return [];
    const value = sourceOf(source, sources);
    if (value !== undefined) return [[name, secretOf(name, value)]];
    const key = source.environment === undefined ? "file" : "environment";
    const words = key === "file" ? `${source.file} cannot be read` : `${source.environment} is not set`;
    missing.push({ at: spanOf(tree, ["secrets", name, key]), message: `${words}: secret ${name} has no value` });
    return [[name, { name }]];
  });
  return { secrets: new Map(secrets), missing };
}

function sourceOf({ environment, file }: SecretSource, sources: Sources): string | undefined {
  if (environment !== undefined) return Object.hasOwn(sources.env, environment) ? sources.env[environment] : undefined;
  return file === undefined ? undefined : sources.readText(resolve(relativeTo(sources), file));
}

type Grant = string | { readonly source: string; readonly target?: string };

interface Granted {
  readonly name: string;
  readonly target: string;
  readonly reader: SecretReader;
}

/** By file. A role's are its agent's, those of its setup that one's. */
export function roleSecrets(role: CanonicalRole, secrets: ReadSecrets["secrets"]): readonly SecretGrant[] {
  return grantsOf(grantedIn(role), secrets);
}

/** All of a gate's are its setup's: what it judges runs without any. */
export function gateSecrets(gate: CanonicalGate, secrets: ReadSecrets["secrets"]): readonly SecretGrant[] {
  return grantsOf(grantedIn(gate), secrets);
}

function namesIn(given: CanonicalRole | CanonicalGate): readonly string[] {
  return grantedIn(given).map(({ name }) => name);
}

function grantedIn(given: CanonicalRole | CanonicalGate): readonly Granted[] {
  const reader = "run" in given ? "setup" : "agent";
  const own = ((given.secrets ?? []) as readonly Grant[]).map((grant): Granted => {
    const { source, target } = typeof grant === "string" ? { source: grant, target: undefined } : grant;
    return { name: source, target: target ?? source, reader };
  });
  const setups = (given.setup?.secrets ?? []).map((name): Granted => ({ name, target: name, reader: "setup" }));
  return [...own, ...setups];
}

function grantsOf(granted: readonly Granted[], secrets: ReadSecrets["secrets"]): readonly SecretGrant[] {
  const grants = new Map<string, SecretGrant>();
  for (const { name, target, reader } of granted) {
    const secret = secrets.get(name);
    if (!secret) continue;
    const file = resolve("/run/secrets", target);
    const readers = new Set([...(grants.get(file)?.readers ?? []), reader]);
    grants.set(file, { ...secret, file, readers: [...readers].sort() });
  }
  return [...grants.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}
