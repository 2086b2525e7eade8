// Whose a thing on the engine is, by its labels: the one place that writes them and reads them again. Pure.
import type { ServiceOwner } from "../../../model/services.ts";
import { type Labels, label } from "../names.ts";

export function ownerLabels(owner: ServiceOwner): Labels {
  switch (owner.kind) {
    case "role":
      return { [label.role]: owner.role };
    case "gate":
      return { [label.gate]: owner.gate, [label.key]: owner.key };
    case "project":
      return {};
  }
}

export function ownerIn(labels: Labels): ServiceOwner {
  const { [label.role]: role, [label.key]: key, [label.gate]: gate = "" } = labels;
  if (role !== undefined) return { kind: "role", role };
  return key === undefined ? { kind: "project" } : { kind: "gate", gate, key };
}
