// What a candidate's commit message says, and reads back from one. Pure. Nothing but crew's own trailers enters the last
// paragraph, and nothing outside of it is read.
import { CrewError } from "../errors.ts";
import type { ChainCommit } from "../model/chain.ts";
import type { CandidateSpec } from "../ports/repository.ts";
import { messageText, oneLine } from "./text.ts";

export type Trailers = Pick<ChainCommit, "role" | "bead" | "undo" | "person" | "move" | "gates">;

export function candidateMessage(spec: CandidateSpec): string {
  const trailers = [
    trailer("Crew-Role", spec.role),
    ...(spec.bead ? [trailer("Crew-Bead", `${word(spec.bead.id)} ${spec.bead.round}`)] : []),
    ...(spec.undo ? [trailer("Crew-Undo", `${word(spec.undo.id)} ${spec.undo.round}`)] : []),
    ...(spec.person ? [trailer("Crew-Person", word(spec.person))] : []),
    ...(spec.move ? [trailer("Crew-Move", word(spec.move))] : []),
    ...(spec.gates.length > 0 ? [trailer("Crew-Gates", spec.gates.map(word).join(" "))] : []),
    // A person's commit and a move between tips are nobody's new work.
    ...(spec.bead ? [trailer("Co-authored-by", `crew/${spec.role} <${spec.role}@crew.invalid>`)] : []),
  ];
  const subject = oneLine(messageText(spec.subject)) || "(no subject)";
  return `${subject}\n\n${trailers.join("\n")}\n`;
}

/** The trailers of a commit on a tip's first-parent chain. Absent ones are absent; malformed ones too. */
export function parseTrailers(message: string): Trailers {
  const paragraphs = message.trimEnd().split(/\n{2,}/);
  const block = paragraphs.length > 1 ? (paragraphs.at(-1) ?? "").split("\n") : [];
  const values = new Map<string, string>();
  for (const line of block) {
    const [, name, value] = /^([A-Za-z-]+): (.*)$/.exec(line) ?? [];
    // A block with any other line is not one that crew wrote.
    if (name === undefined || value === undefined) return { gates: [] };
    if (!values.has(name)) values.set(name, value);
  }
  return {
    ...present("role", values.get("Crew-Role")),
    ...present("bead", roundOf(values.get("Crew-Bead"))),
    ...present("undo", roundOf(values.get("Crew-Undo"))),
    ...present("person", values.get("Crew-Person")),
    ...present("move", values.get("Crew-Move")),
    gates: values.get("Crew-Gates")?.split(" ") ?? [],
  };
}

/** A message's first line. */
export function subjectOf(message: string): string {
  return message.split("\n", 1)[0] ?? "";
}

function roundOf(value: string | undefined): { id: string; round: number } | undefined {
  const [, id, round] = /^(\S+) ([1-9]\d*)$/.exec(value ?? "") ?? [];
  return id && round ? { id, round: Number(round) } : undefined;
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

function trailer(name: string, value: string): string {
  if (oneLine(value) !== value) throw unfit(value);
  return `${name}: ${value}`;
}

function word(value: string): string {
  if (value === "" || /\s/.test(value)) throw unfit(value);
  return value;
}

function unfit(value: string): CrewError {
  return new CrewError("internal", `${JSON.stringify(value)} does not fit into a commit's trailer.`, {
    hint: "This is crew's fault: please report it with this line.",
  });
}
