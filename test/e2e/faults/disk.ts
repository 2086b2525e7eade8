// A team with small disks of its own: file systems in memory, in a mount namespace that ends with the test. Needs root.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { aTeam } from "./team.ts";

/** Folders that get a disk of their own, relative to the team's root, each with its size in KiB. */
export type Disks = Readonly<Record<string, number>>;

export interface SmallBench extends Bench {
  /** Fills the disk of the folder to its last byte. */
  fill(folder: string): void;
  /** Takes away what `fill` wrote. */
  free(folder: string): void;
}

export async function onSmallDisks(files: Readonly<Record<string, string | null>>, disks: Disks): Promise<SmallBench> {
  const bench = aTeam(files);
  const root = join(bench.repository, "..");
  // What lies there already moves to the new disk.
  const mounts = Object.entries(disks).map(
    ([folder, kib]) =>
      `mkdir -p '${root}/${folder}' '${root}/moved' && mount -t tmpfs -o size=${kib}k none '${root}/moved' && cp -a '${root}/${folder}/.' '${root}/moved' && mount --move '${root}/moved' '${root}/${folder}'`,
  );
  // It ends with its stdin, and so with this process.
  const script = `${mounts.join(" && ")} && echo ready && exec cat`;
  const holder = spawn("unshare", ["-m", "sh", "-c", script], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("exit", (code) => reject(new Error(`no small disks: ${code}`)));
  });
  const seen = (path: string) => join(`/proc/${holder.pid}/root`, path);
  const inside = ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, "sh", "-c", 'cd "$0" && exec "$@"'];
  const ballast = (folder: string) => seen(join(root, folder, "ballast"));
  return {
    ...bench,
    seen,
    crew: (args, options = {}) =>
      bench.crew(args, { ...options, under: [...inside, options.cwd ?? bench.repository, ...(options.under ?? [])] }),
    git: (...args) => {
      const [command = "", ...rest] = [...inside, bench.repository, "git", ...args];
      return execFileSync(command, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
    },
    until: (path) => bench.until(path, seen(bench.state)),
    fill: (folder) => fillDisk(ballast(folder)),
    free: (folder) => rmSync(ballast(folder)),
    remove: () => {
      bench.remove();
      holder.stdin.end();
    },
  };
}

/** The disk that the file lies on, to its last byte. */
export function fillDisk(path: string): void {
  const file = openSync(path, "a");
  try {
    for (const size of [1_048_576, 65_536, 4_096, 1]) fillBy(file, size);
  } finally {
    closeSync(file);
  }
}

function fillBy(file: number, size: number): void {
  const bytes = Buffer.alloc(size);
  try {
    while (writeSync(file, bytes) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
