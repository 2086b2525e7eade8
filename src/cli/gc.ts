// crew gc: removes what is left over, or with -p a project that is given up, after its work is archived. Says first what
// goes; nothing goes without consent.
import { rm } from "node:fs/promises";
import { CrewError } from "../errors.ts";
import { systemClock } from "../execute/clock.ts";
import { removeImages, unusedImages } from "../runtimes/docker/build/unused-images.ts";
import type { Engine } from "../runtimes/docker/engine/connect.ts";
import { engineProjects, removeThings } from "../runtimes/docker/leftovers.ts";
import { jsonText } from "../ui/clean.ts";
import { type Gc, gcJson, gcText } from "../ui/gc.ts";
import { createOutput } from "../ui/output.ts";
import { underLock } from "./driving/under-lock.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { type Adapters, openAdapters } from "./project/adapters.ts";
import { engineBeside } from "./project/engines.ts";
import { consent } from "./upkeep/consent.ts";
import { giveUp, whatGoesWith } from "./upkeep/give-up.ts";
import { type Age, leftOver } from "./upkeep/left-over.ts";

export interface GcFlags extends GlobalFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly olderThan: number;
  readonly format: string;
}

export async function gc(invocation: Invocation, flags: GcFlags): Promise<number> {
  const opened = await openAdapters(invocation);
  const { projectName } = flags;
  const engine = await engineBeside(invocation);
  const onEngine = engine ? await engineProjects(engine, opened.place.repository.id) : [];
  const named = onEngine.find(({ project }) => project === projectName);
  // Where its record is gone, what lies there tells where it ran.
  const project = () => opened.adapters(projectName ?? "", named && { runtime: "docker", tracker: { kind: "auto" } });
  const found =
    projectName === undefined
      ? await leftOver({ ...opened, onEngine, images: await imagesOn(engine, opened) }, ageOf(flags))
      : await whatGoesWith(project(), named);
  await show(invocation, flags, found);
  if (flags.dryRun === true || found.removals.length === 0) return 0;
  const isAgreed = await consent(invocation, {
    isGiven: flags.yes === true,
    question: "Remove all of this?",
    refusal: "Nothing was removed: that needs your consent",
  });
  if (!isAgreed) return 0;
  if (projectName !== undefined)
    return await giveUp(invocation, flags, {
      project: project(),
      clear: () => clearEngine(engine, opened, projectName),
    });
  await removeLeft(invocation, flags, { opened, engine, found });
  invocation.stderr.write("Removed. No work was lost.\n");
  return 0;
}

/** What no role of the project needs any more. */
async function clearEngine(engine: Engine | undefined, { place }: Adapters, project: string): Promise<void> {
  if (!engine) return;
  const left = (await engineProjects(engine, place.repository.id)).find((each) => each.project === project);
  if (left?.roles.length === 0) await removeThings(engine, left.things);
}

async function imagesOn(engine: Engine | undefined, { place }: Adapters) {
  return engine ? await unusedImages(engine, place.repository.id) : [];
}

function ageOf({ olderThan }: GcFlags): Age {
  return { olderThanMs: olderThan, clock: systemClock };
}

/** A project may have begun in its old folder since it was looked at: that goes only under the lock, and looked at again. */
async function removeLeft(invocation: Invocation, flags: GcFlags, left: Left): Promise<void> {
  const { opened, engine: docker, found } = left;
  const id = opened.place.repository.id;
  for (const { where, emptyOf, onEngine, images } of found.removals) {
    if (images) {
      if (docker) await removeImages(docker, images);
      continue;
    }
    if (emptyOf === undefined) {
      await remove(where);
      continue;
    }
    const { engine } = opened.adapters(emptyOf);
    await underLock(invocation, { flags, engine, command: "crew gc" }, async () => {
      const now = docker ? await engineProjects(docker, id) : [];
      const { removals } = await leftOver({ ...opened, onEngine: now, images: [] }, ageOf(flags));
      if (!removals.some((each) => each.where === where)) return;
      if (onEngine !== true) return await remove(where);
      const things = now.find(({ project }) => project === emptyOf)?.things ?? [];
      if (docker) await removeThings(docker, things);
    });
  }
}

interface Left {
  readonly opened: Adapters;
  readonly engine: Engine | undefined;
  readonly found: Gc;
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (cause) {
    throw new CrewError("failed", `Not all of it could be removed: ${cause instanceof Error ? cause.message : ""}`, {
      at: path,
      hint: "crew gc",
      cause,
    });
  }
}

async function show(invocation: Invocation, flags: GcFlags, found: Gc): Promise<void> {
  const { data } = createOutput({ ...invocation, color: flags.color });
  if (flags.format === "json") data.write(`${jsonText(gcJson(found), 2)}\n`);
  else data.write(gcText(found, data.format()) || "Nothing is left over.\n");
  await data.flush();
}
