// What the person at a role's wheel sees, for whoever else wants to look: a socket in a folder of this user's alone, there for
// as long as the person is. Takes nothing from whoever looks.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, lstat, mkdir, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { CrewError } from "../../errors.ts";

export interface Session {
  /** The project's folder in the git directory. */
  readonly directory: string;
  readonly role: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** So much of what was shown is shown to whoever comes later. */
const shownBefore = 65_536;
/** Whoever is so far behind is let go: the session waits for nobody. */
const furthestBehind = 4_194_304;

export interface Shown {
  /** Everything for the person's terminal goes through here. */
  readonly screen: Writable;
  end(): Promise<void>;
}

/** The session goes on, shown to nobody else, where no socket can be made. */
export async function shown(session: Session, stdout: Writable): Promise<Shown> {
  const watchers = new Set<Socket>();
  let before: Buffer = Buffer.alloc(0);
  const server = createServer((watcher) => {
    watchers.add(watcher);
    watcher.on("error", () => undefined).on("close", () => watchers.delete(watcher));
    watcher.write(before);
  });
  const path = await socketOf(session);
  if (path !== undefined) {
    await rm(path, { force: true });
    server.listen(path);
    await Promise.race([once(server, "listening"), once(server, "error")]).catch(() => undefined);
    server.on("error", () => undefined);
  }
  const screen = new Writable({
    write(chunk: Buffer, _encoding, done) {
      before = Buffer.concat([before, chunk]).subarray(-shownBefore);
      for (const watcher of watchers) {
        if (watcher.writableLength > furthestBehind) watcher.destroy();
        else watcher.write(chunk);
      }
      stdout.write(chunk, () => done());
    },
  });
  return {
    screen,
    async end() {
      for (const watcher of watchers) watcher.end();
      if (!server.listening) return;
      server.close();
      if (path !== undefined) await rm(path, { force: true });
    },
  };
}

/** To its end, or until the signal. */
export async function watch(session: Session, stdout: Writable, signal: AbortSignal): Promise<void> {
  const nobody = (cause?: unknown) =>
    new CrewError("failed", `Nobody of yours on this machine is attached to ${session.role}.`, {
      hint: `crew logs -f ${session.role}`,
      cause,
    });
  const path = await socketOf(session);
  if (path === undefined) throw nobody();
  const socket = connect(path);
  try {
    await once(socket, "connect", { signal });
  } catch (cause) {
    socket.destroy();
    if (signal.aborted) return;
    throw nobody(cause);
  }
  const leave = () => void socket.destroy();
  signal.addEventListener("abort", leave, { once: true });
  socket.on("error", leave);
  socket.on("data", (chunk) => void stdout.write(chunk));
  await once(socket, "close");
  signal.removeEventListener("abort", leave);
}

/** Short, as the path of a socket must be. Undefined where the folder is somebody else's. */
async function socketOf({ directory, role, environment }: Session): Promise<string | undefined> {
  const uid = process.getuid?.() ?? 0;
  const folder = join(environment.XDG_RUNTIME_DIR || tmpdir(), `crew-${uid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== uid) return undefined;
    if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
  } catch {
    return undefined;
  }
  return join(folder, createHash("sha256").update(`${directory}\0${role}`).digest("hex").slice(0, 24));
}
