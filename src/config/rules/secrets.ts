// A secret comes from one place, and becomes one file in a container.
import { keySpanOf, spanOf } from "../tree.ts";
import { type Rule, roleMaps } from "./rule.ts";

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

export const secretFiles: Rule = (draft, report) => {
  for (const { path, role } of roleMaps(draft)) {
    const files = new Set<string>();
    for (const [index, grant] of (role.secrets ?? []).entries()) {
      const { source, target } = typeof grant === "string" ? { source: grant, target: undefined } : grant;
      const file = target ?? source;
      const at = spanOf(draft.tree, [...path, "secrets", index, ...(target === undefined ? [] : ["target"])]);
      if (!/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(file)) {
        report(at, `target must be the name of a file under /run/secrets, not ${JSON.stringify(file)}`);
      } else if (files.has(file)) report(at, `two secrets would be the file /run/secrets/${file}`);
      files.add(file);
    }
  }
};
