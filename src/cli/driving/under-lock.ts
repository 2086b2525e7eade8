// Work under a project's write lock, for as long as the person waits for it: how every command takes it.
import type { Engine } from "../../execute/engine.ts";
import { withLock } from "../../execute/lock.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";

export interface Locking {
  readonly flags: GlobalFlags;
  readonly engine: Pick<Engine, "project" | "repository" | "clock">;
  /** What those who wait are told: `crew down`. */
  readonly command: string;
}

/** Throws `locked`, naming the holder, when it is not free in time. */
export async function underLock<T>(
  { signal }: Invocation,
  { flags, engine, command }: Locking,
  work: () => Promise<T>,
): Promise<T> {
  const { project, repository, clock } = engine;
  const options = { command, timeoutMs: flags.lockTimeout * 1000, clock, signal };
  return await withLock(repository.lease(project, "lock"), options, work);
}
