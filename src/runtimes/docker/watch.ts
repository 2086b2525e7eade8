// Tells when a mailbox, a status or a gate may have changed: by the engine's events, and by what supervisors say on stderr,
// which is nothing but that. Reads nothing else, and promises no exactness: whoever is told observes again.
import type { Readable } from "node:stream";
import type { Clock } from "../../ports/clock.ts";
import { listContainers } from "./containers/containers.ts";
import { stderrOf } from "./containers/streams.ts";
import type { DockerContext } from "./context.ts";
import { label, ownFilter } from "./names.ts";

export interface Watching {
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

const retryMs = 1_000;

export async function watchProject(context: DockerContext, { onChange, signal }: Watching): Promise<void> {
  const followed: Following["followed"] = new Map();
  const end = () => {
    for (const stream of followed.values()) stream?.destroy();
  };
  const tell = paced(onChange, context.clock, signal);
  signal.addEventListener("abort", end, { once: true });
  // An engine that ends takes its events with it: once it is there again, all is looked for again.
  for (let isAgain = false; !signal.aborted; isAgain = true) {
    await watchEvents(context, { onChange: tell, signal, isAgain }, followed).catch(() => undefined);
    if (signal.aborted) break;
    await context.clock.sleep(retryMs, signal);
  }
  end();
}

/** Whoever can say something may say it again and again. */
const restMs = 100;

/** At once, and then no more often than that; nothing that was said meanwhile is lost. */
function paced(onChange: () => void, clock: Clock, signal: AbortSignal): () => void {
  let isResting = false;
  let isAsked = false;
  const tell = () => {
    isAsked = isResting;
    if (isResting) return;
    isResting = true;
    onChange();
    void clock.sleep(restMs, signal).then(() => {
      isResting = false;
      if (isAsked && !signal.aborted) tell();
    });
  };
  return tell;
}

async function watchEvents(
  context: DockerContext,
  { onChange, signal, isAgain }: Watching & { readonly isAgain: boolean },
  followed: Following["followed"],
): Promise<void> {
  const engine = await context.engine();
  const filters = JSON.stringify({ type: ["container"], ...ownFilter(context.names) });
  const events = (await (engine.getEvents({ filters }) as Promise<unknown>)) as Readable;
  const end = () => events.destroy();
  signal.addEventListener("abort", end, { once: true });
  try {
    if (signal.aborted) return;
    const follow = (id: string) => void followStatus(context, id, { onChange, followed }).catch(() => undefined);
    for (const { Id, Labels, State } of await listContainers(context)) {
      if (State === "running" && speaks(Labels)) follow(Id);
    }
    if (isAgain) onChange();
    for await (const chunk of events) {
      for (const event of eventsIn(chunk as Buffer)) {
        if (!isWatched(event.Actor?.Attributes)) continue;
        if (event.Action === "start" && speaks(event.Actor?.Attributes)) follow(event.Actor?.ID ?? "");
        if (isChange(event.Action ?? "")) onChange();
        if (event.Action === "die")
          void tellWhenListed(context, event.Actor?.ID ?? "", { onChange, signal }).catch(() => undefined);
      }
    }
  } finally {
    signal.removeEventListener("abort", end);
    events.destroy();
  }
}

/** How often, and for how long, the list is asked whether it knows of an end. */
const listedMs = 50;
const listedTries = 40;

/** The engine says that a container has ended before its list does: it frees the container's network in between. */
async function tellWhenListed(context: DockerContext, id: string, { onChange, signal }: Watching): Promise<void> {
  const engine = await context.engine();
  for (let tries = 0; tries < listedTries && !signal.aborted; tries += 1) {
    const [listed] = await engine.listContainers({ all: true, filters: { id: [id] } }).catch(() => []);
    if (listed?.State !== "running") return onChange();
    await context.clock.sleep(listedMs, signal);
  }
}

interface Following {
  readonly onChange: () => void;
  /** By id; undefined while its stream is being opened. */
  readonly followed: Map<string, Readable | undefined>;
}

async function followStatus(context: DockerContext, id: string, { onChange, followed }: Following): Promise<void> {
  if (followed.has(id)) return;
  followed.set(id, undefined);
  const engine = await context.engine();
  const options = { follow: true, stdout: false, stderr: true, tail: 0 } as const;
  const logs = engine.getContainer(id).logs(options);
  logs.catch(() => followed.delete(id));
  const stream = stderrOf(await logs);
  followed.set(id, stream);
  stream.on("data", onChange);
  for (const event of ["end", "close", "error"]) stream.once(event, () => followed.delete(id));
}

interface EngineEvent {
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

/** Crew's own reading and writing through the hub changes nothing of anybody's state. */
function isWatched(labels: Readonly<Record<string, string>> | undefined): boolean {
  return speaks(labels) || labels?.[label.kind] === "service";
}

/** Its supervisor's stderr is made for this. */
function speaks(labels: Readonly<Record<string, string>> | undefined): boolean {
  return ["role", "gate", "setup"].includes(labels?.[label.kind] ?? "");
}

function isChange(action: string): boolean {
  const isHealth = action.startsWith("health_status");
  return isHealth || ["start", "die", "destroy", "oom", "pause", "unpause", "create"].includes(action);
}

/** A line each; one that was cut says nothing, and is only a wake-up the less. */
function eventsIn(chunk: Buffer): readonly EngineEvent[] {
  return chunk
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as EngineEvent];
      } catch {
        return [];
      }
    });
}
