// `crew audit`: the proof of every bead that is done, as text, JSON and Markdown. Pure.
import type { AuditEntry, AuditState } from "../merge/audit.ts";
import type { Mark } from "../model/event.ts";
import { shortOid } from "../model/names.ts";
import { blank, type Line, line, renderLines, span, type TextFormat, wrapped } from "./lines.ts";
import { markSpan, toneOf } from "./marks.ts";

export interface AuditView {
  readonly project: string;
  readonly entries: readonly AuditEntry[];
}

const marks: Record<AuditState, Mark> = {
  proven: "done",
  person: "person",
  unproven: "trouble",
  merged: "going",
  undone: "waiting",
  open: "waiting",
};

export function auditText({ entries }: AuditView, format: TextFormat): string {
  const closed = entries.filter(({ state }) => state !== "person");
  const byPerson = entries.filter(({ state }) => state === "person");
  const apart =
    byPerson.length === 0 ? [] : [blank, line(span("Closed by a person", "bold")), ...byPerson.flatMap(rows)];
  return renderLines([...closed.flatMap(rows), ...apart, blank, summaryLine(entries)], format);
}

function rows(entry: AuditEntry): readonly Line[] {
  const { bead, title, depth, state } = entry;
  const indent = "  ".repeat(depth);
  const head = line(indent, markSpan(marks[state]), ` ${bead}  ${title}`);
  const words = proofWords(entry);
  const hang = indent.length + 4;
  const proof = words === "" ? [] : [wrapped(hang, " ".repeat(hang), span(words, "dim"))];
  const missing = entry.missing.map((each) =>
    wrapped(hang, " ".repeat(hang), span(`missing: ${each}`, toneOf("trouble"))),
  );
  return [head, ...proof, ...missing];
}

/** One sentence: what carried it, where that is, what the gates said. */
function proofWords({ evidence, in: place, role, round, gates, state, undoneBy }: AuditEntry): string {
  const parts = [
    ...(evidence === undefined ? [] : [`${shortOid(evidence)}${role === undefined ? "" : ` by ${role}`}`]),
    ...(place === undefined ? [] : [`in ${place}`]),
    ...gates.map(({ gate, key, result, flaky }) => `${gate ?? shortOid(key)} ${result}${flaky ? " (flaky)" : ""}`),
    ...(evidence !== undefined && role !== undefined && gates.length === 0 ? ["no gates"] : []),
    ...(round > 1 && evidence !== undefined ? [`round ${round}`] : []),
    ...(undoneBy === undefined ? [] : [`the round before was undone by ${shortOid(undoneBy)}`]),
    ...(state === "merged" ? ["not closed yet"] : []),
  ];
  return parts.join("; ");
}

function summaryLine(entries: readonly AuditEntry[]): Line {
  const count = (state: AuditState) => entries.filter((entry) => entry.state === state).length;
  const unproven = count("unproven");
  const parts = [
    `${count("proven")} closed on evidence`,
    `${count("person")} by a person`,
    `${unproven} without evidence`,
    `${count("merged")} merged and open`,
    `${count("open") + count("undone")} open`,
  ];
  return line(span(parts.join(", "), unproven > 0 ? "bad" : "bold"));
}

export function auditJson({ project, entries }: AuditView): unknown {
  return { project, isProven: entries.every(({ state }) => state !== "unproven"), beads: entries };
}

/** For a pull request, a release, an auditor: full commit ids. */
export function auditMarkdown({ project, entries }: AuditView): string {
  const table = (list: readonly AuditEntry[]) => [
    "| bead | state | commit | in | gates |",
    "|---|---|---|---|---|",
    ...list.map((entry) => {
      const gates = entry.gates.map(
        ({ gate, key, result, flaky }) => `${gate ?? key} ${result}${flaky ? " (flaky)" : ""}`,
      );
      const state = [entry.state, ...entry.missing].join(": ");
      const commit = entry.evidence === undefined ? "" : `\`${entry.evidence}\``;
      return `| ${[`${entry.bead} ${entry.title}`, state, commit, entry.in ?? "", gates.join(", ")].map(cell).join(" | ")} |`;
    }),
  ];
  const person = entries.filter(({ state }) => state === "person");
  const others = entries.filter(({ state }) => state !== "person");
  const apart = person.length === 0 ? [] : ["", "## Closed by a person", "", ...table(person)];
  const summary = summaryLine(entries)
    .spans.map(({ text }) => text)
    .join("");
  return `${[`# Audit of ${cell(project)}`, "", `${summary}.`, "", ...table(others), ...apart].join("\n")}\n`;
}

/** Untrusted words in one cell: no line break, no column, no markup that begins something. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[|<>[\]*_]/g, (character) => `\\${character}`);
}
