// What is to become of a service, in words and with its sign. Pure.
import type { Operation } from "../model/plan.ts";
import { serviceWords } from "../model/services.ts";

type OfService = Extract<Operation, { readonly kind: `service.${string}` }>;

const signs = {
  "service.create": "+",
  "service.start": "→",
  "service.stop": "~",
  "service.pause": "~",
  "service.remove": "-",
} as const;

export function serviceLine(operation: OfService) {
  const verb = operation.kind.slice("service.".length);
  const name = operation.kind === "service.create" ? operation.spec.name : operation.service;
  const about = `service ${serviceWords(operation.owner, name)}`;
  return { sign: signs[operation.kind], verb, about, detail: verb };
}
