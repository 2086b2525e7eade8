// Profiles, as in Compose: what has none always takes part, what has one where it is chosen or, of roles, named. Pure.
import { noProfiles, type Profiles } from "../model/crew.ts";
import type { Canonical } from "./canonical.ts";
import type { ServiceDeclarations } from "./containers/needs.ts";
import type { Service } from "./generated/crew-file.ts";
import type { Finding } from "./problem.ts";
import { keySpanOf, type Mapping, type Path, spanOf, valueAt } from "./tree.ts";

type Keys = object & { readonly profiles?: unknown };

function profilesOf({ profiles = [] }: Keys): readonly string[] {
  return profiles as readonly string[];
}

/** All that the file has, sorted. */
export function profileNames({ roles, services = {} }: Canonical): readonly string[] {
  return [...new Set([...Object.values(roles), ...Object.values(services as object)].flatMap(profilesOf))].sort();
}

function takesPart(keys: Keys, { chosen }: Profiles): boolean {
  const profiles = profilesOf(keys);
  return profiles.length === 0 || profiles.some((each) => chosen.includes(each) || chosen.includes("*"));
}

/** Its profiles; undefined where it takes part. */
export function unchosenProfiles(role: string, keys: Keys, profiles: Profiles): readonly string[] | undefined {
  return takesPart(keys, profiles) || profiles.named.includes(role) ? undefined : profilesOf(keys);
}

/** The same file without roles and services that take no part. */
export function chosenOf(canonical: Canonical, profiles: Profiles = noProfiles): Canonical {
  const roles = Object.entries(canonical.roles).filter(([name, role]) => !unchosenProfiles(name, role, profiles));
  const services = Object.entries((canonical.services ?? {}) as ServiceDeclarations).filter(([, service]) =>
    takesPart(service, profiles),
  );
  return { ...canonical, roles: Object.fromEntries(roles), services: Object.fromEntries(services) };
}

/** What is worth recording of a choice: names of roles that have no profile say nothing. */
export function recordedProfiles(canonical: Canonical, { chosen, named }: Profiles): Profiles | undefined {
  if (profileNames(canonical).length === 0) return undefined;
  const roles = named.filter((name) => canonical.roles[name] && profilesOf(canonical.roles[name]).length > 0);
  const kept = { chosen: [...new Set(chosen)].sort(), named: [...new Set(roles)].sort() };
  return kept.chosen.length + kept.named.length === 0 ? undefined : kept;
}

/** What lies within a role or service that takes no part is not missed. */
export function missedIn(
  found: readonly Finding[],
  { tree, canonical, chosen }: { readonly tree: Mapping; readonly canonical: Canonical; readonly chosen: Canonical },
): readonly Finding[] {
  const places = (["roles", "services"] as const).flatMap((kind) =>
    Object.keys((canonical[kind] ?? {}) as object)
      .filter((name) => !Object.hasOwn((chosen[kind] ?? {}) as object, name))
      .map((name) => [keySpanOf(tree, [kind, name]), spanOf(tree, [kind, name])] as const),
  );
  return found.filter(({ at }) => !places.some(([key, { end }]) => key.start <= at.start && at.end <= end));
}

/** As in Compose, what takes part cannot depend on what does not, unless it says that it can do without. */
export function unchosenNeeds(
  tree: Mapping,
  { canonical, chosen }: { readonly canonical: Canonical; readonly chosen: Canonical },
): readonly Finding[] {
  const all = (canonical.services ?? {}) as ServiceDeclarations;
  const there = (chosen.services ?? {}) as ServiceDeclarations;
  return Object.entries(there).flatMap(([name, service]) =>
    requiredBy(service).flatMap(({ need, place }): readonly Finding[] => {
      const other = Object.hasOwn(all, need) && !Object.hasOwn(there, need) ? all[need] : undefined;
      if (!other) return [];
      const path: Path = ["services", name, "depends_on", place];
      const at = valueAt(tree, path.slice(0, -1))?.kind === "mapping" ? keySpanOf(tree, path) : spanOf(tree, path);
      const profiles = profilesOf(other);
      const message = `service ${name} depends on ${need}, which takes no part: ${profiles.join(" or ")} is not chosen`;
      return [{ at, message, allowed: `crew --profile ${profiles[0]} …, or {${need}: {required: false}}` }];
    }),
  );
}

function requiredBy({ depends_on: needs = [] }: Service) {
  if (Array.isArray(needs)) return needs.map((need, place) => ({ need, place: place as string | number }));
  return Object.entries(needs)
    .filter(([, { required = true }]) => required)
    .map(([need]) => ({ need, place: need as string | number }));
}
