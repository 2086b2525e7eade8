// The desired instance as it stands in labels or a record: canonical, hashed, compared field by field. Pure.

import type { ContainerSpec } from "./container.ts";
import { containerWords } from "./container-words.ts";
import { contentHash } from "./content.ts";
import type { Role } from "./crew.ts";
import { changedSecrets, type SecretGrant } from "./secret.ts";

/** What an instance is made of. Every field is `replace`: a change needs a new instance; branch and work are kept. */
export interface InstanceSpec {
  readonly role: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it is a container. */
  readonly container?: ContainerSpec;
  /** By file. */
  readonly secrets?: readonly SecretGrant[];
  /** That it reaches by name. */
  readonly services?: readonly ServiceUse[];
}

export interface ServiceUse {
  readonly name: string;
  readonly shared?: true;
}

export interface FieldChange {
  readonly field: string;
  /** Neither is there of a secret, whose field is `secret NAME` and whose values nobody is shown. */
  readonly from?: string;
  readonly to?: string;
  /** The change in words: `user: node → dev`, `secret NPM_TOKEN changed`. */
  readonly words: string;
}

export function instanceSpec({ name, environment, container, secrets = [], services = [] }: Role): InstanceSpec {
  return {
    role: name,
    environment,
    ...(container && { container }),
    ...(secrets.length > 0 && { secrets }),
    ...(services.length > 0 && { services: serviceUses(services) }),
  };
}

export function serviceUses(services: readonly ServiceUse[]): readonly ServiceUse[] {
  return services.map(({ name, shared }) => ({ name, ...(shared && { shared }) }));
}

const unset = "(unset)";

/** Fields whose canonical JSON differs, in alphabetical order, environment by variable; secrets last. */
export function changedFields(from: InstanceSpec, to: InstanceSpec): readonly FieldChange[] {
  const before = flatten(from);
  const after = flatten(to);
  const fields = [...new Set([...before.keys(), ...after.keys()])].sort();
  const plain = fields.flatMap((field) => {
    const [was, is] = [before.get(field), after.get(field)];
    return was === is ? [] : [changedWords(field, was, is)];
  });
  return [...plain, ...secretChanges(from, to)];
}

type WithSecrets = Pick<InstanceSpec, "secrets">;

export function secretChanges({ secrets: from = [] }: WithSecrets, to: WithSecrets): readonly FieldChange[] {
  return changedSecrets(from, to.secrets ?? []).map(({ name, change }) => {
    const field = `secret ${name}`;
    return { field, words: `${field} ${change}` };
  });
}

export function changedWords(field: string, was: string | undefined, is: string | undefined): FieldChange {
  const [from, to] = [was ?? unset, is ?? unset];
  return { field, from, to, words: changeWords(field, from, to) };
}

/** What an image is built from has no words of its own. */
function changeWords(field: string, was: string, is: string): string {
  if (field !== "build" || was === unset || is === unset) return `${field}: ${was} → ${is}`;
  return was.split(" ")[0] === is.split(" ")[0] ? "build: built anew" : "build: content changed";
}

function flatten(spec: InstanceSpec): Map<string, string> {
  const fields = new Map<string, string>([["role", spec.role]]);
  for (const [name, value] of Object.entries(spec.environment)) fields.set(`environment.${name}`, shown(name, value));
  if (spec.services) fields.set("services", spec.services.map(({ name }) => name).join(", "));
  for (const [key, words] of spec.container ? containerWords(spec.container) : []) fields.set(key, words);
  return fields;
}

/** A value that by its name is a secret is told apart by its hash, and never shown. */
function shown(name: string, value: string): string {
  return /key|token|secret|passw|credential/i.test(name) ? `(secret ${contentHash(value).slice(0, 8)})` : value;
}
