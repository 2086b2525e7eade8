// The epic's long form. Pure.
import { slugOf } from "../../model/names.ts";
import type { CanonicalEpic } from "../canonical.ts";
import type { Epic } from "../generated/crew-file.ts";

export function epicOf(epic: Epic, projectName: string): CanonicalEpic {
  const {
    title,
    branch = `epic/${epicSlug(epic, projectName)}`,
    ...rest
  } = typeof epic === "string" ? { title: epic } : epic;
  return { ...rest, title, branch };
}

/** The title's slug; the project's name where nothing of the title is left. */
export function epicSlug(epic: Epic, projectName: string): string {
  return slugOf(typeof epic === "string" ? epic : epic.title) || projectName;
}
