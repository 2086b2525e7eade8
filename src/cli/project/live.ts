// Which project a command is about: the one that `-p` names, else the one that the file names or began. Decides nothing
// about the work.
import { CrewError } from "../../errors.ts";
import type { Crew } from "../../model/crew.ts";
import type { ProjectFact } from "../../model/records.ts";
import { shellLine } from "../../model/shell.ts";

/** `argv`: what was typed, for the way out. */
export function projectOf(crew: Crew, live: readonly ProjectFact[], argv: readonly string[]): string {
  const { name, declaredName } = crew;
  if (live.some((fact) => fact.name === name)) return name;
  const begun = live.filter((fact) => isBegunBy(fact, crew));
  const renamed = begun.find((fact) => fact.declaredName !== declaredName);
  if (renamed) throw isRenamed(renamed, crew, argv);
  const [only] = begun;
  if (only && begun.length > 1) {
    throw severalLive(
      begun.map((fact) => fact.name),
      argv,
    );
  }
  return only?.name ?? name;
}

export function severalLive(names: readonly string[], argv: readonly string[]): CrewError {
  return new CrewError("failed", `Several projects live in this repository: ${names.join(", ")}`, {
    hint: `crew -p ${names[0]} ${shellLine(argv)}`,
  });
}

/** A live project of this file that carries the epic which the file names now. */
function isBegunBy(fact: ProjectFact, { file, epic }: Crew): boolean {
  return fact.file === file && (epic.id === undefined ? fact.slug === epic.slug : fact.epic === epic.id);
}

/**
 * A second project would begin the same epic once more, on branches that are the first one's: paid for twice, merged
 * nowhere. And nothing is ever renamed. So a person says which of the two is meant.
 */
function isRenamed({ name, epic }: ProjectFact, crew: Crew, argv: readonly string[]): CrewError {
  const message = `The file now names the project ${crew.name}, but ${name}, which it began, still carries epic ${epic}.`;
  return new CrewError("needs-you", message, {
    hint: `Go on with it: crew -p ${name} ${shellLine(argv)}\nEnd it for good, then begin anew: crew gc -p ${name}`,
  });
}
