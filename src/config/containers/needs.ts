// What a service waits for, and with it all that whoever names services has, in the order in which they start. Pure.
import type { ServiceNeed } from "../../model/services.ts";
import type { Service } from "../generated/crew-file.ts";

export type ServiceDeclarations = Readonly<Record<string, Service>>;

/** A name that the file does not declare, which the rules refuse, is passed over. */
export function withNeeds(
  names: readonly string[],
  services: ServiceDeclarations,
): readonly (readonly [string, Service])[] {
  const found: (readonly [string, Service])[] = [];
  const begun = new Set<string>();
  const visit = (name: string): void => {
    const service = Object.hasOwn(services, name) ? services[name] : undefined;
    if (!service || begun.has(name)) return;
    begun.add(name);
    for (const need of needsOf(service, services)) visit(need.service);
    found.push([name, service]);
  };
  for (const name of [...names].sort()) visit(name);
  return found;
}

const conditions = {
  service_started: "started",
  service_healthy: "healthy",
  service_completed_successfully: "completed",
} as const;

export function needsOf({ depends_on: needs = [] }: Service, services: ServiceDeclarations): readonly ServiceNeed[] {
  const all: readonly (readonly [string, { condition?: keyof typeof conditions; required?: boolean }])[] =
    Array.isArray(needs) ? needs.map((name) => [name, {}]) : Object.entries(needs);
  return all
    .filter(([name, { required = true }]) => required || Object.hasOwn(services, name))
    .map(([service, { condition = "service_started" }]) => ({ service, until: conditions[condition] }));
}
