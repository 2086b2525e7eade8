// What lies in the state directory, of this repository's projects and of others: who has a folder, and what is in it.
// Only looks; whose refs are gone is for others to say.
import { join } from "node:path";
import { listNames, readText, statPlain } from "./reading.ts";

export interface StateFolder {
  readonly path: string;
  readonly project: string;
  /** The repository that it belongs to is this one. */
  readonly isOurs: boolean;
  /** Roles with a clone in it: work may be there. */
  readonly roles: readonly string[];
  /** Logs of gates that are gone. */
  readonly gateLogs: readonly string[];
  /** Where the clones borrow their objects, as the first of them says. */
  readonly objectDirectory?: string;
}

export async function stateFolders(stateDirectory: string, repositoryId: string): Promise<readonly StateFolder[]> {
  const names = await listNames(stateDirectory, 100_000);
  const found = typeof names === "string" ? [] : names;
  return (await Promise.all(found.map((name) => look({ stateDirectory, name, repositoryId })))).flat();
}

interface Looking {
  readonly stateDirectory: string;
  readonly name: string;
  readonly repositoryId: string;
}

async function look({ stateDirectory, name, repositoryId }: Looking): Promise<readonly StateFolder[]> {
  const [, project, repository] = /^(.+)-([0-9a-f]{12})$/.exec(name) ?? [];
  if (project === undefined || repository === undefined) return [];
  const path = join(stateDirectory, name);
  const roles = await namesIn(join(path, "roles"));
  const cloned = await Promise.all(
    roles.map(async (role) => (await isFolder(join(path, "roles", role, "work"))) && role),
  );
  const objectDirectory = await objectsOf(roles.map((role) => join(path, "roles", role)));
  return [
    {
      path,
      project,
      isOurs: repositoryId.startsWith(repository),
      roles: cloned.filter((role) => role !== false),
      gateLogs: (await namesIn(join(path, "gate-logs"))).map((log) => join(path, "gate-logs", log)),
      ...(objectDirectory !== undefined && { objectDirectory }),
    },
  ];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await listNames(folder, 100_000);
  return typeof names === "string" ? [] : names;
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await statPlain(path);
  return typeof stats === "object" && stats.isDirectory();
}

/** As source.ts writes it. */
async function objectsOf(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const reading = await readText(join(folder, "source", "alternates"), 65_536);
    const line = reading.kind === "text" ? reading.text.replace(/\n$/, "") : "";
    if (line !== "") return line.startsWith('"') ? line.slice(1, -1).replace(/\\(.)/g, "$1") : line;
  }
  return undefined;
}
