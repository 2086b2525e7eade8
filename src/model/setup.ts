// A setup that an image can keep: what it is known by, and who starts from it. Pure.
import type { ContainerSpec } from "./container.ts";
import { contentHash } from "./content.ts";
import type { Gate, Role } from "./crew.ts";
import { madeOf } from "./images.ts";
import type { Oid } from "./names.ts";
import type { SecretGrant } from "./secret.ts";

/** With all that what it makes may depend on, but for what the files of its key hold. */
export interface Setup {
  readonly run: string;
  /** Sorted; never empty. */
  readonly key: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** As a role's. */
  readonly sealed?: string;
  readonly container: ContainerSpec & { readonly imageId: string };
  /** Its own alone. */
  readonly secrets: readonly SecretGrant[];
}

/** What files of a tree hold; one that is not there holds nothing. */
export interface TreeFiles {
  readonly commit: Oid;
  readonly holds: ReadonlyMap<string, Oid>;
}

/**
 * Undefined where nothing could say when it has to run again (no key), where its image is not there yet, and where volumes or
 * networks of the file's may hold what it makes or needs.
 */
export function keepableSetup(of: Role | Gate): Setup | undefined {
  const { setup, setupKey = [], environment, sealed, container, secrets = [] } = of;
  if (setup === undefined || setupKey.length === 0 || container?.imageId === undefined) return undefined;
  if (madeOf(container) === undefined) return undefined;
  if (container.volumes !== undefined || container.networks !== undefined) return undefined;
  const own = secrets.filter(({ readers }) => readers.includes("setup"));
  return {
    run: setup,
    key: setupKey,
    environment,
    ...(sealed !== undefined && { sealed }),
    container: { ...container, imageId: container.imageId },
    secrets: own.map((secret) => ({ ...secret, readers: ["setup"] })),
  };
}

/** Name of the image that keeps what it makes of these files. Where it comes from counts: nobody's work meets another's. */
export function setupHash(
  { run, key, environment, sealed, container, secrets }: Setup,
  { holds }: Pick<TreeFiles, "holds">,
  repositoryId: string,
): string {
  const { user, platform } = container;
  const files = key.map((file) => [file, holds.get(file) ?? null]);
  const given = secrets.map(({ name, file }) => [name, file]);
  const place = { imageId: madeOf(container), user: user ?? null, platform: platform ?? null };
  return contentHash({
    version: 1,
    repositoryId,
    run,
    files,
    environment: sealed ?? environment,
    given,
    ...place,
  }).slice(0, 32);
}

/** Every file that the key of a setup names, once. */
export function setupFiles(all: readonly Pick<Role, "setupKey">[]): readonly string[] {
  return [...new Set(all.flatMap(({ setupKey }) => setupKey ?? []))].sort();
}
