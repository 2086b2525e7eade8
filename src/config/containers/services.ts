// `services` of the file → what a role or a gate runs beside: those that it names and all that they depend on, in the order in
// which they start. Pure.
import parseArgsStringToArgv from "string-argv";
import type { ServiceSpec } from "../../model/services.ts";
import type { FileVariables } from "../env-files.ts";
import type { Service } from "../generated/crew-file.ts";
import { environmentOf } from "../normalise/forms.ts";
import { type ReadSecrets, serviceSecrets } from "../secrets.ts";
import { valuesOf } from "../values.ts";
import { containerOf, type Declared } from "./index.ts";
import { needsOf, type ServiceDeclarations, withNeeds } from "./needs.ts";
import { itemsOf } from "./pairs.ts";

export interface ServicesGiven {
  readonly services: ServiceDeclarations;
  readonly declared: Declared;
  /** For variables without a value. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: FileVariables;
  readonly secrets: ReadSecrets["secrets"];
}

export function servicesOf(names: readonly string[], given: ServicesGiven): readonly ServiceSpec[] {
  return withNeeds(names, given.services).flatMap(([name, service]) => serviceOf(name, service, given) ?? []);
}

function serviceOf(
  name: string,
  service: Service,
  { services, declared, env, files, secrets }: ServicesGiven,
): ServiceSpec | undefined {
  const { command, entrypoint, environment, hostname, cap_drop: drop, restart, shared, ...keys } = service;
  const container = containerOf(keys, declared);
  if (!container) return undefined;
  const given = serviceSecrets(service, secrets);
  const capDrop = drop === undefined ? [] : itemsOf(drop).map((each) => each.toUpperCase().replace(/^CAP_/, ""));
  return {
    name,
    ...(shared === true && { shared }),
    container,
    environment: { ...files.services.get(name), ...valuesOf(environmentOf(environment ?? {}), env) },
    ...(given.length > 0 && { secrets: given }),
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
