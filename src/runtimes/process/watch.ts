// Tells when a mailbox, a status or a gate may have changed. Reads nothing itself, and promises no exactness: whoever is told
// observes again.
import { mkdir } from "node:fs/promises";
import { relative, sep } from "node:path";
import type { ProcessContext } from "./context.ts";

export interface Watching {
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

export async function watchProject({ folders }: ProcessContext, { onChange, signal }: Watching): Promise<void> {
  if (signal.aborted) return;
  await mkdir(folders.roles, { recursive: true, mode: 0o700 });
  await mkdir(folders.gates, { recursive: true, mode: 0o700 });
  const { watch } = await import("chokidar");
  const watcher = watch([folders.roles, folders.gates], {
    ignored: (path) => !isWatched(relative(folders.root, path).split(sep)),
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
  });
  // What cannot be watched is still seen by the next observation.
  watcher.on("error", () => undefined);
  watcher.on("all", onChange);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  await watcher.close();
}

/** `roles`, `roles/<role>` and there status and outbox; `gates`, `gates/<key>` and there result and pid. Never a clone. */
function isWatched(parts: readonly string[]): boolean {
  const [kind, name, file, entry] = parts;
  if (kind !== "roles" && kind !== "gates") return false;
  if (name?.startsWith(".")) return false;
  if (file === undefined) return true;
  if (kind === "gates") return (file === "result" || file === "pid") && entry === undefined;
  if (file === "outbox") return parts.length <= 4 && !entry?.startsWith(".");
  return (file === "status" || file === "pid") && entry === undefined;
}
