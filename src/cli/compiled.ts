// The program's code, and what the engine of JavaScript made of it for an earlier command, kept in the person's cache folder:
// reading and compiling it anew is half of the time that a short command takes. Runs the same where nothing can be kept.
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

/** `$XDG_CACHE_HOME/crew`, by default in the home directory's `.cache`; undefined where there is no home. */
export function compiledFolder({ XDG_CACHE_HOME = "", HOME = "" }: NodeJS.ProcessEnv): string | undefined {
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "crew");
  return isAbsolute(HOME) && existsSync(HOME) ? join(HOME, ".cache", "crew") : undefined;
}

export interface Compiled<Exports> {
  readonly exports: Exports;
  /** For the next of its name: to be called at the end, when what such a command needs is compiled. Never throws. */
  readonly keep: (command: string) => void;
}

/**
 * Runs a file of ASCII whose value is the function of a CommonJS module: `(function (exports, require, module) {…})`. `folder`: where
 * what was compiled is kept; undefined for nowhere. `options`: Node's, as the environment has them. Throws what reading the file throws, and what the file itself does.
 */
export function loadCompiled<Exports>(path: string, folder: string | undefined, options = ""): Compiled<Exports> {
  const code = readFileSync(path);
  const file = folder === undefined ? undefined : join(folder, nameFor(code, options));
  const kept = file === undefined ? undefined : readKept(file);
  const script = new Script(code.toString("latin1"), { filename: path, ...(kept && { cachedData: kept.data }) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module);
  const commands = kept && script.cachedDataRejected === false ? kept.commands : [];
  return {
    exports: module.exports as Exports,
    keep: (command) => {
      if (file === undefined || commands.includes(command)) return;
      keep(file, { commands: [...commands, command], data: script.createCachedData() });
    },
  };
}

interface Kept {
  /** Those that found nothing left to compile: functions are compiled when they are first called. */
  readonly commands: readonly string[];
  readonly data: Buffer;
}

/** V8 compares its version, its flags and the length of the code, not the code. */
function nameFor(code: Buffer, options: string): string {
  const flags = crc32([...process.execArgv, options].join(" ")).toString(16);
  const build = `${process.version}-${process.platform}-${process.arch}-${flags}`;
  return `${crc32(code).toString(16)}-${code.length}-${build}.compiled`;
}

/** A checksum of what follows; how long the commands' names are; these, and the data. */
const headBytes = 8;

/** What is kept is code: only from a file and a folder that nobody else could have written, and as it was written. */
function readKept(path: string): Kept | undefined {
  try {
    if (!isOwn(lstatSync(dirname(path)), constants.S_IFDIR)) return undefined;
    const bytes = ownBytes(path);
    if (bytes === undefined || bytes.readUInt32BE(0) !== crc32(bytes.subarray(4))) return undefined;
    const namesEnd = headBytes + bytes.readUInt32BE(4);
    return { commands: bytes.toString("latin1", headBytes, namesEnd).split("\n"), data: bytes.subarray(namesEnd) };
  } catch {
    return undefined;
  }
}

/** Asked of what was opened: what the path leads to may change in between. */
function ownBytes(path: string): Buffer | undefined {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return isOwn(fstatSync(file), constants.S_IFREG) ? readFileSync(file) : undefined;
  } finally {
    closeSync(file);
  }
}

/** The user's own, and for nobody else to write. */
function isOwn({ mode, uid }: Stats, kind: number): boolean {
  return uid === process.getuid?.() && (mode & (constants.S_IFMT | 0o022)) === kind;
}

function writeKept(path: string, { commands, data }: Kept): void {
  const names = commands.join("\n");
  const bytes = Buffer.concat([Buffer.alloc(headBytes), Buffer.from(names, "latin1"), data]);
  bytes.writeUInt32BE(names.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(4)), 0);
  writeFileSync(path, bytes, { mode: 0o600, flag: "wx" });
}

/** Of other versions of crew and of Node, those that were kept last. */
const othersAtMost = 3;

function keep(path: string, kept: Kept): void {
  const folder = dirname(path);
  const unfinished = `${path}.${process.pid}`;
  try {
    for (const each of [dirname(folder), folder]) mustBe(each);
    if (!isOwn(lstatSync(folder), constants.S_IFDIR)) return;
    try {
      writeKept(unfinished, kept);
      renameSync(unfinished, path);
    } catch {
      // What a full disk had room for is room that it lacks.
      rmSync(unfinished, { force: true });
    }
    removeOld(folder, path);
  } catch {
    // The next command compiles for itself, as this one did.
  }
}

/** Made only below the user's own. Not with all its parents: Node does not come back from making those in /proc. */
function mustBe(folder: string): void {
  if (existsSync(folder)) return;
  if (lstatSync(dirname(folder)).uid !== process.getuid?.()) throw new Error(`${dirname(folder)} is somebody else's`);
  mkdirSync(folder, { mode: 0o700 });
}

function removeOld(folder: string, path: string): void {
  const names = readdirSync(folder).filter((name) => /\.compiled(\.\d+)?$/.test(name));
  const others = names.map((name) => join(folder, name)).filter((other) => other !== path);
  const byAge = others.sort((a, b) => changedMs(b) - changedMs(a));
  for (const old of byAge.slice(othersAtMost)) rmSync(old, { force: true });
}

function changedMs(path: string): number {
  return lstatSync(path).mtimeMs;
}
