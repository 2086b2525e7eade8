// `crew gc`: what is removed, where it lies and how much it holds. Pure.
import { bytesText } from "./bytes.ts";
import { type Line, line, renderLines, span, type TextFormat, whole } from "./lines.ts";

export interface Removal {
  /** In words: `the folder of backend`. */
  readonly what: string;
  /** A path, a branch, refs, or things of the engine. */
  readonly where: string;
  readonly bytes: number;
  /** The project whose folder it is, while nothing of that lies in it. */
  readonly emptyOf?: string;
  /** Names of images that are removed. */
  readonly images?: readonly string[];
  /** It lies on the engine. */
  readonly onEngine?: true;
}

export interface Gc {
  /** The project that is given up; absent: what is left over. */
  readonly project?: string;
  readonly removals: readonly Removal[];
  /** What is left alone, with the command that goes on from there. */
  readonly kept: readonly { readonly what: string; readonly command: string }[];
}

export function gcJson({ project, removals, kept }: Gc) {
  return {
    ...(project !== undefined && { project }),
    removals: removals.map(({ what, where, bytes }) => ({ what, where, bytes })),
    kept,
    bytes: totalOf(removals),
  };
}

export function gcText(gc: Gc, format: TextFormat): string {
  const { project, removals, kept } = gc;
  const head = project === undefined ? "Left over" : `All of project ${project}; its work is archived first`;
  const lines: readonly Line[] = [
    ...(removals.length > 0 ? [line(span(head, "bold")), ...removals.flatMap(removalLines), totalLine(removals)] : []),
    ...(kept.length > 0 ? [line(span("Kept", "bold"))] : []),
    ...kept.flatMap(({ what, command }) => [line("  ", what), whole("      ", command)]),
  ];
  return renderLines(lines, format);
}

function removalLines({ what, where, bytes }: Removal): readonly Line[] {
  const size = bytes === 0 ? "" : ` (${bytesText(bytes)})`;
  return [line("  ", what, span(size, "dim")), whole("      ", where)];
}

function totalLine(removals: readonly Removal[]): Line {
  const bytes = totalOf(removals);
  return line(`${bytesText(bytes)} in all`, span(bytes < 1000 ? "" : ` (${bytes} bytes)`, "dim"));
}

function totalOf(removals: readonly Removal[]): number {
  return removals.reduce((sum, { bytes }) => sum + bytes, 0);
}
