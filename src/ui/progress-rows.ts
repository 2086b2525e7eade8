// The rows of the live view: the epic with its gates and merges, then one row for each role, fitted to the terminal. Pure.
import type { OperationEvent, PassEvent, RoleState } from "../model/event.ts";
import { durationText } from "./duration.ts";
import { type Line, line, renderLine, type Span, span, type TextFormat } from "./lines.ts";
import { markSpan, toneOf } from "./marks.ts";
import { orderWords, phaseWord, roleMark } from "./role-words.ts";
import { tableLines } from "./table.ts";

export interface ProgressState {
  readonly pass?: PassEvent;
  /** The last operation that failed and has not been done since. */
  readonly failed?: OperationEvent;
}

export interface RowsFormat extends TextFormat {
  /** Rows that may be used. */
  readonly height: number;
  readonly nowMs: number;
}

export function progressRows({ pass, failed }: ProgressState, format: RowsFormat): readonly string[] {
  if (!pass) return renderLine(line(markSpan("waiting"), " looking"), format);
  const trouble = failed ? [line(markSpan("trouble"), ` ${failed.text}: ${failed.error?.message ?? ""}`)] : [];
  const head = [epicLine(pass), ...workLine(pass), ...trouble];
  const roles = roleLines(pass.roles, { ...format, height: format.height - head.length });
  return [...head, ...roles].flatMap((each) => renderLine(each, format));
}

function epicLine({ epic }: PassEvent): Line {
  const mark = markSpan(epic.total > 0 && epic.done === epic.total ? "done" : "going");
  const name = epic.id === undefined ? "" : ` ${epic.id}`;
  const count = `${epic.done}/${epic.total} beads, ${epic.percent} %`;
  return line(mark, span(name, "bold"), span(`  ${count}`), span(`  ${epic.title}`, "dim"));
}

/** Gates, merges and what waits for a person: one row, only where there is any. */
function workLine({ gates, queue, attention }: PassEvent): readonly Line[] {
  const ready = queue.filter((entry) => entry.state === "green").map((entry) => entry.subject);
  const waiting = queue.filter((entry) => entry.state === "waiting" || entry.state === "untried").length;
  const parts: readonly Span[] = [
    ...gates.map(({ gate, on }) => span(`gate ${gate} on ${on}`)),
    ...(ready.length > 0 ? [span(`merging ${ready.join(", ")}`)] : []),
    ...(waiting > 0 ? [span(`${waiting} to merge`, "dim")] : []),
    ...(attention.length > 0
      ? [span(`${attention.length} ${attention.length === 1 ? "needs" : "need"} you: crew status`, "warn")]
      : []),
  ];
  if (parts.length === 0) return [];
  return [line("  ", ...parts.flatMap((part, i) => (i === 0 ? [part] : [span(" · ", "dim"), part])))];
}

/** All of them where they fit; else those at work and in trouble, the rest counted in the last row. */
function roleLines(roles: readonly RoleState[], { height, width, nowMs }: RowsFormat): readonly Line[] {
  const isCut = roles.length > height;
  const shown = isCut ? busiest(roles, Math.max(0, height - 1)) : roles;
  const rows = shown.map((role) => {
    const { order, detail, sinceMs } = role;
    const mark = roleMark(role);
    const doing = order ? [order.subject, orderWords(order), order.title].filter(Boolean).join("  ") : detail;
    return [
      { ...markSpan(mark), text: `${markSpan(mark).text} ${role.role}` },
      span(phaseWord(role.phase), toneOf(mark)),
      span(doing, order ? "plain" : "dim"),
      span(order && order.turn > 0 ? `turn ${order.turn}` : "", "dim"),
      span(order && sinceMs !== undefined ? durationText(nowMs - sinceMs) : "", "dim"),
      span(`${role.done}/${role.total}`, "dim"),
    ];
  });
  const columns = [
    { min: 10 },
    { min: 7 },
    { min: 8, yields: true },
    {},
    { align: "right" },
    { align: "right" },
  ] as const;
  const lines = tableLines(rows, { columns, width });
  return isCut ? [...lines, line(span(`  … ${roles.length - shown.length} more roles: crew status`, "dim"))] : lines;
}

function busiest(roles: readonly RoleState[], count: number): readonly RoleState[] {
  const rank = (role: RoleState) => ["trouble", "going", "waiting", "person", "done"].indexOf(roleMark(role));
  const chosen = new Set([...roles].sort((a, b) => rank(a) - rank(b)).slice(0, count));
  return roles.filter((role) => chosen.has(role));
}
