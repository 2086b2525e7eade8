// Progress as plain lines, made for logs: one for each finished operation and each change of state, nothing drawn over.

import type { Attention } from "../model/attention.ts";
import type { CrewEvent, OperationEvent, PassEvent, RoleState } from "../model/event.ts";
import { attentionMark, endLines } from "./attention.ts";
import { type Line, line, renderLine, renderLines, type Span, span, type TextFormat, whole } from "./lines.ts";
import { markSpan } from "./marks.ts";
import type { Sink } from "./output.ts";
import { phaseWords, roleMark } from "./role-words.ts";
import type { Progress } from "./viewer.ts";

export interface PlainOptions {
  readonly sink: Sink;
  readonly verbose: boolean;
  readonly timestamps?: boolean;
}

export function plainProgress(options: PlainOptions): Progress {
  const { sink, timestamps = false } = options;
  let before: PassEvent | undefined;
  return {
    show: (event) => {
      const format = sink.format();
      const lines = event.type === "end" ? endLines(event) : plainLines(event, { ...options, before });
      sink.write(stamped(lines, { at: event.at, timestamps, format }));
      if (event.type === "pass") before = event;
    },
    close: async () => undefined,
  };
}

interface PlainContext {
  readonly verbose: boolean;
  readonly before: PassEvent | undefined;
}

function plainLines(event: Exclude<CrewEvent, { readonly type: "end" }>, context: PlainContext): readonly Line[] {
  return event.type === "operation" ? operationLines(event, context) : passLines(event, context);
}

function operationLines(event: OperationEvent, { verbose }: PlainContext): readonly Line[] {
  if (event.state === "started" || (event.isDetail && !verbose)) return [];
  const { mark, text, cause, error } = event;
  const sign: readonly Span[] = [markSpan(mark), span(" ")];
  if (event.state === "done") return [line(...sign, text, ...(verbose ? [span(`  [${cause}]`, "dim")] : []))];
  return [
    line(...sign, `${text}: ${error?.message ?? ""}`),
    ...(error?.hint === undefined ? [] : [whole("    ", error.hint)]),
  ];
}

function passLines(event: PassEvent, { verbose, before }: PlainContext): readonly Line[] {
  const roles = new Map((before?.roles ?? []).map((role) => [role.role, role]));
  const known = new Set((before?.attention ?? []).map(attentionKey));
  return [
    ...event.roles.filter((role) => isNews(role, roles.get(role.role), verbose)).map(roleLine),
    ...event.attention.filter((each) => !known.has(attentionKey(each))).map(attentionLine),
  ];
}

/** The phases that a reader of a log wants to see begin; the others come and go between them. */
const told: ReadonlySet<RoleState["phase"]> = new Set([
  "setup",
  "setup-failed",
  "working",
  "limited",
  "refused",
  "attached",
  "broken",
  "unreadable",
]);

function isNews(role: RoleState, before: RoleState | undefined, verbose: boolean): boolean {
  const isSame =
    before?.phase === role.phase && before.order?.id === role.order?.id && before.order?.turn === role.order?.turn;
  if (verbose) return !isSame || (role.phase === "idle" && before?.detail !== role.detail);
  return !isSame && told.has(role.phase);
}

function roleLine(role: RoleState): Line {
  return line(markSpan(roleMark(role)), ` ${role.role} ${phaseWords(role)}`);
}

/** The commands stand at the end, and in `crew status`. */
function attentionLine({ kind, reason }: Attention): Line {
  return line(markSpan(attentionMark(kind)), ` ${reason}`);
}

function attentionKey({ kind, subject, reason }: Attention): string {
  return `${kind} ${subject} ${reason}`;
}

interface Stamp {
  readonly at: number;
  readonly timestamps: boolean;
  readonly format: TextFormat;
}

function stamped(lines: readonly Line[], { at, timestamps, format }: Stamp): string {
  if (!timestamps) return renderLines(lines, format);
  const time = `${new Date(at).toISOString().slice(0, 19)}Z `;
  const narrower = { ...format, width: format.width - time.length };
  return lines
    .map((each) =>
      renderLine(each, narrower)
        .map((text) => `${time}${text}\n`)
        .join(""),
    )
    .join("");
}
