// The lines of a role's or a gate's log, as the engine keeps what they said on stdout; followed also over a replacement.
import { Readable } from "node:stream";
import { cleanText } from "../../agents/clean-text.ts";
import { LineCutter } from "../../agents/line-cutter.ts";
import { CrewError } from "../../errors.ts";
import type { LogOptions } from "../../ports/runtime.ts";
import { findContainer, listContainers } from "./containers.ts";
import type { DockerContext } from "./context.ts";
import { isConflict, isNotFound, translated } from "./errors.ts";
import { hubPath, putIntoHub, readFromHub } from "./hub.ts";
import { gateLogName, isServiceName, label, roleName, serviceName } from "./names.ts";
import { timedLinesOf } from "./streams.ts";
import { findVolume } from "./volumes.ts";

const keptBytes = 1_048_576;
const logsFolder = "gate-logs";
const waitMs = 1_000;

export async function* readLogs(context: DockerContext, name: string, options: LogOptions): AsyncIterable<string> {
  const gate = /^gate:(.*)$/s.exec(name)?.[1];
  if (gate !== undefined) return yield* gateLogs(context, gate, options);
  const container = await containerOfLog(context, name);
  const isKnown = (await findContainer(context, container)) ?? (await findVolume(context, container));
  if (!isKnown) throw new CrewError("failed", `There is no log of ${JSON.stringify(name)}.`, { hint: "crew ps" });
  let after: string | undefined;
  if (options.tail !== undefined) {
    const last = await lastLines(context, container, options);
    after = last.at;
    for (const line of last.lines) yield shown(line, options);
    if (!options.follow) return;
  }
  for (;;) {
    for await (const line of containerLogs(context, container, { ...options, ...(after !== undefined && { after }) })) {
      after = line.at;
      yield shown(line, options);
    }
    if (!options.follow || options.signal.aborted) return;
    // It was stopped, or is being replaced.
    await context.clock.sleep(waitMs, options.signal);
  }
}

/** `backend/db`: a copy of a service; `db`: one that everybody shares, where there is no role of that name. */
async function containerOfLog(context: DockerContext, name: string): Promise<string> {
  const own = roleName(context.names, name);
  const [first = "", second] = name.split("/");
  const owner = second === undefined ? ({ kind: "project" } as const) : ({ kind: "role", role: first } as const);
  const service = serviceName(context.names, owner, second ?? first);
  const isService = second !== undefined || !(await findVolume(context, own));
  return isService ? service : own;
}

/** Its run that began last, else what was kept of a removed one. */
async function* gateLogs(context: DockerContext, gate: string, options: LogOptions): AsyncIterable<string> {
  const runs = (await listContainers(context)).filter(({ Labels }) => logNameOf(Labels) === gate);
  const latest = [...runs].sort((a, b) => b.Created - a.Created)[0];
  if (latest) {
    const container = latest.Names[0]?.slice(1) ?? "";
    const lines =
      options.tail === undefined
        ? containerLogs(context, container, options)
        : (await lastLines(context, container, options)).lines;
    for await (const line of lines) yield shown(line, options);
    return;
  }
  const kept = gateLogName(gate);
  const limits = { fileBytes: 2 * keptBytes, totalBytes: 3 * keptBytes };
  const archive = await readFromHub(context, `${hubPath.mail}/${logsFolder}/${kept}`, limits);
  const text = archive?.kind === "whole" ? archive.entries.get(kept)?.content?.toString("utf8") : undefined;
  if (text === undefined) {
    throw new CrewError("failed", `There is no log of gate ${JSON.stringify(gate)}: it has not run.`, {
      hint: "crew status",
    });
  }
  const lines = text
    .split("\n")
    .slice(0, -1)
    .map(keptLine)
    .filter((line) => isWithin(line, options));
  const from = options.tail === undefined ? 0 : Math.max(0, lines.length - options.tail);
  for (const line of lines.slice(from)) yield shown(line, options);
}

function shown({ text, at }: Line, { timestamps }: LogOptions): string {
  return timestamps === true ? `${at} ${text}` : text;
}

function isWithin({ at }: Line, { sinceMs = 0, untilMs = Number.POSITIVE_INFINITY }: Within): boolean {
  const atMs = Date.parse(at);
  return atMs >= sinceMs && atMs <= untilMs;
}

type Within = Pick<LogOptions, "sinceMs" | "untilMs">;

/** Of a gate's container `test`, of a service beside it `test/db`. */
function logNameOf({ [label.gate]: gate, [label.service]: service }: Readonly<Record<string, string>>) {
  return service === undefined ? gate : `${gate}/${service}`;
}

interface Span extends Omit<LogOptions, "tail" | "timestamps"> {
  /** The engine's time of the last line that was given. */
  readonly after?: string;
}

interface Line {
  readonly text: string;
  /** As the engine gives it: RFC 3339 with nanoseconds, so that later is greater. */
  readonly at: string;
}

async function* containerLogs(context: DockerContext, name: string, span: Span): AsyncIterable<Line> {
  const stream = await openLogs(context, name, span);
  if (!stream) return;
  const end = () => stream.destroy();
  span.signal.addEventListener("abort", end, { once: true });
  const lines = new LineCutter();
  try {
    const timed = timedBy(span);
    for await (const chunk of stream) yield* timed(lines.push(chunk as Buffer));
    yield* timed(lines.rest());
  } catch (error) {
    if (!span.signal.aborted) throw translated(error, `the log of ${name}`);
  } finally {
    span.signal.removeEventListener("abort", end);
    stream.destroy();
  }
}

interface Last {
  readonly lines: readonly Line[];
  /** Of the last line that there is, also where none is wanted. */
  readonly at: string | undefined;
}

/** The engine's own `tail` counts the lines of stderr too, which are none of the log's. */
async function lastLines(
  context: DockerContext,
  name: string,
  { tail = Number.POSITIVE_INFINITY, sinceMs, untilMs }: Pick<LogOptions, "tail" | "sinceMs" | "untilMs">,
): Promise<Last> {
  const lines: Line[] = [];
  let at: string | undefined;
  const signal = new AbortController().signal;
  const within = { ...(sinceMs !== undefined && { sinceMs }), ...(untilMs !== undefined && { untilMs }) };
  for await (const line of containerLogs(context, name, { follow: false, signal, ...within })) {
    at = line.at;
    lines.push(line);
    if (lines.length > tail) lines.shift();
  }
  return { lines, at };
}

/** Of the log of a gate that is gone: its time, then what was said. One that was cut off at its beginning has none. */
function keptLine(line: string): Line {
  const [, at = new Date(0).toISOString(), text = line] = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/s.exec(line) ?? [];
  return { at, text };
}

/** A line that was cut for its length goes on without a time of its own. */
function timedBy({ after = "", ...within }: Span): (raw: readonly string[]) => readonly Line[] {
  let last = "";
  return (raw) =>
    raw.flatMap((line) => {
      const [, at = last, text = line] = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/s.exec(line) ?? [];
      last = at;
      return at <= after || !isWithin({ at, text }, within) ? [] : [{ at, text: cleanText(text) }];
    });
}

/** What was said on stdout. Undefined: there is no such container any more. */
async function openLogs(context: DockerContext, name: string, span: Span): Promise<Readable | undefined> {
  const engine = await context.engine();
  const { follow, after, sinceMs } = span;
  const since = after === undefined ? sinceMs : Date.parse(after);
  const options = {
    stdout: true,
    // What a role says there wakes crew up, and is no log.
    stderr: isServiceName(name),
    timestamps: true,
    ...(since !== undefined && { since: wholeSeconds(since) }),
  };
  try {
    const container = engine.getContainer(name);
    const raw = follow
      ? ((await container.logs({ ...options, follow: true })) as Readable)
      : Readable.from([await container.logs({ ...options, follow: false })]);
    return timedLinesOf(raw, options);
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return undefined;
    throw translated(error, `container ${name}`);
  }
}

/** Unix seconds, whole ones: the engine gives what is younger, and some of it again. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

interface Keeping {
  readonly name: string;
  readonly gate: string;
}

/** The end of it, cleaned: for when the container is gone. */
export async function keepGateLog(context: DockerContext, { name, gate }: Keeping): Promise<void> {
  const { lines } = await lastLines(context, name, { tail: 10_000 });
  const content = lines
    .map(({ at, text }) => `${at} ${text}\n`)
    .join("")
    .slice(-keptBytes);
  await putIntoHub(context, hubPath.mail, [
    { name: `${logsFolder}/` },
    { name: `${logsFolder}/${gateLogName(gate)}`, content },
  ]);
}
