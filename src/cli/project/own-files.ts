// The files that the crew is read from: what an agent changes of them takes effect with the next command, so they are
// protected under whatever names they have.
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { Crew } from "../../model/crew.ts";

/** `files`: absolute paths of all that was read for it; those beside the repository are nobody's change. */
export function protectingOwnFiles(crew: Crew, files: ReadonlySet<string>): Crew {
  const top = workTree(dirname(crew.file));
  if (top === undefined) return crew;
  const own = [crew.file, ...files].map((file) => relative(top, file)).filter(isInside);
  return { ...crew, protect: [...new Set([...crew.protect, ...own.map(globOf)])] };
}

/** The folder that holds `.git`, at `folder` or above. */
function workTree(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  return dirname(folder) === folder ? undefined : workTree(dirname(folder));
}

function isInside(path: string): boolean {
  return path !== "" && !isAbsolute(path) && path.split(sep)[0] !== "..";
}

/** Of that one file at the top's path; what is no plain name in a glob counts as itself. */
function globOf(path: string): string {
  return `/${path
    .split(sep)
    .join("/")
    .replace(/[\\[\]*?{}()!+@|]/g, "\\$&")}`;
}
