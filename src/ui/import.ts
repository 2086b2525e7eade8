// What crew import made of each key of a compose file, where it stands there, and how to go on. Pure.
import { type Line, line, span, type Tone, whole, wrapped } from "./lines.ts";

export interface ImportView {
  /** What was imported. */
  readonly file: string;
  /** Where it was written; undefined for printed. */
  readonly written: string | undefined;
  readonly roles: readonly { readonly name: string }[];
  readonly notes: readonly ImportNote[];
  /** Variables that the crew file has from `.env`. */
  readonly fromDotEnv: readonly string[];
  /** Where that lies, where it is not beside the crew file, which crew would read by itself. */
  readonly dotEnv: string | undefined;
  readonly notYet: number;
}

interface ImportNote {
  readonly line: number;
  readonly column: number;
  readonly key: string;
  readonly fate: "kept" | "becomes" | "left out" | "refused";
  readonly words: string;
}

export function importLines({ file, written, roles, notes, fromDotEnv, dotEnv, notYet }: ImportView): readonly Line[] {
  const kept = [...new Set(notes.filter(({ fate }) => fate === "kept").map(({ key }) => key))];
  const names = roles.map(({ name }) => name);
  const count = names.length === 1 ? `1 role, ${names[0]}` : `${names.length} roles: ${names.join(", ")}`;
  return [
    ...notes.filter(({ fate }) => fate !== "kept").map((note) => noteLine(file, note)),
    ...(kept.length === 0 ? [] : [wrapped(2, `${file}  kept as they are: `, kept.join(", "))]),
    ...(fromDotEnv.length === 0 || dotEnv === undefined
      ? []
      : [
          wrapped(
            2,
            span("! ", "warn"),
            `${fromDotEnv.join(", ")}: crew reads .env beside the crew file. Copy ${dotEnv} there`,
          ),
        ]),
    line(`${written === undefined ? "Not written" : `Wrote ${written}`}: ${count}.`),
    ...(names.length > 1 ? [] : [whole(`  For more: crew import ${file} --role NAME=BRANCH, once for each`)]),
    ...(notYet === 0 ? [] : [whole("  This version of crew cannot do all of its keys yet: crew plan names them")]),
    whole("  Next: crew config -q, then crew plan"),
  ];
}

const tones: Readonly<Record<ImportNote["fate"], Tone>> = {
  kept: "plain",
  becomes: "good",
  "left out": "dim",
  refused: "bad",
};

function noteLine(file: string, note: ImportNote): Line {
  const fate = note.fate === "becomes" ? "→" : `${note.fate}:`;
  return wrapped(
    2,
    span(`${file}:${note.line}:${note.column}  `, tones[note.fate]),
    `${note.key}  ${fate} ${note.words}`,
  );
}
