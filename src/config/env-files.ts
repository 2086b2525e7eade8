// `env_file`: variables of a role that stand in files beside the crew file. Pure: the caller reads the files.

import { parseEnv } from "node:util";
import { isVariableName } from "../model/shell.ts";
import type { Canonical } from "./canonical.ts";
import { hostPath } from "./containers/mounts.ts";
import type { Finding } from "./problem.ts";
import type { Sources } from "./sources.ts";
import { type Mapping, type Path, spanOf, valueAt } from "./tree.ts";

export interface EnvFiles {
  /** Role → variables; those of a later file over those of an earlier one. */
  readonly variables: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Files that must be there and cannot be read, and names that no variable can have. */
  readonly missing: readonly Finding[];
}

type EnvFile = string | { readonly path: string; readonly required?: boolean };

export function readEnvFiles(tree: Mapping, { roles, runtime }: Canonical, sources: Sources): EnvFiles {
  const missing: Finding[] = [];
  const variables = Object.entries(roles).map(([name, role]) => {
    const files = runtime === "process" ? [] : ((role.env_file ?? []) as readonly EnvFile[]);
    const read = files.flatMap((file) => {
      const { path, required = true } = typeof file === "string" ? { path: file } : file;
      const text = sources.readText(hostPath(path, sources));
      if (text === undefined && required) {
        missing.push({
          at: spanOf(tree, placeOf(tree, name)),
          message: `${path} cannot be read (env_file of role ${name})`,
        });
      }
      const variables = text === undefined ? {} : variablesIn(text);
      const odd = Object.keys(variables).find((each) => !isVariableName(each));
      if (odd !== undefined) {
        const words = `${path} has ${JSON.stringify(odd)}, which cannot be the name of a variable in a container`;
        missing.push({ at: spanOf(tree, placeOf(tree, name)), message: words });
      }
      return [variables];
    });
    return [name, Object.assign({}, ...read) as Record<string, string>] as const;
  });
  return { variables: new Map(variables), missing };
}

function placeOf(tree: Mapping, role: string): Path {
  const own: Path = ["roles", role, "env_file"];
  return valueAt(tree, own) ? own : ["defaults", "env_file"];
}

/** As Node reads it: comments, quotes, `export`, several lines in quotes; dollar signs stand for themselves. */
function variablesIn(text: string): Readonly<Record<string, string>> {
  return parseEnv(text) as Readonly<Record<string, string>>;
}
