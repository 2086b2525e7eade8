// `build` of a role, a gate or a service → how its image is built. Pure; paths are only put together.
import { isAbsolute, join } from "node:path";
import type { BuildSpec } from "../../model/build.ts";
import { sizeBytes } from "../sizes.ts";
import type { Sources } from "../sources.ts";
import { hostPath } from "./mounts.ts";
import { hostsOf, itemsOf, pairsOf, sorted } from "./pairs.ts";

/** As written, its short form spelled out. */
export interface LongBuild {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly args?: unknown;
  readonly target?: string;
  readonly cache_from?: unknown;
  readonly labels?: unknown;
  readonly network?: string;
  readonly shm_size?: string | number;
  readonly extra_hosts?: unknown;
  readonly no_cache?: boolean;
  readonly pull?: boolean;
  readonly platforms?: unknown;
  readonly tags?: unknown;
}

/** A path alone is that of the context. */
export function longBuildIn(keys: object): LongBuild | undefined {
  const { build } = keys as { readonly build?: unknown };
  if (typeof build === "string") return { context: build };
  return typeof build === "object" && build !== null ? build : undefined;
}

/** `keys`: of the role, gate or service. An `image` beside `build` is a name that what is built gets too. */
export function buildOf(keys: Readonly<Record<string, unknown>>, sources: Sources): BuildSpec | undefined {
  const build = longBuildIn(keys);
  if (!build) return undefined;
  const { target, network, shm_size: shm, no_cache: noCache, pull } = build;
  const [platform = keys.platform] = build.platforms === undefined ? [] : itemsOf(build.platforms);
  const args = argsOf(build.args ?? {}, sources);
  const labels = pairsOf(build.labels ?? {});
  const extraHosts = hostsOf(build.extra_hosts ?? {});
  const names = [...(typeof keys.image === "string" ? [keys.image] : []), ...itemsOf(build.tags ?? [])];
  const { context, dockerfile } = buildPaths(build, sources);
  return {
    context,
    dockerfile: build.dockerfile_inline === undefined ? { path: dockerfile } : { text: build.dockerfile_inline },
    ...(Object.keys(args).length > 0 && { args }),
    ...(target !== undefined && { target }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(extraHosts.length > 0 && { extraHosts }),
    ...(network !== undefined && { network }),
    ...(shm !== undefined && { shmSizeBytes: sizeBytes(String(shm)) }),
    ...(typeof platform === "string" && { platform }),
    ...(names.length > 0 && { tags: sorted(names) }),
    ...(build.cache_from !== undefined && { cacheFrom: itemsOf(build.cache_from).map(imageOfCache) }),
    ...(noCache === true && { noCache }),
    ...(pull === true && { pull }),
  };
}

/** Absolute: of the context from the crew file's folder, of the Dockerfile from the context. */
export function buildPaths({ context: given = ".", dockerfile = "Dockerfile" }: LongBuild, sources: Sources) {
  const context = hostPath(given, sources);
  return { context, dockerfile: isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile) };
}

/** `type=registry,ref=shop/cache` is an image to the engine's own builder. */
export function imageOfCache(item: string): string {
  return item.replace(/^type=registry,ref=/, "");
}

/** A name without a value takes it from crew's own environment and, as in Compose, is left out where that has none. */
function argsOf(value: unknown, { env }: Sources): Readonly<Record<string, string>> {
  const lines: readonly (readonly [string, string | undefined])[] = Array.isArray(value)
    ? value.map(String).map((line) => {
        const equals = line.indexOf("=");
        return equals < 0 ? [line, undefined] : [line.slice(0, equals), line.slice(equals + 1)];
      })
    : Object.entries(value as object).map(([name, one]) => [name, one === null ? undefined : String(one)]);
  return Object.fromEntries(
    lines.flatMap(([name, given]) => {
      const text = given ?? (Object.hasOwn(env, name) ? env[name] : undefined);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}
