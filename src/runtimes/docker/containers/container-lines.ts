// The lines that a container wrote, with the engine's times, cleaned: followed, between two times, or the last ones.
import { Readable } from "node:stream";
import { cleanText } from "../../../agents/clean-text.ts";
import { datedLine } from "../../../agents/dated-line.ts";
import { LineCutter } from "../../../agents/line-cutter.ts";
import type { LogOptions } from "../../../ports/runtime.ts";
import type { DockerContext } from "../context.ts";
import { isConflict, isNotFound, translated } from "../errors.ts";
import { isServiceName } from "../names.ts";
import { timedLinesOf } from "./streams.ts";

interface Span extends Omit<LogOptions, "tail" | "timestamps"> {
  /** The engine's time of the last line that was given. */
  readonly after?: string;
}

export interface Line {
  readonly text: string;
  /** As the engine gives it: RFC 3339 with nanoseconds, so that later is greater. */
  readonly at: string;
}

export async function* containerLogs(context: DockerContext, name: string, span: Span): AsyncIterable<Line> {
  const stream = await openLogs(context, name, span);
  if (!stream) return;
  const end = () => stream.destroy();
  span.signal.addEventListener("abort", end, { once: true });
  const lines = new LineCutter({ isWhole: span.retell !== undefined });
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
export async function lastLines(
  context: DockerContext,
  name: string,
  { tail = Number.POSITIVE_INFINITY, sinceMs, untilMs, retell }: Within & Retelling & Pick<LogOptions, "tail">,
): Promise<Last> {
  const lines: Line[] = [];
  let at: string | undefined;
  const signal = new AbortController().signal;
  const within = {
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(retell && { retell }),
  };
  for await (const line of containerLogs(context, name, { follow: false, signal, ...within })) {
    at = line.at;
    lines.push(...retold(line, within));
    if (lines.length > tail) lines.splice(0, lines.length - tail);
  }
  return { lines, at };
}

export function shown({ text, at }: Line, { timestamps }: LogOptions): string {
  return timestamps === true ? `${at} ${text}` : text;
}

export function retold(line: Line, { retell }: Retelling): readonly Line[] {
  return retell ? retell(line.text).map((text) => ({ ...line, text })) : [line];
}

type Retelling = Pick<LogOptions, "retell">;

export function isWithin({ at }: Line, { sinceMs = 0, untilMs = Number.POSITIVE_INFINITY }: Within): boolean {
  const atMs = Date.parse(at);
  return atMs >= sinceMs && atMs <= untilMs;
}

type Within = Pick<LogOptions, "sinceMs" | "untilMs">;

/** A line that was cut for its length goes on without a time of its own. */
function timedBy({ after = "", ...within }: Span): (raw: readonly string[]) => readonly Line[] {
  let last = "";
  return (raw) =>
    raw.flatMap((line) => {
      const { at, text } = datedLine(line, last);
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
