// A secret comes from one place, and becomes one file in a container.

import { fileMode } from "../secrets.ts";
import { keySpanOf, type Path, spanOf, valueAt } from "../tree.ts";
import { type Draft, type Rule, roleMaps } from "./rule.ts";

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
  for (const { path, secrets = [] } of grantedIn(draft)) {
    const files = new Set<string>();
    for (const [index, grant] of secrets.entries()) {
      const long = typeof grant === "string" ? { source: grant } : grant;
      const { source, target } = long;
      const file = target ?? source;
      const place = [...path, "secrets", index];
      const at = spanOf(draft.tree, [...place, ...(target === undefined ? [] : ["target"])]);
      if (!/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(file)) {
        report(at, `target must be the name of a file under /run/secrets, not ${JSON.stringify(file)}`);
      } else if (files.has(file)) report(at, `two secrets would be the file /run/secrets/${file}`);
      files.add(file);
      for (const key of ["uid", "gid"] as const) {
        const id = long[key];
        if (id === undefined || /^\d{1,9}$/.test(id)) continue;
        report(spanOf(draft.tree, [...place, key]), `${key} must be a number, not ${JSON.stringify(id)}`);
      }
      const mode = valueAt(draft.tree, [...place, "mode"]);
      if (long.mode === undefined || mode?.kind !== "scalar" || isMode(long.mode)) continue;
      report(mode.at, `${mode.source} is no file mode`, { allowed: "0400, 0440, 0444" });
    }
  }
};

type Granted = NonNullable<ReturnType<typeof roleMaps>[number]["role"]["secrets"]>;

function grantedIn(draft: Draft): readonly { readonly path: Path; readonly secrets?: Granted | undefined }[] {
  const services = Object.entries(draft.file.services ?? {});
  return [
    ...roleMaps(draft).map(({ path, role: { secrets } }) => ({ path, secrets })),
    ...services.map(([name, { secrets }]) => ({ path: ["services", name], secrets })),
  ];
}

function isMode(mode: string | number): boolean {
  const isOctal = typeof mode === "number" || /^[0-7]{3,4}$/.test(mode);
  return isOctal && fileMode(mode) >= 0 && fileMode(mode) <= 0o777;
}
