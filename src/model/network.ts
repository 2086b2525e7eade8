// A network that a role's container joins. Plain data, canonical.

export interface NetworkUse {
  /** Its name in the file; `default` without any settings is crew's own, where instances do not see each other. */
  readonly key: string;
  readonly settings?: NetworkSettings;
  /** Further names of the container there, sorted. */
  readonly aliases?: readonly string[];
  readonly ipv4Address?: string;
  readonly ipv6Address?: string;
}

export interface NetworkSettings {
  /** On the engine; absent: the project's own name for the key. */
  readonly name?: string;
  /** It is somebody's own: neither made nor removed. */
  readonly external?: true;
  readonly driver?: string;
  readonly driverOpts?: Readonly<Record<string, string>>;
  readonly internal?: true;
  readonly attachable?: true;
  readonly enableIpv6?: true;
  /** As Compose and the engine have it, the keys in the engine's writing. */
  readonly ipam?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
}

export function networkWords({ key, settings, aliases = [], ipv4Address, ipv6Address }: NetworkUse): string {
  const { name, external, ...others } = settings ?? {};
  const details = [
    ...(name === undefined || name === key ? [] : [name]),
    ...(external ? ["external"] : []),
    ...(Object.keys(others).length === 0 ? [] : [JSON.stringify(others)]),
    ...aliases.map((alias) => `as ${alias}`),
    ...[ipv4Address, ipv6Address].filter((address) => address !== undefined),
  ];
  return details.length === 0 ? key : `${key} (${details.join(", ")})`;
}
