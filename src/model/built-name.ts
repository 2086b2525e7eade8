// What a built image is called: a name made of all that it is built from. Pure.
import { type BuildSpec, builtRepository } from "./build.ts";
import { contentHash } from "./content.ts";

/** Stands in a container's `image` until a look has told what is in the context. */
export function buildPlaceholder(build: BuildSpec): string {
  return `${builtRepository}:unseen-${contentHash(build).slice(0, 16)}`;
}

/** The same content has the same name, wherever it lies, and is never built twice. */
export function builtName(build: BuildSpec, seen: { readonly repositoryId: string; readonly content: string }): string {
  const { context, dockerfile, cacheFrom, noCache, pull, layer, ...rest } = build;
  return `${builtRepository}:${contentHash({ ...rest, ...seen }).slice(0, 24)}`;
}

/** The content of what is built from a text alone. */
export function textContent(text: string): string {
  return contentHash(text);
}
