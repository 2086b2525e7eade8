// How an image is built from sources, as the file says it. Plain data, canonical; knows no engine. Pure.
/** What the engine's own builder takes. Paths are absolute. */
export interface BuildSpec {
  /** Folder that is sent to the builder; absent: nothing but the Dockerfile's text is. */
  readonly context?: string;
  readonly dockerfile: { readonly path: string } | { readonly text: string };
  readonly args?: Readonly<Record<string, string>>;
  /** The stage to build. */
  readonly target?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `name:address`, sorted. */
  readonly extraHosts?: readonly string[];
  /** Of its RUN steps. */
  readonly network?: string;
  readonly shmSizeBytes?: number;
  /** Such as `linux/amd64`. */
  readonly platform?: string;
  /** Further names that the image gets. */
  readonly tags?: readonly string[];
  /** Images in whose layers the builder looks too. */
  readonly cacheFrom?: readonly string[];
  readonly noCache?: boolean;
  /** The base image is pulled each time. */
  readonly pull?: boolean;
  /** It is a layer of crew's own, in words; no part of what it is known by. */
  readonly layer?: {
    readonly adds: string;
    readonly on: string;
    /** The image that Node and npm come from, where they are needed. */
    readonly nodeImage?: string;
    /** Where its program comes from without them. */
    readonly index?: "PyPI";
  };
}

/** What every name of a built image begins with. */
export const builtRepository = "crew-build";

export function isBuiltName(image: string): boolean {
  return image.startsWith(`${builtRepository}:`);
}

/** `git on node:24`, or the folder of its context. */
export function builtOf({ layer, context = "" }: BuildSpec): string {
  return layer ? `${layer.adds} on ${layer.on}` : context;
}
