// Puts crew's scripts into an instance's folder and runs them: for a moment, or detached so that they outlive crew.
// Decides nothing about instances.
import { execFile, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { cleanLine } from "../../agents/clean-text.ts";
import { CrewError } from "../../errors.ts";
import type { Assets } from "../assets.ts";
import type { Environment } from "./environment.ts";
import { statPlain } from "./reading.ts";
import { ensureFolder, removeTree, writeWhole } from "./writing.ts";

/** Every POSIX system has it here; the instance's PATH must not choose another. */
export const shell = "/bin/sh";

export function scriptPath(folder: string, name: "supervisor.sh" | "gate.sh"): string {
  return join(folder, "bin", name);
}

/** By rename: a shell that runs the old text goes on with it. */
export async function installScripts(folder: string, assets: Assets): Promise<void> {
  await ensureFolder(join(folder, "bin"));
  await writeWhole(scriptPath(folder, "supervisor.sh"), assets.supervisor, 0o700);
  await writeWhole(scriptPath(folder, "gate.sh"), assets.gate, 0o700);
  await writeWhole(join(folder, "bin", "bd"), assets.bd, 0o700);
  await writeWhole(join(folder, "bin", "crew-tell"), assets.tell, 0o700);
}

export interface ScriptRun {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly timeoutMs: number;
}

/** Runs a script to its end. `complaint` is the last line that it said on stderr. */
export async function runScript({ args, environment, timeoutMs }: ScriptRun): Promise<{
  readonly exitCode: number;
  readonly complaint: string;
}> {
  return await new Promise((resolve) => {
    const options = {
      env: { ...environment },
      cwd: "/",
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: 1_048_576,
    } as const;
    const child = execFile(shell, [...args], options, (error, _stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      const lines = stderr.split("\n").filter((line) => line.trim() !== "");
      resolve({ exitCode, complaint: cleanLine(lines.at(-1) ?? error?.message ?? "") });
    });
    child.stdin?.end();
  });
}

export interface Launch {
  readonly folder: string;
  readonly script: "supervisor.sh" | "gate.sh";
  readonly environment: Environment;
}

/** Starts a script in a session of its own. It writes to log/supervisor and lives on when crew ends. */
export async function launch({ folder, script, environment }: Launch): Promise<void> {
  await ensureFolder(join(folder, "log"));
  const path = join(folder, "log", "supervisor");
  const stats = await statPlain(path);
  if (typeof stats === "object" && (!stats.isFile() || stats.size > 1_048_576)) await removeTree(path);
  const log = await open(path, "a", 0o600);
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(shell, [scriptPath(folder, script), folder], {
        cwd: folder,
        env: { ...environment },
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      });
      child.once("spawn", resolve);
      child.once("error", reject);
      child.unref();
    });
  } catch (error) {
    throw new CrewError("failed", `Cannot start ${shell} in ${folder}: ${(error as Error).message}`, { cause: error });
  } finally {
    await log.close();
  }
}
