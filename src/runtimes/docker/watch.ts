// Tells when a mailbox, a status or a gate may have changed: by the engine's events, and by what supervisors say on stderr,
// which is nothing but that. Reads nothing else, and promises no exactness: whoever is told observes again.
import type { Readable } from "node:stream";
import { listContainers } from "./containers.ts";
import type { DockerContext } from "./context.ts";
import { label, ownFilter } from "./names.ts";
import { stderrOf } from "./streams.ts";

export interface Watching {
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

const retryMs = 1_000;

export async function watchProject(context: DockerContext, { onChange, signal }: Watching): Promise<void> {
  const followed = new Map<string, Readable>();
  const end = () => {
    for (const stream of followed.values()) stream.destroy();
  };
  signal.addEventListener("abort", end, { once: true });
  while (!signal.aborted) {
    // An engine that ends takes its events with it: from then on all is looked for again.
    await watchEvents(context, { onChange, signal }, followed).catch(() => undefined);
    if (signal.aborted) break;
    onChange();
    await context.clock.sleep(retryMs, signal);
  }
  end();
}

async function watchEvents(
  context: DockerContext,
  { onChange, signal }: Watching,
  followed: Map<string, Readable>,
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
      if (State === "running" && isWatched(Labels)) follow(Id);
    }
    for await (const chunk of events) {
      for (const event of eventsIn(chunk as Buffer)) {
        if (!isWatched(event.Actor?.Attributes)) continue;
        if (event.Action === "start") follow(event.Actor?.ID ?? "");
        if (isChange(event.Action ?? "")) onChange();
      }
    }
  } finally {
    signal.removeEventListener("abort", end);
    events.destroy();
  }
}

interface Following {
  readonly onChange: () => void;
  readonly followed: Map<string, Readable>;
}

async function followStatus(context: DockerContext, id: string, { onChange, followed }: Following): Promise<void> {
  if (followed.has(id)) return;
  const engine = await context.engine();
  const options = { follow: true, stdout: false, stderr: true, tail: 0 } as const;
  const stream = stderrOf(engine, await engine.getContainer(id).logs(options));
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
  return ["role", "gate"].includes(labels?.[label.kind] ?? "");
}

function isChange(action: string): boolean {
  return ["start", "die", "destroy", "oom", "pause", "unpause", "create"].includes(action);
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
