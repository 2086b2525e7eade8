// What `build` needs on the disk: the context's folder, and its Dockerfile. Pure: the caller looks.
import { basename, dirname } from "node:path";
import type { Canonical } from "./canonical.ts";
import { buildPaths, type LongBuild, longBuildIn } from "./containers/builds.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { CrewFile } from "./generated/crew-file.ts";
import { namedGates } from "./normalise/gates.ts";
import type { Finding } from "./problem.ts";
import type { Sources } from "./sources.ts";
import { type Mapping, type Path, spanOf, valueAt } from "./tree.ts";

/** What is not there, once for each place that names it. */
export function missingBuildFiles(
  {
    tree,
    file,
    canonical,
  }: { readonly tree: Mapping; readonly file: Partial<CrewFile>; readonly canonical: Canonical },
  sources: Sources,
): readonly Finding[] {
  if (canonical.runtime === "process") return [];
  const gatesAt = new Map(namedGates(file).map(({ name, at }) => [name, at]));
  const built = [
    ...Object.entries(canonical.roles).map(([name, { build }]) => ({ at: ["roles", name] as Path, build })),
    ...Object.entries(canonical.gates).map(([name, { build }]) => ({ at: gatesAt.get(name) ?? [], build })),
    ...Object.entries(file.services ?? {}).map(([name, { build }]) => ({ at: ["services", name] as Path, build })),
  ];
  return built.flatMap(({ at, ...keys }) => {
    const build = longBuildIn(keys);
    if (!build) return [];
    const place: Path = valueAt(tree, [...at, "build"]) ? [...at, "build"] : ["defaults", "build"];
    return missingOf(build, sources).map(({ key, ...finding }) => ({
      ...finding,
      at: spanOf(tree, valueAt(tree, [...place, key]) ? [...place, key] : place),
    }));
  });
}

type Missing = Omit<Finding, "at"> & { readonly key: "context" | "dockerfile" };

function missingOf(build: LongBuild, sources: Sources): readonly Missing[] {
  const { context, dockerfile } = buildPaths(build, sources);
  const { context: given = ".", dockerfile: named = "Dockerfile" } = build;
  const kind = sources.kindAt(context);
  if (kind !== "folder") {
    const words = kind === "file" ? "is a file: a context is a folder" : "is not there";
    return [{ key: "context", message: `the context ${given} ${words}`, ...meant(context, given, sources) }];
  }
  if (build.dockerfile_inline !== undefined || sources.kindAt(dockerfile) === "file") return [];
  const message = `there is no ${named} in the context ${given}`;
  return [{ key: "dockerfile", message, ...meant(dockerfile, named, sources) }];
}

/** The name beside it that is most like it. */
function meant(path: string, given: string, sources: Sources): { readonly suggestion?: string } {
  const name = didYouMean(basename(path), sources.namesIn(dirname(path)));
  return name === undefined ? {} : { suggestion: `${given.slice(0, given.lastIndexOf("/") + 1)}${name}` };
}
