// What tells this repository from every other one on whatever engine and machine: its place, and a random word that crew keeps
// in `crew.id` beside git's own files. A copy at another place is another one; so is the same place on another machine.
import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { machineError } from "../errors.ts";
import type { RepositoryPlace } from "./context.ts";
import { unwritable } from "./view.ts";

/** Asked before the view is made: where that is there without a word, an older crew made it, which knew the place alone. */
export function repositoryId({ commonDir }: Pick<RepositoryPlace, "commonDir">, writer: string): string {
  const file = join(commonDir, "crew.id");
  try {
    const word = wordIn(file) ?? made(file, { commonDir, writer });
    const hash = createHash("sha256").update(commonDir);
    return (word === "" ? hash : hash.update(`\0${word}`)).digest("hex").slice(0, 16);
  } catch (cause) {
    throw machineError(cause, commonDir) ?? unwritable(commonDir, cause);
  }
}

/**
 * The key of digests whose values nobody is to guess: the word leaves this place as little as the key. A place that an older crew
 * made has an id without one: there it is kept in `crew.key`.
 */
export function sealKey({ commonDir }: Pick<RepositoryPlace, "commonDir">, writer: string): string {
  const word = wordIn(join(commonDir, "crew.id")) || keyWord(join(commonDir, "crew.key"), writer);
  return createHash("sha256").update(`key\0${commonDir}\0${word}`).digest("hex");
}

/** Where nothing can be written nothing is made either, whose digest anybody could see. */
function keyWord(file: string, writer: string): string {
  const there = wordIn(file);
  if (there !== undefined) return there;
  const half = `${file}.${writer}`;
  try {
    writeWhole(half, `${randomBytes(16).toString("hex")}\n`);
    linkSync(half, file);
  } catch {
    // Somebody else was as quick, or it cannot be kept.
  } finally {
    rmSync(half, { force: true });
  }
  return wordIn(file) ?? "";
}

/** Whatever cannot be read is not for that reason absent: another word would make another repository of this one. */
function wordIn(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Of several that make one at once, the first one's counts: that is there before the view is. */
function made(file: string, { commonDir, writer }: { readonly commonDir: string; readonly writer: string }): string {
  const isOlder = existsSync(join(commonDir, "crew", "git", "HEAD"));
  const word = isOlder ? "" : `${randomBytes(16).toString("hex")}\n`;
  const half = `${file}.${writer}`;
  try {
    // Refused in the folder's name, not in that of a half-written file.
    accessSync(commonDir, constants.W_OK);
    writeWhole(half, word);
    try {
      linkSync(half, file);
    } catch (error) {
      // Not every file system has links.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" && wordIn(file) === undefined) writeWhole(file, word);
    }
  } catch (error) {
    // An older crew's can be looked at where nothing can be written.
    if (!isOlder) throw error;
  } finally {
    rmSync(half, { force: true });
  }
  return wordIn(file) ?? "";
}

/** On the disk before it counts; one that is there by now stays. */
function writeWhole(file: string, content: string): void {
  let opened: number;
  try {
    opened = openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  try {
    writeFileSync(opened, content);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
