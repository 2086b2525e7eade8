// A secret comes from one place.
import { keySpanOf } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const secretSources: Rule = (draft, report) => {
  for (const [name, secret] of Object.entries(draft.file.secrets ?? {})) {
    const sources = [secret.environment, secret.file].filter((source) => source !== undefined);
    if (sources.length === 1) continue;
    const words = sources.length === 0 ? "has no source" : "has two sources";
    report(keySpanOf(draft.tree, ["secrets", name]), `secret ${name} ${words}: give environment or file`, {
      allowed: `{environment: ${name}}, {file: ./${name}}`,
    });
  }
};
