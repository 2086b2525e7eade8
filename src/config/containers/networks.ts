// `networks` of a role in both of Compose's forms, with what the file says of each → networks to join, the first first. Pure.
import type { NetworkSettings, NetworkUse } from "../../model/network.ts";
import { pairsOf, sorted } from "./pairs.ts";

/** Top-level `networks`, as written. */
export type NetworkDeclarations = Readonly<Record<string, NetworkDeclaration | null>>;

interface NetworkDeclaration {
  readonly name?: string;
  readonly external?: boolean;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string | number>>;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly enable_ipv6?: boolean;
  readonly ipam?: {
    readonly driver?: string;
    readonly options?: Readonly<Record<string, string>>;
    readonly config?: readonly {
      readonly subnet?: string;
      readonly ip_range?: string;
      readonly gateway?: string;
      readonly aux_addresses?: Readonly<Record<string, string>>;
    }[];
  };
  readonly labels?: unknown;
}

interface Joining {
  readonly aliases?: readonly string[];
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly priority?: number;
}

/** By priority, then by name. Undefined: only crew's own. */
export function networksOf(value: unknown, declared: NetworkDeclarations): readonly NetworkUse[] | undefined {
  const written = value ?? (declared.default === undefined ? undefined : ["default"]);
  if (written === undefined) return undefined;
  const joined: readonly (readonly [string, Joining])[] = Array.isArray(written)
    ? sorted(written.map(String)).map((key) => [key, {}])
    : Object.entries(written as Readonly<Record<string, Joining | null>>).map(([key, how]) => [key, how ?? {}]);
  const order = (a: readonly [string, Joining], b: readonly [string, Joining]) =>
    (b[1].priority ?? 0) - (a[1].priority ?? 0) || (a[0] < b[0] ? -1 : 1);
  const uses = [...joined].sort(order).map(([key, how]) => useOf({ key, how, declared }));
  const isOnlyCrews = uses.length === 1 && uses.every((use) => Object.keys(use).length === 1 && use.key === "default");
  return uses.length === 0 || isOnlyCrews ? undefined : uses;
}

function useOf(from: {
  readonly key: string;
  readonly how: Joining;
  readonly declared: NetworkDeclarations;
}): NetworkUse {
  const { key, how, declared } = from;
  const { aliases = [], ipv4_address: ipv4Address, ipv6_address: ipv6Address } = how;
  const isDeclared = Object.hasOwn(declared, key);
  return {
    key,
    ...(isDeclared && { settings: settingsOf(key, declared[key] ?? {}) }),
    ...(aliases.length > 0 && { aliases: sorted(aliases) }),
    ...(ipv4Address !== undefined && { ipv4Address }),
    ...(ipv6Address !== undefined && { ipv6Address }),
  };
}

function settingsOf(key: string, declared: NetworkDeclaration): NetworkSettings {
  const { name, external, driver, driver_opts: options = {}, internal, attachable, enable_ipv6: ipv6, ipam } = declared;
  if (external === true) return { name: name ?? key, external: true };
  const labels = pairsOf(declared.labels ?? {});
  const driverOpts = Object.fromEntries(Object.entries(options).map(([option, value]) => [option, String(value)]));
  return {
    ...(name !== undefined && { name }),
    ...(driver !== undefined && { driver }),
    ...(Object.keys(driverOpts).length > 0 && { driverOpts }),
    ...(internal === true && { internal }),
    ...(attachable === true && { attachable }),
    ...(ipv6 === true && { enableIpv6: true as const }),
    ...(ipam && { ipam: ipamOf(ipam) }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

function ipamOf({ driver, options, config = [] }: NonNullable<NetworkDeclaration["ipam"]>) {
  return {
    ...(driver !== undefined && { Driver: driver }),
    ...(options && { Options: { ...options } }),
    Config: config.map(({ subnet, ip_range: range, gateway, aux_addresses: taken }) => ({
      ...(subnet !== undefined && { Subnet: subnet }),
      ...(range !== undefined && { IPRange: range }),
      ...(gateway !== undefined && { Gateway: gateway }),
      ...(taken && { AuxiliaryAddresses: { ...taken } }),
    })),
  };
}
