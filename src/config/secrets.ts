// Secrets: where each comes from, and who is given it as which file. Reads values for those that somebody is given, and shows
// none. Pure: the caller reads files.
import { resolve } from "node:path";
import { type Secret, type SecretGrant, type SecretReader, secretOf } from "../model/secret.ts";
import type { Canonical, CanonicalGate, CanonicalRole } from "./canonical.ts";
import { type ServiceDeclarations, withNeeds } from "./containers/needs.ts";
import type { Secret as SecretSource, Service } from "./generated/crew-file.ts";
import type { Finding } from "./problem.ts";
import { relativeTo, type Sources } from "./sources.ts";
import { type Mapping, spanOf } from "./tree.ts";

export interface ReadSecrets {
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Sources that are not there. */
  readonly missing: readonly Finding[];
}

/** In the order of the file; only those that a role, a gate or what runs beside one is given. */
export function readSecrets(tree: Mapping, canonical: Canonical, sources: Sources): ReadSecrets {
  const owners = [...Object.values(canonical.roles), ...Object.values(canonical.gates)];
  const used = new Set([...owners.flatMap(grantedIn), ...ofServices(owners, canonical)].map(({ name }) => name));
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

/** None of a service that nobody has. */
function ofServices(owners: readonly Owner[], { services }: Canonical): readonly Granted[] {
  const named = owners.flatMap((owner) => (owner.services ?? []) as readonly string[]);
  return withNeeds(named, (services ?? {}) as ServiceDeclarations).flatMap(([, service]) => grantedTo(service));
}

type Owner = CanonicalRole | CanonicalGate;

interface Granted extends Pick<SecretGrant, "uid" | "gid" | "mode"> {
  readonly name: string;
  readonly target: string;
  /** Absent: no variable has it. */
  readonly reader?: SecretReader;
}

/** By file. A role's are its agent's, those of its setup that one's. */
export function roleSecrets(role: CanonicalRole, secrets: ReadSecrets["secrets"]): readonly SecretGrant[] {
  return grantsOf(grantedIn(role), secrets);
}

/** All of a gate's are its setup's: what it judges runs without any. */
export function gateSecrets(gate: CanonicalGate, secrets: ReadSecrets["secrets"]): readonly SecretGrant[] {
  return grantsOf(grantedIn(gate), secrets);
}

export function serviceSecrets(service: Service, secrets: ReadSecrets["secrets"]): readonly SecretGrant[] {
  return grantsOf(grantedTo(service), secrets);
}

function grantedIn(given: Owner): readonly Granted[] {
  const reader = "run" in given ? "setup" : "agent";
  const own = grantedTo(given).map((grant): Granted => ({ ...grant, reader }));
  const setups = (given.setup?.secrets ?? []).map((name): Granted => ({ name, target: name, reader: "setup" }));
  return [...own, ...setups];
}

function grantedTo({ secrets }: Owner | Service): readonly Granted[] {
  return ((secrets ?? []) as NonNullable<Service["secrets"]>).map((grant): Granted => {
    const { source, target = source, uid, gid, mode } = typeof grant === "string" ? { source: grant } : grant;
    return {
      name: source,
      target,
      ...(uid !== undefined && { uid: Number(uid) }),
      ...(gid !== undefined && { gid: Number(gid) }),
      ...(mode !== undefined && { mode: fileMode(mode) }),
    };
  });
}

/** As in Compose, a text is octal and a number is what it is. */
export function fileMode(mode: string | number): number {
  return typeof mode === "number" ? mode : Number.parseInt(mode, 8);
}

function grantsOf(granted: readonly Granted[], secrets: ReadSecrets["secrets"]): readonly SecretGrant[] {
  const grants = new Map<string, SecretGrant>();
  for (const { name, target, reader, ...owned } of granted) {
    const secret = secrets.get(name);
    if (!secret) continue;
    const file = resolve("/run/secrets", target);
    const readers = new Set([...(grants.get(file)?.readers ?? []), ...(reader ? [reader] : [])]);
    grants.set(file, { ...grants.get(file), ...secret, file, readers: [...readers].sort(), ...owned });
  }
  return [...grants.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}
