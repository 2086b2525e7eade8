// The long form of roles: `defaults` merged under each, then what follows from name and epic. Pure.
import type { CanonicalBeads, CanonicalRole } from "../canonical.ts";
import type { Beads, CrewFile, Role } from "../generated/crew-file.ts";
import { agentOf } from "./agent.ts";
import { environmentOf, listOf, longBuild, mapValues, setupOf } from "./forms.ts";

type LongRole = NonNullable<Role>;

export function rolesOf(file: Partial<CrewFile>, slug: string): Record<string, CanonicalRole> {
  const defaults = file.defaults ?? {};
  const names = Object.keys(file.roles ?? {});
  const soleRole = names.length === 1;
  return Object.fromEntries(
    names.map((name) => [name, roleOf({ name, role: file.roles?.[name] ?? {}, defaults, slug, soleRole })]),
  );
}

function roleOf(from: {
  readonly name: string;
  readonly role: LongRole;
  readonly defaults: LongRole;
  readonly slug: string;
  readonly soleRole: boolean;
}): CanonicalRole {
  const merged = merge(longForms(withoutOtherImage(from.defaults, from.role)), longForms(from.role));
  const ownLabel: CanonicalBeads = from.soleRole ? {} : { labels: [from.name] };
  return {
    ...merged,
    agent: agentOf(from.role.agent, from.defaults.agent),
    branch: merged.branch ?? `feature/${from.slug}-${from.name}`,
    beads: merged.beads ?? ownLabel,
    into: merged.into ?? "epic",
    depends_on: merged.depends_on ?? [],
    environment: merged.environment ?? {},
  };
}

function longForms(role: LongRole) {
  const { specialty, setup, beads, environment, build, env_file, paths, agent: _merged, ...rest } = role;
  return {
    ...rest,
    ...(specialty === undefined ? {} : { specialty: listOf(specialty) }),
    ...(setup === undefined ? {} : { setup: setupOf(setup) }),
    ...(paths === undefined ? {} : { paths: listOf(paths) }),
    ...(beads === undefined ? {} : { beads: beadsOf(beads) }),
    ...(environment === undefined ? {} : { environment: environmentOf(environment) }),
    ...(build === undefined ? {} : { build: longBuild(build) }),
    ...(env_file === undefined ? {} : { env_file: typeof env_file === "string" ? [env_file] : env_file }),
  };
}

const imageKeys = ["image", "build", "devcontainer"] as const;

/** Whoever says where its image comes from means that alone. */
export function withoutOtherImage<T extends object>(under: T, over: object): T {
  if (!imageKeys.some((key) => key in over)) return under;
  const others = imageKeys.filter((key) => !(key in over));
  return Object.fromEntries(Object.entries(under).filter(([key]) => !others.some((other) => other === key))) as T;
}

/** As Compose's `extends`: the role wins, maps are merged one level deep, lists are replaced. */
function merge<T extends object>(under: T, over: T): T {
  const merged = { ...under } as Record<string, unknown>;
  for (const [key, value] of Object.entries(over)) {
    const inherited = merged[key];
    merged[key] = isMap(inherited) && isMap(value) ? { ...inherited, ...value } : value;
  }
  return merged as T;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function beadsOf(beads: Beads): CanonicalBeads {
  const { labels, labels_any, types, ids, priority, metadata, ...rest } = beads;
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: listOf(labels) }),
    ...(labels_any === undefined ? {} : { labels_any: listOf(labels_any) }),
    ...(types === undefined ? {} : { types: listOf(types) }),
    ...(ids === undefined ? {} : { ids: listOf(ids) }),
    ...(priority === undefined ? {} : { priority: [priority].flat() }),
    ...(metadata === undefined ? {} : { metadata: mapValues(metadata, String) }),
  };
}
