// Looks for the crew file, from a folder upward. The only file here that touches a disk, and it only looks.
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CrewError } from "../errors.ts";

const names = ["crew.yaml", "crew.yml"] as const;

/**
 * Absolute path of `crew.yaml` or `crew.yml` in the folder or the nearest one above it, up to the repository's top, the
 * home folder or the root. Throws `failed`, saying where it looked.
 */
export function findCrewFile(folder: string, home = homedir()): string {
  const lookedIn: string[] = [];
  for (let at = resolve(folder); ; at = dirname(at)) {
    lookedIn.push(at);
    const found = names.map((name) => join(at, name)).find(isFile);
    if (found) return found;
    if (isLast(at, home)) throw notFound(lookedIn);
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** `.git` is a folder, or a file in a linked work tree and a submodule. */
function isLast(folder: string, home: string): boolean {
  return existsSync(join(folder, ".git")) || folder === home || folder === dirname(folder);
}

function notFound(lookedIn: readonly string[]): CrewError {
  return new CrewError("failed", `No ${names.join(" or ")} in ${lookedIn.join(", ")}.`, {
    hint: "Write a crew.yaml there, or name one: crew -f FILE",
  });
}
