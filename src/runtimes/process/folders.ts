// Where everything of a project's processes lies on disk. Pure: names paths, makes none.
import { join } from "node:path";
import { CrewError } from "../../errors.ts";

export interface ProjectFolders {
  /** `<state directory>/<project>-<repository>`, mode 0700. */
  readonly root: string;
  readonly roles: string;
  readonly gates: string;
  /** The last log of each gate, by the hash of its name, with what it is of. */
  readonly gateLogs: string;
  /** What the markers of this project begin with. */
  readonly name: string;
}

export function projectFolders(where: {
  readonly stateDirectory: string;
  readonly project: string;
  readonly repositoryId: string;
}): ProjectFolders {
  const name = `${safeName(where.project, "project")}-${safeName(where.repositoryId, "repository").slice(0, 12)}`;
  const root = join(where.stateDirectory, name);
  return { root, roles: join(root, "roles"), gates: join(root, "gates"), gateLogs: join(root, "gate-logs"), name };
}

/** One instance's folder: a role's, or a gate's. */
export interface InstanceFolder {
  readonly path: string;
  /** Value of `CREW_INSTANCE`. The brackets make it exact where it is searched as a substring. */
  readonly marker: string;
}

export function roleFolder(folders: ProjectFolders, role: string): InstanceFolder {
  return { path: join(folders.roles, safeName(role, "role")), marker: `[${folders.name}/${role}]` };
}

export function gateFolder(folders: ProjectFolders, key: string): InstanceFolder {
  return { path: join(folders.gates, safeName(key, "gate key")), marker: `[${folders.name}/gate/${key}]` };
}

/** Lies there while the processes are being frozen. */
export function pausingMark({ path }: InstanceFolder): string {
  return join(path, "pausing");
}

/** A name that is one path component, no hidden file and nothing that a pattern or a marker could misread. */
export function isSafeName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}._+-]*$/u.test(name) && name.length <= 200;
}

function safeName(name: string, what: string): string {
  if (isSafeName(name)) return name;
  throw new CrewError("invalid", `The ${what} ${JSON.stringify(name)} cannot be the name of a folder.`, {
    hint: "Rename it: letters, digits, '-', '_', '+' and '.'",
  });
}
