// What roles said, once the instances are gone whose logs it was in: a file for each role beside the project's history, which
// gc removes with that. It may be deleted at any time. Of a long one the end is kept; values of secrets are not.
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { datedLine } from "../../agents/dated-line.ts";
import { CrewError } from "../../errors.ts";
import type { Seal } from "../../model/seal.ts";
import type { RuntimeState } from "../../model/world.ts";
import type { LogOptions, Runtime } from "../../ports/runtime.ts";
import { hiding, secretsIn, secretsOf } from "./hiding.ts";

/** Of each role. */
const keptBytes = 4_194_304;

export interface Keeping {
  /** The project's folder in the git directory. */
  readonly directory: string;
  /** What looks like a secret among its variables is left out of what is kept. */
  readonly environment: Readonly<Record<string, string>>;
  readonly seal: Seal;
}

/** The runtime, whose logs begin with what is kept. */
export function keepingTranscripts(runtime: Runtime, { directory, environment, seal }: Keeping): Runtime {
  const values = new Set(secretsIn(environment));
  let found: RuntimeState["instances"] = new Map();
  const keep = (role: string) =>
    keepTranscript(runtime, {
      path: pathOf(directory, role),
      role,
      hide: hiding({ spec: found.get(role)?.spec, values, seal }),
    });
  return {
    ...runtime,
    observe: async (...asked) => {
      const state = await runtime.observe(...asked);
      found = state.instances;
      return state;
    },
    createInstance: (spec, warm) => {
      for (const value of [...secretsOf(spec), ...secretsIn(spec.environment)]) values.add(value);
      return runtime.createInstance(spec, warm);
    },
    removeInstance: async (role, options) => {
      // Also where the log outlives it: what of it is secret is known now, and not when its volume goes.
      await keep(role);
      await runtime.removeInstance(role, options);
    },
    removeVolume: async (role) => {
      if (runtime.logsLast === "volume") await keep(role);
      await runtime.removeVolume(role);
    },
    logs: (name, options) => wholeLog(runtime, { path: pathOf(directory, name), name, options }),
  };
}

/** Roles of which anything is kept. */
export async function keptTranscripts(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.flatMap((name) => /^transcript\.([^.]+)$/.exec(name)?.[1] ?? []);
}

function pathOf(directory: string, role: string): string {
  return join(directory, `transcript.${role}`);
}

interface Line {
  /** RFC 3339. */
  readonly at: string;
  readonly text: string;
}

interface Kept {
  readonly path: string;
  readonly role: string;
  readonly hide: (line: string) => string;
}

/** What was not kept before: with the instance, or by a crew that was killed between this and the removal. */
async function keepTranscript(runtime: Runtime, { path, role, hide }: Kept): Promise<void> {
  const { signal } = new AbortController();
  const kept = await keptLines(path);
  const lastMs = Date.parse(kept.at(-1)?.at ?? "");
  let text = kept.map(({ at, text }) => `${at} ${text}\n`).join("");
  const before = text.length;
  const since = Number.isNaN(lastMs) ? {} : { sinceMs: lastMs + 1 };
  try {
    for await (const line of runtime.logs(role, { follow: false, signal, timestamps: true, ...since })) {
      text += `${hide(line)}\n`;
      if (text.length > 2 * keptBytes) text = text.slice(-keptBytes);
    }
    if (text.length === before) return;
    const end = text.slice(-keptBytes);
    // Whole lines alone.
    const whole = end.length < text.length ? end.slice(end.indexOf("\n") + 1) : end;
    await writeFile(`${path}.new`, whole, { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (error) {
    // What may be deleted at any time holds back no removal: there is no such log, no room, no folder.
    if (!(error instanceof CrewError) && !(error instanceof Error && "code" in error)) throw error;
  }
}

async function keptLines(path: string): Promise<readonly Line[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => datedLine(line));
}

interface Wanted {
  readonly path: string;
  readonly name: string;
  readonly options: LogOptions;
}

async function* wholeLog(runtime: Runtime, { path, name, options }: Wanted): AsyncIterable<string> {
  const lines = name.includes(":") ? [] : await keptLines(path);
  if (lines.length === 0) {
    yield* runtime.logs(name, options);
    return;
  }
  const kept = keptShown(lines, options);
  // What is kept may be in the log, still.
  const lastMs = Date.parse(lines.at(-1)?.at ?? "");
  const since = { sinceMs: Math.max(options.sinceMs ?? 0, lastMs + 1) };
  const { instances, volumes } = await runtime.observe();
  const isThere = instances.has(name) || volumes.has(name);
  if (options.tail === undefined || !isThere) {
    yield* options.tail === undefined ? kept : kept.slice(Math.max(0, kept.length - options.tail));
    if (isThere) yield* runtime.logs(name, { ...options, ...since });
    return;
  }
  const { tail, ...all } = options;
  if (options.follow) {
    yield* runtime.logs(name, options);
    return;
  }
  const last = [...kept];
  for await (const line of runtime.logs(name, { ...all, ...since })) {
    last.push(line);
    if (last.length > tail) last.splice(0, last.length - tail);
  }
  yield* last.slice(Math.max(0, last.length - tail));
}

function keptShown(lines: readonly Line[], { sinceMs = 0, untilMs, timestamps, retell }: LogOptions) {
  const untilEnd = untilMs ?? Number.POSITIVE_INFINITY;
  return lines.flatMap(({ at, text }) => {
    const atMs = Date.parse(at);
    const told = retell ? retell(text) : [text];
    if (atMs < sinceMs || atMs > untilEnd) return [];
    return told.map((line) => (timestamps === true ? `${at} ${line}` : line));
  });
}
