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
  /** The environment's digest under the clone's key; absent in a record that nobody else reads. */
  readonly sealed?: string;
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
  /** Neither is there of a secret, whose field is `secret NAME`, or of a variable that by its name is one: nobody is shown values. */
  readonly from?: string;
  readonly to?: string;
  /** The change in words: `user: node → dev`, `secret NPM_TOKEN changed`. */
  readonly words: string;
}

export function instanceSpec({
  name,
  environment,
  sealed,
  container,
  secrets = [],
  services = [],
}: Role): InstanceSpec {
  return {
    role: name,
    environment,
    ...(sealed !== undefined && { sealed }),
    ...(container && { container }),
    ...(secrets.length > 0 && { secrets }),
    ...(services.length > 0 && { services: serviceUses(services) }),
  };
}

/** Shown to everybody: of the environment it has the digest alone. */
export function specHashOf({ environment, ...spec }: InstanceSpec): string {
  return contentHash(spec.sealed === undefined ? { ...spec, environment } : spec);
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
    if (was === is) return [];
    return [isSecretName(field) ? changedSecretly(field, was, is) : changedWords(field, was, is)];
  });
  return [...plain, ...sealChange(from, to, plain), ...secretChanges(from, to)];
}

/** The environment is another one, and as far as that can be read no variable says so. */
function sealChange(from: InstanceSpec, to: InstanceSpec, plain: readonly FieldChange[]): readonly FieldChange[] {
  const field = "environment";
  if (from.sealed === undefined || to.sealed === undefined || from.sealed === to.sealed) return [];
  if (plain.some((change) => change.field.startsWith(`${field}.`))) return [];
  return [{ field, words: `${field} changed` }];
}

/** Of a variable that by its name is a secret, or whose values are nobody's to read. */
export function changedSecretly(field: string, was: string | undefined, is: string | undefined): FieldChange {
  return { field, words: `${field} ${was === undefined ? "added" : is === undefined ? "removed" : "changed"}` };
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
  for (const [name, value] of Object.entries(spec.environment)) fields.set(`environment.${name}`, value);
  if (spec.services) fields.set("services", spec.services.map(({ name }) => name).join(", "));
  for (const [key, words] of spec.container ? containerWords(spec.container) : []) fields.set(key, words);
  return fields;
}

function isSecretName(field: string): boolean {
  return /^environment\..*(?:key|token|secret|passw|credential)/i.test(field);
}
