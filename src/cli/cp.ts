// crew cp: files out of a role's instance and into it, as docker cp has it. What comes out is an agent's: nothing of it is
// written outside of where it is to go.
import { statSync } from "node:fs";
import { basename, dirname, posix, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CrewError } from "../errors.ts";
import { roleNamed } from "../model/crew.ts";
import type { Runtime } from "../ports/runtime.ts";
import { packPath } from "../runtimes/tar/pack.ts";
import { unpack } from "../runtimes/tar/unpack.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { openLastGood } from "./project/project.ts";
import { mustBeRoles } from "./said.ts";

export interface CopyFlags extends GlobalFlags {
  readonly archive?: boolean;
  readonly followLink?: boolean;
}

export async function cp(invocation: Invocation, flags: CopyFlags, from: string, to: string): Promise<number> {
  const [source, target] = [placeIn(from), placeIn(to)];
  if ((source === undefined) === (target === undefined)) {
    const what = source ? "From role to role nothing is copied" : `Neither ${from} nor ${to} is in a role's instance`;
    throw new CrewError("failed", `${what}.`, { hint: "crew cp ROLE:PATH DEST, or crew cp SRC ROLE:PATH" });
  }
  const { crew, engine } = await openLastGood(invocation, flags);
  const { role = "" } = source ?? target ?? {};
  if (!roleNamed(crew, role) && !(await engine.runtime.observe()).instances.has(role)) mustBeRoles(crew, [role]);
  const copying = { invocation, flags, runtime: engine.runtime };
  try {
    if (source) await copyOut(copying, source, to);
    else if (target) await copyIn(copying, from, target);
  } catch (error) {
    throw refusedByFiles(error);
  }
  return 0;
}

interface Place {
  readonly role: string;
  readonly path: string;
}

/** `ROLE:PATH`; a path with a slash or a dot in front of the colon is one of this machine's. */
function placeIn(text: string): Place | undefined {
  const [, role, path] = /^([^:/.][^:/]*):(.*)$/s.exec(text) ?? [];
  return role === undefined || path === undefined ? undefined : { role, path: path === "" ? "." : path };
}

interface Copying {
  readonly invocation: Invocation;
  readonly flags: CopyFlags;
  readonly runtime: Runtime;
}

async function copyOut({ invocation, flags, runtime }: Copying, { role, path }: Place, to: string): Promise<void> {
  const kind = await runtime.kindAt(role, path);
  if (kind === "absent") throw new CrewError("failed", `${role} has no ${path}.`, { hint: `crew exec ${role} ls -a` });
  const archive = await runtime.copyOut(role, { path, follow: flags.followLink === true });
  if (to === "-") return await intoStream(archive, invocation.stdout);
  const root = rootOf(
    { name: posix.basename(posix.resolve("/work", path)), kind, isOpen: /(^|\/)\.$/.test(path) },
    to,
    invocation,
  );
  const left = await unpack(archive, { root, strip: 1, keepOwner: flags.archive === true });
  if (left.length === 0) return;
  const hint = left.some((each) => each.includes("a link that leads out"))
    ? `crew exec ${role} ls -l shows links; crew cp -L follows the one that is named`
    : `crew exec ${role} ls -la`;
  throw new CrewError("failed", [`Not copied from ${role}:`, ...left].join("\n"), { hint });
}

async function intoStream(archive: Readable, stdout: NodeJS.WriteStream): Promise<void> {
  if (stdout.isTTY)
    throw new CrewError("failed", "A tar stream is nothing for a terminal.", { hint: "crew cp … - | tar t" });
  await pipeline(archive, stdout as Writable, { end: false });
}

interface Coming {
  readonly name: string;
  readonly kind: "folder" | "other";
  /** `FOLDER/.`: what is in it, not it itself. */
  readonly isOpen: boolean;
}

/** Where the archive's root goes to, as docker cp has it. */
function rootOf({ name, kind, isOpen }: Coming, to: string, { cwd }: Invocation): string {
  const path = resolve(cwd, to);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) return kind === "folder" && isOpen ? path : resolve(path, name);
  if (there && kind === "folder") throw new CrewError("failed", `${to} is a file.`, { hint: "Name a folder" });
  if (!there && kind === "other" && to.endsWith("/")) throw noFolder(to);
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) throw noFolder(dirname(to));
  return path;
}

async function copyIn({ invocation, flags, runtime }: Copying, from: string, { role, path }: Place): Promise<void> {
  const kind = await runtime.kindAt(role, path);
  const keepOwner = flags.archive === true;
  if (from === "-") {
    if (kind !== "folder") throw noFolder(`${role}:${path}`);
    return await runtime.copyIn(role, { path, archive: invocation.stdin(), keepOwner });
  }
  const source = resolve(invocation.cwd, from);
  const stats = statSync(source, { throwIfNoEntry: false });
  if (!stats) throw new CrewError("failed", `There is no ${from}.`);
  const isFolder = stats.isDirectory();
  if (kind === "other" && isFolder)
    throw new CrewError("failed", `${role}:${path} is a file.`, { hint: "Name a folder" });
  if (kind === "absent" && !isFolder && path.endsWith("/")) throw noFolder(`${role}:${path}`);
  const isInto = kind === "folder";
  const folder = isInto ? path : posix.dirname(path);
  if (!isInto && (await runtime.kindAt(role, folder)) !== "folder") throw noFolder(`${role}:${folder}`);
  const isOpen = isFolder && isInto && /(^|\/)\.$/.test(from);
  const name = isOpen ? "." : isInto ? basename(source) : posix.basename(path);
  const archive = packPath(source, { name, follow: flags.followLink === true });
  await runtime.copyIn(role, { path: folder, archive, keepOwner });
}

function noFolder(path: string): CrewError {
  return new CrewError("failed", `There is no folder ${path}.`, { hint: "Make it first" });
}

/** The machine says no, about a path that the person named. */
function refusedByFiles(error: unknown): unknown {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const isKnown = ["EACCES", "EPERM", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG"].includes(code ?? "");
  if (error instanceof CrewError || !isKnown) return error;
  return new CrewError("failed", message, { ...(path !== undefined && { at: path }), cause: error });
}
