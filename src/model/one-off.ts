// A one-off instance, for a person's command: made like a role's, given no order, and gone with the command. Pure.
import type { Role } from "./crew.ts";
import { type InstanceSpec, instanceSpec } from "./spec.ts";

/** `digits`: small hex ones. No role's name has a dot. */
export function oneOffName(role: string, digits: string): string {
  return `${role}.run-${digits}`;
}

export function isOneOff(name: string): boolean {
  return /\.run-[0-9a-f]+$/.test(name);
}

/** Whose services it reaches: those of the role that it is made like. */
export function servedAs(name: string): string {
  return isOneOff(name) ? name.replace(/\.run-[0-9a-f]+$/, "") : name;
}

/** The role's own, without what only one can have: its ports on the host, its addresses and its further names in networks. */
export function oneOffSpec(role: Role, name: string): InstanceSpec {
  const spec = { ...instanceSpec(role), role: name };
  if (!spec.container) return spec;
  const { ports, networks, ...container } = spec.container;
  const joined = networks?.map(({ key, settings }) => ({ key, ...(settings && { settings }) }));
  return { ...spec, container: { ...container, ...(joined && { networks: joined }) } };
}
