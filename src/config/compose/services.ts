// The services beside the agents: one copy for all, as in Compose.
import type { Entry, Mapping, Tree } from "../tree.ts";
import { fitted } from "./fit.ts";
import { portable } from "./identity.ts";
import { refusalOf } from "./left-out.ts";
import { serviceMounts } from "./mounts.ts";
import type { Reading } from "./reading.ts";
import { relocatedBuild, relocatedFiles } from "./relocated.ts";
import { entryOf, itemsOf, listTree, mapTree, textOf } from "./trees.ts";

export function serviceOf(name: string, service: Mapping, reading: Reading): Tree {
  const entries = new Map<string, Entry>([["shared", entryOf({ ...isTrue, at: service.at })]]);
  for (const [key, entry] of service.entries) {
    const refusal = refusalOf(key, entry.value);
    if (key === "container_name" || key.startsWith("x-")) {
      const words = key === "container_name" ? "crew names containers itself" : "it is yours";
      reading.note(entry.key, `services.${name}.${key}`, "left out", words);
    } else if (refusal !== undefined) {
      reading.note(entry.key, `services.${name}.${key}`, "refused", refusal);
    } else {
      const value = translatedValue(name, key, entry.value, reading);
      if (value.kind !== "list" || value.items.length > 0) entries.set(key, { ...entry, value });
    }
  }
  const tree = mapTree(entries, service.at);
  return fitted(portable(tree), { path: ["services", name], said: `services.${name}` }, reading);
}

const isTrue = { kind: "scalar", value: true, source: "true", state: "written" } as const;

function translatedValue(name: string, key: string, value: Tree, reading: Reading): Tree {
  switch (key) {
    case "volumes":
      return serviceMounts(value, name, reading);
    case "build":
      return relocatedBuild(value, reading.path);
    case "env_file":
      return relocatedFiles(value, reading.path);
    case "depends_on":
      return withoutAgents(value, reading);
    default:
      return value;
  }
}

/** A service waits for no role. */
function withoutAgents(tree: Tree, { services }: Reading): Tree {
  if (tree.kind !== "mapping") {
    return listTree(
      itemsOf(tree).filter((item) => services.includes(textOf(item) ?? "")),
      tree.at,
    );
  }
  return mapTree(new Map([...tree.entries].filter(([service]) => services.includes(service))), tree.at);
}
