// Values that nobody may guess from what crew writes down of them: each is known by a digest under a key that stays in the
// clone. Pure.
import { createHmac } from "node:crypto";
import { canonicalJson } from "./content.ts";
import type { Crew } from "./crew.ts";
import type { SecretGrant } from "./secret.ts";
import type { ServiceSpec } from "./services.ts";

export interface Seal {
  readonly ofSecret: (name: string, value: string) => string;
  readonly ofEnvironment: (environment: Readonly<Record<string, string>>) => string;
}

export function sealWith(key: string): Seal {
  const digest = (words: unknown) => createHmac("sha256", key).update(canonicalJson(words)).digest("hex").slice(0, 24);
  return {
    ofSecret: (name, value) => digest(["secret", name, value]),
    ofEnvironment: (environment) => digest(["environment", environment]),
  };
}

/** With the digest of each secret whose value is known, and of each role's and gate's environment. */
export function sealedCrew(crew: Crew, seal: Seal): Crew {
  return {
    ...crew,
    roles: crew.roles.map((role) => sealedOwner(role, seal)),
    gates: crew.gates.map((gate) => sealedOwner(gate, seal)),
  };
}

interface Secretive {
  readonly secrets?: readonly SecretGrant[];
}

interface Owner extends Secretive {
  readonly environment: Readonly<Record<string, string>>;
  readonly services?: readonly ServiceSpec[];
}

function sealedOwner<T extends Owner>(owner: T, seal: Seal): T {
  const { environment, services } = owner;
  return {
    ...owner,
    sealed: seal.ofEnvironment(environment),
    ...sealedSecrets(owner, seal),
    ...(services && { services: services.map((service) => ({ ...service, ...sealedSecrets(service, seal) })) }),
  };
}

function sealedSecrets({ secrets }: Secretive, { ofSecret }: Seal): Secretive {
  if (!secrets) return {};
  return {
    secrets: secrets.map((grant) => (grant.value ? { ...grant, digest: ofSecret(grant.name, grant.value()) } : grant)),
  };
}
