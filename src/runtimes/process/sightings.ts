// Which living processes carry the marker of an instance of this repository, and which gits work in it. Reads /proc; where
// there is none it knows nothing. Signals nothing.
import { readdir, readlink } from "node:fs/promises";
import type { ProcessSight } from "../../model/health.ts";
import { hasProc, readStat } from "./identity.ts";
import { aFewAtOnce, readText } from "./reading.ts";

export interface MarkedProcess {
  readonly pid: number;
  readonly project: string;
  /** A role, or `gate/<key>`. */
  readonly instance: string;
}

/** Every process of every project's instances; the marker says which. */
export async function markedProcesses(repositoryId: string): Promise<readonly MarkedProcess[]> {
  const found = await aFewAtOnce(await pids(), async (pid) => {
    const environment = await readText(`/proc/${pid}/environ`, 4_194_304);
    if (environment.kind !== "text") return [];
    const marker = environment.text.split("\0").find((variable) => variable.startsWith("CREW_INSTANCE=["));
    const [, project, repository, instance] = /=\[(.+)-([0-9a-f]{12})\/(.+)\]$/s.exec(marker ?? "") ?? [];
    const isOurs = repository !== undefined && repositoryId.startsWith(repository);
    // A zombie is nobody any more.
    if (!isOurs || !project || !instance || !(await readStat(pid))) return [];
    return [{ pid, project, instance }];
  });
  return found.flat();
}

/** Undefined: nobody can tell here. */
export async function gitsIn(folders: readonly string[]): Promise<readonly ProcessSight[] | undefined> {
  if (!(await hasProc())) return undefined;
  const found = await aFewAtOnce(await pids(), async (pid) => {
    const name = await readText(`/proc/${pid}/comm`, 4096);
    if (name.kind !== "text" || !/^git\b/.test(name.text)) return [];
    const [cwd, environment] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ""),
      readText(`/proc/${pid}/environ`, 4_194_304),
    ]);
    const gitDir = environment.kind === "text" ? (/(?:^|\0)GIT_DIR=([^\0]*)/.exec(environment.text)?.[1] ?? "") : "";
    if (![cwd, gitDir].some((path) => folders.some((folder) => isWithin(path, folder)))) return [];
    const line = await readText(`/proc/${pid}/cmdline`, 4_194_304);
    const command = line.kind === "text" ? line.text.split("\0").slice(0, 3).join(" ").trim() : name.text.trim();
    return [{ pid, command }];
  });
  return found.flat();
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

async function pids(): Promise<readonly number[]> {
  if (!(await hasProc())) return [];
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}
