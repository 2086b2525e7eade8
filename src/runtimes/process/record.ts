// The record that stands beside a mailbox: what the instance was made from. Pure; the file is an agent's to spoil.
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
  return { version: 1, spec: { role: spec.role, environment: Object.fromEntries(variables) } };
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
