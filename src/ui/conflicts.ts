// `crew conflicts`: which work collides with what, on which paths. Pure.
import type { Collision, Unmerged } from "../merge/collisions.ts";
import { type Line, line, renderLines, span, type TextFormat } from "./lines.ts";
import { tableLines } from "./table.ts";

/** Paths that are named in one row at most. */
const pathsNamed = 3;

export interface CollisionJson {
  readonly work: string;
  readonly role: string;
  readonly with: string;
  readonly withRole?: string;
  readonly paths: readonly string[];
}

export function conflictsJson(collisions: readonly Collision[]): readonly CollisionJson[] {
  return collisions.map(({ work, with: other, paths }) => ({
    work: work.name,
    role: work.role,
    with: typeof other === "string" ? `tip ${other}` : other.name,
    ...(typeof other !== "string" && { withRole: other.role }),
    paths,
  }));
}

export function conflictsText(collisions: readonly Collision[], work: number, format: TextFormat): string {
  if (collisions.length === 0) {
    const of = work === 1 ? "1 report that is not merged yet" : `${work} reports that are not merged yet`;
    return renderLines([line(`No conflicts: ${of}.`)], format);
  }
  return renderLines(collisionTable(collisions, format), format);
}

export function collisionTable(collisions: readonly Collision[], format: TextFormat): readonly Line[] {
  const head = ["WORK", "WITH", "PATHS"].map((text) => span(text, "dim"));
  const rows = collisions.map((each) => [
    span(nameOf(each.work)),
    span(typeof each.with === "string" ? `tip ${each.with}` : nameOf(each.with)),
    span(pathsText(each.paths), "warn"),
  ]);
  const columns = [{ min: 8 }, { min: 8 }, { min: 10, yields: true }] as const;
  return tableLines([head, ...rows], { columns, width: format.width });
}

function nameOf({ name, role }: Unmerged): string {
  return `${name} (${role})`;
}

function pathsText(paths: readonly string[]): string {
  const shown = paths.slice(0, pathsNamed).join(", ");
  return paths.length > pathsNamed ? `${shown} and ${paths.length - pathsNamed} more` : shown;
}
