// `devcontainer` of roles and gates: what it says of image, user, environment and setup, under what they say themselves. Pure.
import { basename, join } from "node:path";
import type { Canonical, CanonicalRole } from "../canonical.ts";
import { hostPath } from "../containers/mounts.ts";
import type { CrewFile } from "../generated/crew-file.ts";
import { namedGates } from "../normalise/gates.ts";
import type { Finding } from "../problem.ts";
import type { Sources } from "../sources.ts";
import { type Mapping, type Path, spanOf, valueAt } from "../tree.ts";
import { type ReadDevcontainer, readDevcontainer } from "./read.ts";

export interface Expanded {
  readonly canonical: Canonical;
  readonly missing: readonly Finding[];
}

interface Given {
  readonly tree: Mapping;
  readonly file: Partial<CrewFile>;
  readonly canonical: Canonical;
}

export function withDevcontainers({ tree, file, canonical }: Given, sources: Sources): Expanded {
  if (canonical.runtime === "process") return { canonical, missing: [] };
  const missing: Finding[] = [];
  const read = new Map<string, ReadDevcontainer>();
  const gatesAt = new Map(namedGates(file).map(({ name, at }) => [name, at]));
  const expand = <T extends object>(keys: T, own: Path): T => {
    const { devcontainer: path, user } = keys as Pick<CanonicalRole, "devcontainer" | "user">;
    if (typeof path !== "string") return keys;
    const known = read.get(path) ?? readAt(path, sources);
    read.set(path, known);
    const place = valueAt(tree, [...own, "devcontainer"]) ? own : ["defaults"];
    const say = (message: string) => missing.push({ at: spanOf(tree, [...place, "devcontainer"]), message });
    known.complaints.forEach(say);
    const made = known.devcontainer;
    if (!made) return keys;
    if (user === undefined && /^(root|0)(:|$)/.test(made.user ?? ""))
      say(
        `the devcontainer's user is ${made.user}, and an agent does not run as root by the way: write user into the role`,
      );
    const { environment, setup, ...image } = made;
    return {
      ...image,
      ...(setup !== undefined && { setup: { run: setup } }),
      ...keys,
      devcontainerEnvironment: environment,
    };
  };
  const mapped = <T extends object>(map: Readonly<Record<string, T>>, at: (name: string) => Path) =>
    Object.fromEntries(Object.entries(map).map(([name, keys]) => [name, expand(keys, at(name))]));
  const roles = mapped(canonical.roles, (name) => ["roles", name]);
  const gates = mapped(canonical.gates, (name) => gatesAt.get(name) ?? []);
  return { canonical: { ...canonical, roles, gates }, missing };
}

function readAt(path: string, sources: Sources): ReadDevcontainer {
  const isFile = basename(path).endsWith(".json");
  const name = isFile ? path : join(path, "devcontainer.json");
  return readDevcontainer(hostPath(name, sources), name, sources);
}
