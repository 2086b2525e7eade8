// `env_file`: variables of a role or a service that stand in files beside the crew file. Pure: the caller reads the files.

import { parseEnv } from "node:util";
import { isVariableName } from "../model/shell.ts";
import type { Canonical } from "./canonical.ts";
import { hostPath } from "./containers/mounts.ts";
import type { Finding } from "./problem.ts";
import type { Sources } from "./sources.ts";
import { type Mapping, type Path, spanOf, valueAt } from "./tree.ts";

export interface EnvFiles {
  readonly variables: FileVariables;
  /** Files that must be there and cannot be read, and names that no variable can have. */
  readonly missing: readonly Finding[];
}

type Variables = Readonly<Record<string, string>>;

/** By name; the variables of a later file over those of an earlier one. */
export interface FileVariables {
  readonly roles: ReadonlyMap<string, Variables>;
  readonly services: ReadonlyMap<string, Variables>;
}

type EnvFile = string | { readonly path: string; readonly required?: boolean };

export function readEnvFiles(tree: Mapping, canonical: Canonical, sources: Sources): EnvFiles {
  const { runtime, roles, services = {} } = canonical;
  const missing: Finding[] = [];
  const read = (kind: "role" | "service", all: Readonly<Record<string, object>>) =>
    new Map(
      Object.entries(runtime === "process" ? {} : all).map(([name, keys]) => {
        const found = filesOf(keys).map((file) => variablesOf(file, { who: `${kind} ${name}`, sources }));
        const at = spanOf(tree, placeOf(tree, [`${kind}s`, name, "env_file"]));
        missing.push(...found.flatMap(({ wrong }) => wrong.map((message) => ({ at, message }))));
        return [name, Object.assign({}, ...found.map(({ variables }) => variables)) as Variables] as const;
      }),
    );
  return {
    variables: { roles: read("role", roles), services: read("service", services as Readonly<Record<string, object>>) },
    missing,
  };
}

function filesOf({ env_file: files = [] }: { readonly env_file?: string | readonly EnvFile[] }): readonly EnvFile[] {
  return typeof files === "string" ? [files] : files;
}

interface Reading {
  readonly who: string;
  readonly sources: Sources;
}

function variablesOf(
  file: EnvFile,
  { who, sources }: Reading,
): { readonly variables: Variables; readonly wrong: readonly string[] } {
  const { path, required = true } = typeof file === "string" ? { path: file } : file;
  const text = sources.readText(hostPath(path, sources));
  if (text === undefined) {
    return { variables: {}, wrong: required ? [`${path} cannot be read (env_file of ${who})`] : [] };
  }
  const variables = variablesIn(text);
  const odd = Object.keys(variables).find((each) => !isVariableName(each));
  if (odd === undefined) return { variables, wrong: [] };
  const words = `${path} has ${JSON.stringify(odd)}, which cannot be the name of a variable in a container`;
  return { variables, wrong: [words] };
}

function placeOf(tree: Mapping, own: Path): Path {
  return valueAt(tree, own) ? own : ["defaults", "env_file"];
}

/** As Node reads it: comments, quotes, `export`, several lines in quotes; dollar signs stand for themselves. */
function variablesIn(text: string): Variables {
  return parseEnv(text) as Variables;
}
