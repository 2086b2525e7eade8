// `services` of the file → what a role or a gate runs beside: those that it names and all that they depend on, in the order in
// which they start. Pure.
import parseArgsStringToArgv from "string-argv";
import type { ServiceNeed, ServiceSpec } from "../../model/services.ts";
import type { FileVariables } from "../env-files.ts";
import type { Service } from "../generated/crew-file.ts";
import { environmentOf } from "../normalise/forms.ts";
import { valuesOf } from "../values.ts";
import { containerOf, type Declared } from "./index.ts";
import { itemsOf } from "./pairs.ts";

export type ServiceDeclarations = Readonly<Record<string, Service>>;

export interface ServicesGiven {
  readonly services: ServiceDeclarations;
  readonly declared: Declared;
  /** For variables without a value. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: FileVariables;
}

/** A name that the file does not declare, which the rules refuse, is passed over. */
export function servicesOf(names: readonly string[], given: ServicesGiven): readonly ServiceSpec[] {
  const found = new Map<string, ServiceSpec>();
  const begun = new Set<string>();
  const visit = (name: string): void => {
    const service = Object.hasOwn(given.services, name) ? given.services[name] : undefined;
    if (!service || begun.has(name)) return;
    begun.add(name);
    for (const need of needsOf(service, given.services)) visit(need.service);
    const spec = serviceOf(name, service, given);
    if (spec) found.set(name, spec);
  };
  for (const name of [...names].sort()) visit(name);
  return [...found.values()];
}

const conditions = {
  service_started: "started",
  service_healthy: "healthy",
  service_completed_successfully: "completed",
} as const;

function needsOf({ depends_on: needs = [] }: Service, services: ServiceDeclarations): readonly ServiceNeed[] {
  const all: readonly (readonly [string, { condition?: keyof typeof conditions; required?: boolean }])[] =
    Array.isArray(needs) ? needs.map((name) => [name, {}]) : Object.entries(needs);
  return all
    .filter(([name, { required = true }]) => required || Object.hasOwn(services, name))
    .map(([service, { condition = "service_started" }]) => ({ service, until: conditions[condition] }));
}

function serviceOf(
  name: string,
  service: Service,
  { services, declared, env, files }: ServicesGiven,
): ServiceSpec | undefined {
  const { command, entrypoint, environment, hostname, cap_drop: drop, restart, shared, ...keys } = service;
  const container = containerOf(keys, declared);
  if (!container) return undefined;
  const capDrop = drop === undefined ? [] : itemsOf(drop).map((each) => each.toUpperCase().replace(/^CAP_/, ""));
  return {
    name,
    ...(shared === true && { shared }),
    container,
    environment: { ...files.services.get(name), ...valuesOf(environmentOf(environment ?? {}), env) },
    ...(command !== undefined && command !== null && { command: argvOf(command) }),
    ...(entrypoint !== undefined && entrypoint !== null && { entrypoint: argvOf(entrypoint) }),
    ...(hostname !== undefined && { hostname }),
    ...(capDrop.length > 0 && { capDrop: [...capDrop].sort() }),
    ...restartOf(restart),
    needs: needsOf(service, services),
  };
}

/** A text is words as a shell would split it, and no shell runs it: as in Compose. */
function argvOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? parseArgsStringToArgv(value) : value;
}

function restartOf(restart = "no"): Pick<ServiceSpec, "restart"> {
  const [name = "no", tries] = restart.split(":");
  if (name === "no") return {};
  return { restart: { name: name as "always", ...(tries !== undefined && { tries: Number(tries) }) } };
}
