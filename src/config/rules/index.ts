// The rules beyond the schema, as a list. The order means nothing: problems are sorted by their place.
import type { Finding } from "../problem.ts";
import { agents, specialties } from "./agents.ts";
import { branches } from "./branches.ts";
import { builds } from "./builds.ts";
import { noContainerKeysOnProcess } from "./container-keys.ts";
import { containerValues } from "./container-values.ts";
import { roleCycles, serviceCycles, taskCycles } from "./cycles.ts";
import { uniqueGates } from "./gates.ts";
import { mounts } from "./mounts.ts";
import { unknownNames } from "./names.ts";
import { timeouts } from "./ranges.ts";
import { reservedNames } from "./roles.ts";
import type { Draft, Rule } from "./rule.ts";
import { secretFiles, secretSources } from "./secrets.ts";
import { services } from "./services.ts";
import { setupKeys } from "./setup-keys.ts";
import { variableNames } from "./variables.ts";

const rules: readonly Rule[] = [
  agents,
  branches,
  builds,
  containerValues,
  mounts,
  noContainerKeysOnProcess,
  reservedNames,
  roleCycles,
  secretFiles,
  secretSources,
  serviceCycles,
  services,
  setupKeys,
  specialties,
  taskCycles,
  timeouts,
  uniqueGates,
  unknownNames,
  variableNames,
];

export function checkRules(draft: Draft): readonly Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) rule(draft, (at, message, help) => findings.push({ at, message, ...help }));
  return findings;
}
