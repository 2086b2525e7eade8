// What is left of a bench on the machine: processes, and files with words that they must not hold.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";

/** The command lines of whatever is of the bench, but for its supervisor and what that waits by. */
export function runsOf(bench: Bench): readonly string[] {
  const isSupervisor = (command: string) => command.includes("supervisor.sh") || command === "sleep 1";
  return tracesOf(bench).filter((command) => !isSupervisor(command));
}

/** The command lines of all processes whose environment, folder or command names the bench's folder. */
export function tracesOf({ root }: Bench): readonly string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
    const all = [command, textOf(`/proc/${pid}/environ`), folderOf(pid)];
    return command !== "" && all.some((each) => each.includes(root)) ? [command] : [];
  });
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

export function filesWith(folder: string, words: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => textOf(path).includes(words));
}
