// What a service is made of, field by field in words, as it stands beside its container and is compared with the file. Holds no
// value of a variable: those are told apart by a digest. Pure.
import { containerWords } from "./container-words.ts";
import { contentHash } from "./content.ts";
import { type ServiceSpec, type ServiceState, serviceHash } from "./services.ts";
import { changedSecretly, changedWords, type FieldChange, secretChanges } from "./spec.ts";

/** Key of the file → its value in Compose's short form. */
export type ServiceFields = Readonly<Record<string, string>>;

export function serviceFields(spec: ServiceSpec): ServiceFields {
  const { container, environment, command, entrypoint, hostname, capDrop, restart } = spec;
  const variables = Object.entries(environment).map(([name, value]) => [`environment.${name}`, digestOf(name, value)]);
  return {
    ...Object.fromEntries(containerWords(container)),
    ...Object.fromEntries(variables),
    ...(command && { command: command.join(" ") }),
    ...(entrypoint && { entrypoint: entrypoint.join(" ") }),
    ...(hostname !== undefined && { hostname }),
    ...(capDrop && { cap_drop: capDrop.join(", ") }),
    ...(restart && { restart: restart.tries === undefined ? restart.name : `${restart.name}:${restart.tries}` }),
  };
}

function digestOf(name: string, value: string): string {
  return contentHash([name, value]).slice(0, 12);
}

/** What of it is not as the file has it by now; empty: nothing. One of which no fields are known is another as a whole. */
export function serviceDrift(state: ServiceState, spec: ServiceSpec): readonly FieldChange[] {
  const secrets = secretChanges(state, spec);
  if (state.specHash === serviceHash(spec)) return secrets;
  const before = state.fields ?? {};
  const after = serviceFields(spec);
  const fields = state.fields ? [...new Set([...Object.keys(before), ...Object.keys(after)])].sort() : [];
  const changes = fields.flatMap((field): readonly FieldChange[] => {
    const [was, is] = [before[field], after[field]];
    if (was === is) return [];
    return [field.startsWith("environment.") ? changedSecretly(field, was, is) : changedWords(field, was, is)];
  });
  return changes.length > 0 ? [...changes, ...secrets] : [{ field: "spec", words: "changed in the file" }, ...secrets];
}
