// What `build` may ask for: what the engine's own builder can do, and one way to an image for each role and gate.
import { imageOfCache, type LongBuild, longBuildIn } from "../containers/builds.ts";
import { itemsOf, pairsOf } from "../containers/pairs.ts";
import { namedGates } from "../normalise/gates.ts";
import type { Report } from "../problem.ts";
import { keySpanOf, type Path, spanOf, valueAt } from "../tree.ts";
import { type Draft, type Rule, roleMaps } from "./rule.ts";

export const builds: Rule = (draft, report) => {
  const gates = namedGates(draft.file).flatMap(({ gate, at }) =>
    typeof gate === "string" ? [] : [{ path: at, keys: gate }],
  );
  const services = Object.entries(draft.file.services ?? {}).map(([name, keys]) => ({
    path: ["services", name],
    keys,
  }));
  const roles = roleMaps(draft).map(({ path, role }) => ({ path, keys: role }));
  const places = [...roles, ...gates, ...services] as readonly Place[];
  for (const place of places) {
    oneWay(draft, place, report);
    if (place.keys.build === undefined) continue;
    checkBuild(draft, place, report);
    if (place.keys.pull_policy !== "always") continue;
    const words = "what is built is not pulled; to pull its base image each time, write pull: true into build";
    report(spanOf(draft.tree, [...place.path, "pull_policy"]), words);
  }
  oneContentForEachName(draft, report);
  buildsForPolicy(draft, report);
};

interface Place {
  readonly path: Path;
  readonly keys: {
    readonly image?: string;
    readonly build?: string | LongBuild;
    readonly devcontainer?: string;
    readonly pull_policy?: string;
  };
}

function oneWay({ tree }: Draft, { path, keys }: Place, report: Report): void {
  if (keys.devcontainer === undefined) return;
  const other = keys.build !== undefined ? "build" : keys.image !== undefined ? "image" : undefined;
  if (other === undefined) return;
  report(
    keySpanOf(tree, [...path, "devcontainer"]),
    `devcontainer and ${other} both say what the image is: choose one`,
  );
}

/** Keys of BuildKit's own. */
const beyond: Readonly<Record<string, string>> = {
  secrets:
    "a build with secrets needs BuildKit, and crew builds with the engine's own builder: fetch what needs them in setup",
  ssh: "a build with ssh needs BuildKit, and crew builds with the engine's own builder: fetch what needs it in setup",
  additional_contexts:
    "further contexts need BuildKit, and crew builds with the engine's own builder: copy what is needed into the context",
  cache_to: "cache_to needs BuildKit, and crew builds with the engine's own builder, which keeps its layers itself",
  ulimits: "ulimits of a build are the engine's: remove it",
};

function checkBuild({ tree }: Draft, { path, keys }: Place, report: Report): void {
  const at = [...path, "build"];
  const build = longBuildIn(keys) ?? {};
  for (const [key, words] of Object.entries(beyond)) {
    if (valueAt(tree, [...at, key])) report(keySpanOf(tree, [...at, key]), words);
  }
  const { context = ".", dockerfile, dockerfile_inline: inline } = build;
  if (/^[a-z+]+:\/\/|^git@|^github\.com\//.test(context)) {
    const words = `${context} is no folder: when it changes, crew cannot tell; check it out, and name the folder`;
    report(spanOf(tree, valueAt(tree, [...at, "context"]) ? [...at, "context"] : at), words);
  }
  if (dockerfile !== undefined && inline !== undefined)
    report(
      keySpanOf(tree, [...at, "dockerfile_inline"]),
      "dockerfile and dockerfile_inline both say how it is built: choose one",
    );
  if (itemsOf(build.platforms ?? []).length > 1)
    report(spanOf(tree, [...at, "platforms"]), "an instance runs on one platform: name one");
  const cache = build.cache_from === undefined ? [] : itemsOf(build.cache_from);
  for (const item of cache.filter((each) => imageOfCache(each).includes("="))) {
    report(spanOf(tree, [...at, "cache_from"]), `the engine's own builder takes images alone as caches, not ${item}`, {
      allowed: "shop/cache:latest, type=registry,ref=shop/cache:latest",
    });
  }
  for (const name of Object.keys(pairsOf(build.labels ?? {})).filter((each) => each.startsWith("dev.crew."))) {
    report(spanOf(tree, [...at, "labels"]), `${name} is crew's own: labels under dev.crew. say whose an image is`);
  }
}

function buildsForPolicy({ tree, canonical, file }: Draft, report: Report): void {
  const gatesAt = new Map(namedGates(file).map(({ name, at }) => [name, at]));
  const all = [
    ...Object.entries(canonical.roles).map(([name, keys]) => ({ at: ["roles", name] as Path, keys })),
    ...Object.entries(canonical.gates).map(([name, keys]) => ({ at: gatesAt.get(name) ?? [], keys })),
  ];
  for (const { at, keys } of all) {
    if (keys.pull_policy !== "build" || keys.build !== undefined) continue;
    const place = valueAt(tree, [...at, "pull_policy"]) ? at : ["defaults"];
    report(spanOf(tree, [...place, "pull_policy"]), "pull_policy: build, and there is no build");
  }
}

/** A name means one image: two contents would take it from each other for ever. */
function oneContentForEachName({ tree, canonical, file }: Draft, report: Report): void {
  const seen = new Map<string, { readonly text: string; readonly who: string }>();
  const all = [
    ...Object.entries(canonical.roles).map(([who, keys]) => ({ who, keys, at: ["roles", who] as Path })),
    ...Object.entries(file.services ?? {}).map(([who, keys]) => ({ who, keys, at: ["services", who] as Path })),
  ];
  for (const { who, keys, at } of all) {
    const build = longBuildIn(keys);
    if (!build) continue;
    const text = JSON.stringify({ context: ".", ...build });
    const names = [...(typeof keys.image === "string" ? [keys.image] : []), ...itemsOf(build.tags ?? [])];
    for (const name of names) {
      const first = seen.get(name);
      seen.set(name, first ?? { text, who });
      if (!first || first.text === text) continue;
      const path: Path = valueAt(tree, [...at, "build"]) ? [...at, "build"] : ["defaults", "build"];
      report(
        keySpanOf(tree, path),
        `what is built for ${who} would be ${name}, and so would what is built for ${first.who}`,
      );
    }
  }
}
