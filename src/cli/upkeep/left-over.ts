// What is left over in the git directory and the state directory: of killed processes, and of projects whose refs are gone.
// Only looks. A folder that holds a clone is never left over: work may be in it.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../ports/clock.ts";
import type { UnusedImage } from "../../runtimes/docker/build/unused-images.ts";
import type { EngineProject, EngineThing } from "../../runtimes/docker/leftovers.ts";
import { stateFolders } from "../../runtimes/process/leftovers.ts";
import type { Gc, Removal } from "../../ui/gc.ts";
import type { Adapters } from "../project/adapters.ts";
import { diskUse } from "./disk-use.ts";
import { type HistoryFolder, historyFolder } from "./history-folder.ts";

export interface Age {
  /** Logs and history that were changed since are kept. */
  readonly olderThanMs: number;
  readonly clock: Clock;
}

export interface LeftOverPlace extends Pick<Adapters, "place" | "stateDirectory"> {
  /** Of this repository, on the engine beside, where there is one. */
  readonly onEngine: readonly EngineProject[];
  readonly images: readonly UnusedImage[];
}

export async function leftOver({ place, stateDirectory, onEngine, images }: LeftOverPlace, age: Age): Promise<Gc> {
  const { repository, commonDir } = place;
  const [leftovers, projects, folders] = await Promise.all([
    repository.leftovers(),
    repository.projects(),
    stateFolders(stateDirectory, repository.id),
  ]);
  const live = new Set(projects);
  const ours = folders.filter(({ isOurs }) => isOurs);
  const lost = ours.filter(({ project }) => !live.has(project));
  const removals = await Promise.all([
    ...leftovers.map(({ kind, path }) =>
      removal(kind === "quarantine" ? "an import that was killed" : "a file that was never put in place", path),
    ),
    ...lost
      .filter(({ roles }) => roles.length === 0)
      .map(async ({ project, path }) => ({
        ...(await removal(`the folder of ${project}, which has no refs`, path)),
        emptyOf: project,
      })),
  ]);
  const gateLogs = ours.filter((folder) => !lost.includes(folder)).flatMap((folder) => folder.gateLogs);
  const old = await Promise.all(gateLogs.map((path) => oldEnough("the kept log of a gate", path, age)));
  const histories = await goneHistories(commonDir, live);
  const isOld = ({ changedAtMs }: { readonly changedAtMs: number }) =>
    age.clock.nowMs() - changedAtMs >= age.olderThanMs;
  const kept = lost
    .filter(({ roles }) => roles.length > 0)
    .map(({ project, roles }) => ({
      what: `the folder of ${project}, which has no refs but may hold work of ${roles.join(", ")}`,
      command: `crew gc -p ${project}`,
    }));
  const engines = onEngine.filter(({ project }) => !live.has(project));
  return {
    removals: [
      ...removals,
      ...engines.flatMap(engineRemoval),
      ...images.filter(({ createdAtMs }) => isOld({ changedAtMs: createdAtMs })).map(imageRemoval),
      ...old.flat(),
      ...histories.filter(isOld).flatMap((history) => history.removals),
    ],
    kept: [...kept, ...engines.flatMap(engineKept), ...histories.flatMap((history) => history.kept)],
  };
}

/** Nothing of it can hold work: no role has a volume there. */
function engineRemoval({ project, roles, things }: EngineProject): readonly Removal[] {
  if (roles.length > 0) return [];
  const what = `what ${project}, which has no refs, has on the engine`;
  return [{ what, where: namesOf(things), bytes: bytesOf(things), emptyOf: project, onEngine: true }];
}

/** A build or a setup can be had again at any time; one that was made just now may be about to be used. */
function imageRemoval({ kind, names, bytes }: UnusedImage): Removal {
  const whats = {
    hub: "the image of crew's own that holds volumes",
    build: "an image that was built, and nothing is made of",
    setup: "an image that keeps what a setup made, and nothing is made of",
  } as const;
  return { what: whats[kind], where: names.map((name) => `image ${name}`).join(", "), bytes, images: names };
}

function engineKept({ project, roles }: EngineProject): Gc["kept"] {
  if (roles.length === 0) return [];
  const what = `the volumes of ${project}, which has no refs but may hold work of ${roles.join(", ")}`;
  return [{ what, command: `crew gc -p ${project}` }];
}

/** In words: `container shop.hub, volume shop.mail`. */
export function namesOf(things: readonly EngineThing[]): string {
  return things.map(({ kind, name }) => `${kind} ${name}`).join(", ");
}

export function bytesOf(things: readonly EngineThing[]): number {
  return things.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Of projects that have no refs. The folders beside them are crew's own. */
async function goneHistories(commonDir: string, live: ReadonlySet<string>): Promise<readonly HistoryFolder[]> {
  const crew = join(commonDir, "crew");
  const entries = await readdir(crew, { withFileTypes: true }).catch(() => []);
  const gone = entries.filter(
    (entry) => entry.isDirectory() && !["git", "quarantine"].includes(entry.name) && !live.has(entry.name),
  );
  return await Promise.all(
    gone.map(({ name }) => historyFolder(join(crew, name), `the history of ${name}, which has no refs`)),
  );
}

async function oldEnough(what: string, path: string, { olderThanMs, clock }: Age): Promise<readonly Removal[]> {
  const { bytes, changedAtMs } = await diskUse(path);
  return clock.nowMs() - changedAtMs >= olderThanMs ? [{ what, where: path, bytes }] : [];
}

async function removal(what: string, path: string): Promise<Removal> {
  return { what, where: path, bytes: (await diskUse(path)).bytes };
}
