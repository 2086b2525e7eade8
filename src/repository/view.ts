// crew's own bare view of the user's objects: own config and attributes, so that no driver or filter of the user's ever
// meets an agent's content. Holds no refs and no objects of its own; agents never write to it.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CrewError, machineError } from "../errors.ts";
import { changelogPatterns } from "./changelogs.ts";
import type { RepositoryPlace } from "./context.ts";

export interface ViewOptions {
  /** Unique among living processes: names the half-written file. */
  readonly writer: string;
  /** `core.sharedRepository` of the user's repository. */
  readonly shared?: string | undefined;
}

/** Path of the view, made or mended where it is not as it should be. A crash leaves it as git does not accept it, or complete. */
export function ensureView(place: RepositoryPlace, options: ViewOptions): string {
  try {
    return makeView(place, options);
  } catch (cause) {
    throw machineError(cause, place.commonDir) ?? unwritable(place.commonDir, cause);
  }
}

export function unwritable(commonDir: string, cause: unknown): CrewError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CrewError("needs-you", `crew keeps its records in the git directory, and it cannot be written: ${why}`, {
    at: commonDir,
    hint: `Make it writable for you, or clone the repository elsewhere: git clone ${commonDir.replace(/\/\.git$/, "")}`,
    cause,
  });
}

function makeView(place: RepositoryPlace, options: ViewOptions): string {
  const view = join(place.commonDir, "crew", "git");
  for (const folder of ["refs", "info", "objects"]) mkdirSync(join(view, folder), { recursive: true });
  const write = (name: string, text: string): void => ensureFile(join(view, name), text, options.writer);
  write("config", viewConfig(place, options.shared));
  write("info/attributes", attributes);
  // Last: without a HEAD git does not take the folder for a repository.
  write("HEAD", "ref: refs/heads/none\n");
  return view;
}

/** What makes git in the view read and write the user's objects, and see where a shallow history ends. */
export function viewVariables(place: RepositoryPlace): Readonly<Record<string, string>> {
  return {
    GIT_DIR: join(place.commonDir, "crew", "git"),
    GIT_OBJECT_DIRECTORY: join(place.commonDir, "objects"),
    GIT_SHALLOW_FILE: join(place.commonDir, "shallow"),
  };
}

/** Shared by the view and the quarantines. */
export function bareConfig(place: RepositoryPlace): string {
  const version = place.objectFormat === "sha1" ? 0 : 1;
  const format = place.objectFormat === "sha1" ? "" : "[extensions]\n\tobjectFormat = sha256\n";
  return `[core]\n\trepositoryFormatVersion = ${version}\n\tbare = true\n\tlogAllRefUpdates = false\n${format}`;
}

function viewConfig(place: RepositoryPlace, shared: string | undefined): string {
  return bareConfig(place) + (shared === undefined ? "" : `[core]\n\tsharedRepository = ${shared}\n`);
}

/** Outranks every .gitattributes: newer gits read them from a bare repository's trees too. Later lines overrule earlier ones. */
const attributes = [
  "* !merge !diff !text !eol !ident !filter !working-tree-encoding !conflict-marker-size !whitespace !export-subst\n",
  ...changelogPatterns().map((pattern) => `${pattern} merge=union\n`),
].join("");

function ensureFile(path: string, text: string, writer: string): void {
  if (readIfThere(path) === text) return;
  const half = `${path}.${writer}`;
  writeFileSync(half, text);
  renameSync(half, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
