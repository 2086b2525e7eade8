// Which files of a folder are sent to the builder: all that its .dockerignore leaves, in one order. Reads names, sizes and times
// of files, and of their content nothing but that file's.
import type { BigIntStats } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import dockerignore from "@balena/dockerignore";
import { CrewError } from "../../../errors.ts";
import type { BuildSpec } from "../../../model/build.ts";

export interface ContextFile {
  /** Relative to the context, with slashes. */
  readonly name: string;
  readonly path: string;
  readonly stats: BigIntStats;
}

export const ignoreFile = ".dockerignore";

/** Never sent: git's and bd's own folders change with every step of crew's, and each would be another content. */
const neverSent: ReadonlySet<string> = new Set([".git", ".beads"]);

/** Folders before what is in them; neither sockets nor devices. Links are never followed. */
export async function contextFiles(build: BuildSpec): Promise<readonly ContextFile[]> {
  const { context } = build;
  if (context === undefined) return [];
  const ignored = ignoring(await ignoreText(build), [ignoreFile, dockerfileIn(build) ?? ignoreFile]);
  const found: ContextFile[] = [];
  const look = async (folder: string): Promise<void> => {
    for (const each of (await readdir(join(context, folder))).sort()) {
      if (neverSent.has(each)) continue;
      const name = folder === "" ? each : `${folder}/${each}`;
      const isIgnored = ignored.hides(name);
      if (isIgnored && !ignored.mayShowBelow(name)) continue;
      const path = join(context, name);
      const stats = await lstat(path, { bigint: true });
      const isSent = stats.isFile() || stats.isDirectory() || stats.isSymbolicLink();
      if (!isIgnored && isSent) found.push({ name, path, stats });
      if (stats.isDirectory()) await look(name);
    }
  };
  await look("").catch((cause: unknown) => {
    throw unreadable(cause, context);
  });
  return found;
}

/** Name of the Dockerfile in the context; undefined for one that is outside of it, or has no file. */
export function dockerfileIn({ context, dockerfile }: BuildSpec): string | undefined {
  if (!("path" in dockerfile) || context === undefined) return undefined;
  const name = relative(context, dockerfile.path);
  return name === ".." || name.startsWith(`..${sep}`) || isAbsolute(name) ? undefined : name.split(sep).join("/");
}

/** One of the Dockerfile's own comes before the context's, as in BuildKit. */
export async function ignoreText({ context, dockerfile }: BuildSpec): Promise<string> {
  const own = "path" in dockerfile ? [`${dockerfile.path}${ignoreFile}`] : [];
  const common = context === undefined ? [] : [join(context, ignoreFile)];
  for (const path of [...own, ...common]) {
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw unreadable(cause, path);
    }
  }
  return "";
}

interface Ignoring {
  readonly hides: (name: string) => boolean;
  /** A pattern that begins with `!` means something in a folder that is hidden. */
  readonly mayShowBelow: (folder: string) => boolean;
}

/** `kept`: what the builder itself needs, which takes it out again where the file hides it. */
function ignoring(text: string, kept: readonly string[]): Ignoring {
  const patterns = dockerignore.default({ ignorecase: false }).add(text);
  const shown = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .flatMap((line) =>
      line.startsWith("!")
        ? [
            line
              .slice(1)
              .trim()
              .replace(/^\.?\//, ""),
          ]
        : [],
    );
  const isMeantBelow = (pattern: string, folder: string) => {
    const fixed = pattern.split(/[*?[\\]/)[0] ?? "";
    return (
      `${pattern}/`.startsWith(`${folder}/`) ||
      (fixed !== pattern && `${folder}/`.startsWith(fixed.slice(0, fixed.lastIndexOf("/") + 1)))
    );
  };
  return {
    hides: (name) => !kept.includes(name) && patterns.ignores(name),
    mayShowBelow: (folder) =>
      shown.some((pattern) => isMeantBelow(pattern, folder)) || kept.some((name) => name.startsWith(`${folder}/`)),
  };
}

export function unreadable(cause: unknown, place: string): CrewError {
  if (cause instanceof CrewError) return cause;
  const { path = place, code, message } = cause as NodeJS.ErrnoException;
  const words = code === "ENOENT" ? "is not there" : `cannot be read: ${message}`;
  return new CrewError("needs-you", `What an image is built from ${words}: ${path}`, {
    hint: "Mend it, or leave it out in .dockerignore, then crew up",
    cause,
  });
}
