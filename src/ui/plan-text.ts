// What `crew plan` prints: every operation with its sign and cause, what is left alone and why, what needs a person, and
// the outlook. Pure text; decides nothing.
import type { Note, Operation, Outlook, Plan } from "../model/plan.ts";
import { changedFields } from "../model/spec.ts";
import type { Instance } from "../model/world.ts";
import { attentionLines } from "./attention.ts";
import { blank, type Line, line, renderLines, type Span, span, type TextFormat, type Tone, wrapped } from "./lines.ts";
import { groups, operationLine, type Sign } from "./operation-line.ts";
import { type Column, tableLines } from "./table.ts";

export interface PlanTextOptions extends TextFormat {
  /** As they are: what a replacement changes, field by field. */
  readonly instances: ReadonlyMap<string, Instance>;
}

export function planText(plan: Plan, options: PlanTextOptions): string {
  const sections = [
    ...operationSections(plan, options),
    noteLines(plan.notes, options),
    attentionLines(plan.attention),
  ];
  const filled = sections.filter((section) => section.length > 0);
  return renderLines([...filled.flatMap((section) => [...section, blank]), ...closingLines(plan)], options);
}

interface Row {
  readonly sign: Sign | "-/+";
  readonly about: string;
  readonly detail: string;
  readonly cause: string;
  /** Lines under the row. */
  readonly below: readonly Line[];
}

function operationSections(plan: Plan, options: PlanTextOptions): readonly (readonly Line[])[] {
  const replaced = replacements(plan.operations);
  const rows = new Map<string, Row[]>();
  for (const operation of plan.operations) {
    const role = roleOfInstance(operation);
    const isReplaced = role !== undefined && replaced.has(role);
    if (isReplaced && operation.kind !== "instance.create") continue;
    const { group } = operationLine(operation);
    const row = isReplaced ? replacementRow(operation, options) : operationRow(operation);
    const known = rows.get(group);
    if (known) known.push(row);
    else rows.set(group, [row]);
  }
  return groups.flatMap((group) => {
    const found = rows.get(group);
    return found ? [[line(span(group, "bold")), ...rowLines(found, options.width)]] : [];
  });
}

const columns: readonly Column[] = [{ align: "right" }, { min: 12 }, { min: 16 }, { min: 16 }];

function rowLines(rows: readonly Row[], width: number): readonly Line[] {
  const cells = rows.map(({ sign, about, detail, cause }): readonly Span[] => [
    span(sign, tones[sign]),
    span(about),
    span(detail),
    span(cause === "" ? "" : `[${cause}]`, "dim"),
  ]);
  return tableLines(cells, { columns, width, indent: 2 }).flatMap((each, i) => [each, ...(rows[i]?.below ?? [])]);
}

function operationRow(operation: Operation): Row {
  const { sign, about, detail } = operationLine(operation);
  const below =
    operation.consent === undefined ? [] : [wrapped(6, span("    ! ", "bad"), `destroys ${operation.consent}`)];
  return { sign, about, detail: shortIds(detail), cause: shortIds(operation.cause), below };
}

/** Stop, remove, create and start of one role are one thing to a person, with the fields that it is for. */
function replacementRow(operation: Operation, { instances }: PlanTextOptions): Row {
  const spec = operation.kind === "instance.create" ? operation.spec : undefined;
  const before = spec && instances.get(spec.role);
  const changes = spec && before ? changedFields(before.spec, spec) : [];
  const about = `instance ${spec?.role ?? ""}`;
  if (changes.length === 0) return { sign: "-/+", about, detail: "replace", cause: operation.cause, below: [] };
  const below = changes.map(({ words }) =>
    wrapped(8, span("      ~ ", "warn"), `${words}  # replaces the instance; branch and work kept`),
  );
  return { sign: "-/+", about, detail: "replace", cause: "", below };
}

function replacements(operations: readonly Operation[]): ReadonlySet<string> {
  const created = new Set(operations.flatMap((each) => (each.kind === "instance.create" ? [each.spec.role] : [])));
  return new Set(
    operations.flatMap((each) => (each.kind === "instance.remove" && created.has(each.role) ? [each.role] : [])),
  );
}

function roleOfInstance(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "instance.create":
      return operation.spec.role;
    case "instance.start":
    case "instance.stop":
    case "instance.remove":
      return operation.role;
    default:
      return undefined;
  }
}

function noteLines(notes: readonly Note[], { width }: TextFormat): readonly Line[] {
  if (notes.length === 0) return [];
  const cells = notes.map(({ subject, cause }) => [span("=", "dim"), span(subject, "dim"), span(`[${cause}]`, "dim")]);
  return [
    line(span("Left alone", "bold")),
    ...tableLines(cells, { columns: [{}, { min: 12 }, { min: 16 }], width, indent: 2 }),
  ];
}

function closingLines(plan: Plan): readonly Line[] {
  const count = plan.operations.length;
  if (count === 0) return [wrapped(0, "", span(outlookText(plan.outlook, plan.inFlight), "bold"))];
  const replaced = replacements(plan.operations);
  const signs = plan.operations.map((operation) =>
    replaced.has(roleOfInstance(operation) ?? "") ? "-/+" : operationLine(operation).sign,
  );
  const parts = allSigns.flatMap((sign) => {
    const n = signs.filter((each) => each === sign).length;
    return n === 0 ? [] : [span("  "), span(sign, tones[sign]), span(` ${n}`)];
  });
  return [line(span(`${count} ${count === 1 ? "operation" : "operations"}:`, "bold"), ...parts)];
}

/** The outlook where there is nothing to do at once. */
export function outlookText(outlook: Outlook, inFlight: boolean): string {
  switch (outlook) {
    case "working":
      return inFlight ? "Nothing to do at once: work is under way." : "Nothing to do at once.";
    case "settled":
      return "Settled: a person is needed.";
    case "landable":
      return "All merged. Next: crew land";
    case "proposed":
      return "The pull request is open. Once it is merged there: crew land";
    case "complete":
      return "Nothing to do: landed and closed.";
  }
}

/** Commit ids as people read them: the first seven digits. */
function shortIds(text: string): string {
  return text.replace(/\b([0-9a-f]{7})[0-9a-f]{33}(?:[0-9a-f]{24})?\b/g, "$1");
}

const allSigns = ["+", "~", "-/+", "-", "→", "←", "✓"] as const;

const tones: Record<Sign | "-/+", Tone> = {
  "+": "good",
  "~": "warn",
  "-/+": "warn",
  "-": "bad",
  "→": "going",
  "←": "going",
  "✓": "good",
};
