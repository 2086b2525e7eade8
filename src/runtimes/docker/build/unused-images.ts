// Images that crew made for a repository, or for itself, and that nothing on the engine is made of any more. Looks, and removes
// what it is told to; the engine itself refuses to remove what somebody uses by then.
import type Dockerode from "dockerode";
import { isConflict, isNotFound, translated } from "../errors.ts";
import { type Kind, label } from "../names.ts";

export interface UnusedImage {
  readonly kind: "build" | "setup" | "hub";
  /** What it is removed by: its names of crew's own, or where it has none, its id. */
  readonly names: readonly string[];
  /** Beside what other images share with it; nothing where it has a name that is not crew's, by which it stays. */
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
}

interface Listed {
  readonly Id: string;
  readonly ParentId?: string;
  readonly RepoTags?: readonly string[] | null | undefined;
  readonly Created: number;
  readonly Size: number;
  readonly SharedSize?: number;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

export async function unusedImages(engine: Dockerode, repositoryId: string): Promise<readonly UnusedImage[]> {
  try {
    const containers = await engine.listContainers({ all: true });
    // The engine refuses to measure twice at once.
    const measured = (await engine.df().catch(() => undefined)) as
      | { readonly Images?: readonly Listed[] | null }
      | undefined;
    const all: readonly Listed[] = measured?.Images ?? (await engine.listImages());
    const used = new Set([
      ...containers.map(({ ImageID }) => ImageID),
      ...all.flatMap(({ ParentId }) => ParentId ?? []),
    ]);
    return all
      .filter(({ Id }) => !used.has(Id))
      .flatMap((image) => unused(image, repositoryId))
      .sort((a, b) => (`${a.names}` < `${b.names}` ? -1 : 1));
  } catch (error) {
    throw translated(error, "the list of images");
  }
}

function unused({ Id, RepoTags, Labels, Created, Size, SharedSize }: Listed, repositoryId: string) {
  const kind = Labels?.[label.kind] as Kind | undefined;
  const isOurs =
    kind === "hub" || ((kind === "build" || kind === "setup") && Labels?.[label.repository] === repositoryId);
  if (!isOurs) return [];
  const tags = (RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
  const own = tags.filter((tag) => /^(localhost\/)?crew-(build|hub|setup):/.test(tag));
  if (own.length === 0 && tags.length > 0) return [];
  const isShared = own.length < tags.length;
  const bytes = isShared || SharedSize === undefined || SharedSize < 0 ? 0 : Math.max(0, Size - SharedSize);
  return [{ kind, names: own.length > 0 ? own : [Id], bytes, createdAtMs: Created * 1000 } as const];
}

/** One that somebody uses by now is left. */
export async function removeImages(engine: Dockerode, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await engine.getImage(name).remove();
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw translated(error, `image ${name}`);
    }
  }
}
