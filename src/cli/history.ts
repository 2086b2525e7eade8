// crew events: what happened, from the project's event log, as lines for people or as JSON Lines. Changes nothing; a log
// that was deleted has nothing to show.
import { existsSync } from "node:fs";
import { CrewError } from "../errors.ts";
import type { CrewEvent } from "../model/event.ts";
import { jsonText } from "../ui/clean.ts";
import { createOutput, type Sink } from "../ui/output.ts";
import { plainProgress } from "../ui/progress-plain.ts";
import { readEvents } from "./driving/events.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { eventsFile, type OpenProject } from "./project/opened.ts";
import { openRecorded } from "./project/project.ts";

export interface EventsFlags extends GlobalFlags {
  readonly format: string;
  readonly follow?: boolean;
  readonly tail?: number;
  readonly since?: Since;
  readonly until?: Since;
}

/** Gives the time, epoch milliseconds, that is meant at the moment given. */
export type Since = (nowMs: number) => number;

/** How often a log that is followed is read. */
const followMs = 200;

export async function events(invocation: Invocation, flags: EventsFlags): Promise<number> {
  const project = await openRecorded(invocation, flags);
  const { clock } = project.engine;
  const file = eventsFile(project);
  await mustBeKnown(project, file);
  const { data } = createOutput({ ...invocation, color: flags.color });
  const texts: string[] = [];
  const show = shower(flags, { ...data, write: (text) => void (text !== "" && texts.push(text)) });
  const sinceMs = flags.since?.(clock.nowMs()) ?? 0;
  const untilMs = flags.until?.(clock.nowMs()) ?? Number.POSITIVE_INFINITY;
  const isMeant = ({ at }: CrewEvent) => at >= sinceMs && at <= untilMs;
  let { events, offset } = await readEvents(file, 0);
  for (const event of events) if (isMeant(event)) show(event);
  const shown = texts.splice(0);
  const first = flags.tail === undefined ? 0 : Math.max(0, shown.length - flags.tail);
  data.write(shown.slice(first).join(""));
  const isOver = () => invocation.signal.aborted || data.gone.aborted || clock.nowMs() > untilMs;
  while (flags.follow === true && !isOver()) {
    await data.flush();
    await clock.sleep(followMs, invocation.signal);
    ({ events, offset } = await readEvents(file, offset));
    for (const event of events) if (isMeant(event)) show(event);
    data.write(texts.splice(0).join(""));
  }
  await data.flush();
  return invocation.signal.aborted ? 130 : 0;
}

/** A name that was mistyped looks like a project to which nothing has happened. */
async function mustBeKnown({ engine }: OpenProject, file: string): Promise<void> {
  if (existsSync(file) || (await engine.repository.projects()).includes(engine.project)) return;
  throw new CrewError("failed", `There is no project ${engine.project} here`, { hint: "crew doctor" });
}

function shower({ format, verbose }: EventsFlags, sink: Sink): (event: CrewEvent) => void {
  if (format === "json") return (event) => sink.write(`${jsonText(event)}\n`);
  return plainProgress({ sink, verbose, timestamps: true }).show;
}
