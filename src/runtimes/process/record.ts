// The record that stands beside a mailbox: what the instance was made from. Pure; the file is an agent's to spoil.
import type { SecretGrant } from "../../model/secret.ts";
import type { InstanceSpec } from "../../model/spec.ts";

export interface InstanceRecord {
  readonly version: 1;
  readonly spec: InstanceSpec;
}

export interface GateRecord {
  readonly version: 1;
  readonly gate: string;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
}

export function parseRecord(text: string): InstanceRecord | undefined {
  const value = parseObject(text);
  const spec = objectOf(value?.spec);
  const environment = objectOf(spec?.environment);
  if (value?.version !== 1 || typeof spec?.role !== "string" || !environment) return undefined;
  const variables = Object.entries(environment);
  if (!variables.every((entry): entry is [string, string] => typeof entry[1] === "string")) return undefined;
  const secrets = secretsIn(spec.secrets);
  const own = { role: spec.role, environment: Object.fromEntries(variables) };
  return { version: 1, spec: { ...own, ...(secrets.length > 0 && { secrets }) } };
}

/** Told apart by their digests; of their values nothing is there. */
function secretsIn(value: unknown): readonly SecretGrant[] {
  return (Array.isArray(value) ? value : []).flatMap((each): readonly SecretGrant[] => {
    const { name, digest, file, readers } = objectOf(each) ?? {};
    if (typeof name !== "string" || typeof file !== "string" || !Array.isArray(readers)) return [];
    const known = (["agent", "setup"] as const).filter((reader) => readers.includes(reader));
    return [{ name, ...(typeof digest === "string" && { digest }), file, readers: known }];
  });
}

export function parseGateRecord(text: string): GateRecord | undefined {
  const value = parseObject(text);
  if (value?.version !== 1 || typeof value.gate !== "string" || typeof value.startedAtMs !== "number") return undefined;
  return { version: 1, gate: value.gate, startedAtMs: value.startedAtMs };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
