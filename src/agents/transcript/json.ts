// What an agent's program wrote as JSON, read without trust in its shape. Pure.

export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** Empty where there is no text. */
export function textAt(object: Json | undefined, key: string): string {
  const value = object?.[key];
  return typeof value === "string" ? value : "";
}

/** Zero where there is no number. */
export function numberAt(object: Json | undefined, key: string): number {
  const value = object?.[key];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

export function objectAt(object: Json | undefined, key: string): Json | undefined {
  return objectOf(object?.[key]);
}

/** Undefined where there is no list, or one of something else. */
export function objectsAt(object: Json | undefined, key: string): readonly Json[] | undefined {
  const value = object?.[key];
  if (!Array.isArray(value)) return undefined;
  const objects = value.map(objectOf).filter((each) => each !== undefined);
  return objects.length === value.length ? objects : undefined;
}
