// `crew ls`, `crew images` and `crew volumes`: projects of the repository, what roles' instances are made from, and where their
// data are. Pure.
import type { Volume } from "../ports/use.ts";
import { renderLines, span, type TextFormat } from "./lines.ts";
import { type Column, tableLines } from "./table.ts";

export interface ProjectRow {
  readonly name: string;
  /** `running(2)`, `exited(1)`, as Compose has it; `down` where there is no instance. */
  readonly status: string;
  readonly driven: boolean;
  readonly epic: string;
  readonly runtime: string;
  /** The crew file. */
  readonly file: string;
}

export function projectsText(rows: readonly ProjectRow[], format: TextFormat): string {
  const cells = rows.map(({ name, status, driven, epic, runtime, file }) => [
    name,
    status,
    driven ? "yes" : "no",
    epic,
    runtime,
    file,
  ]);
  const columns: readonly Column[] = [{ min: 8 }, {}, {}, { min: 8 }, {}, { min: 8, yields: true, cut: "start" }];
  return textOf([["NAME", "STATUS", "DRIVEN", "EPIC", "RUNTIME", "FILE"], ...cells], columns, format);
}

export interface ImageRow {
  readonly role: string;
  readonly image: string;
  /** The engine's id of what the instance was made from. */
  readonly id: string;
  /** What crew put on top of the image, in words. */
  readonly added?: string;
}

export function imagesText(rows: readonly ImageRow[], format: TextFormat): string {
  const cells = rows.map(({ role, image, id, added }) => [
    role,
    added === undefined ? image : `${image} + ${added}`,
    id.replace(/^sha256:/, "").slice(0, 12),
  ]);
  return textOf([["ROLE", "IMAGE", "ID"], ...cells], [{ min: 8 }, { min: 12, yields: true }, {}], format);
}

export function volumesText(volumes: readonly Volume[], format: TextFormat): string {
  const cells = volumes.map(({ name, driver, holds, role, usedBy }) => [
    name,
    driver,
    role === undefined || holds === "file" ? holds : `${holds} of ${role}`,
    usedBy.join(", "),
  ]);
  const columns = [{ min: 12, cut: "start" }, {}, {}, { min: 8, yields: true }] as const;
  return textOf([["NAME", "DRIVER", "HOLDS", "USED BY"], ...cells], columns, format);
}

/** The first row is the head. */
function textOf(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  { width, color }: TextFormat,
): string {
  const spans = rows.map((row, index) => row.map((cell) => span(cell, index === 0 ? "dim" : "plain")));
  return renderLines(tableLines(spans, { columns, width }), { width, color });
}
