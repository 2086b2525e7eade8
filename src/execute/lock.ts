// The short write lock around each execute pass, and who drives. Waits; never breaks a living holder's lock.
import { CrewError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Lease, LeaseHolder } from "../ports/repository.ts";
import type { Engine } from "./engine.ts";

const retryMs = 50;

export interface LockOptions {
  readonly command: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asked each time that the time is over: whoever is at the same work, and lives, is waited for on. */
  readonly isWaitedFor?: (holder: LeaseHolder) => Promise<boolean>;
}

/** Runs `work` under the lock. Throws `locked`, naming the holder, when it is not free in time. */
export async function withLock<T>(lease: Lease, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { clock, timeoutMs, signal, isWaitedFor = async () => false } = options;
  let deadline = clock.nowMs() + timeoutMs;
  while (true) {
    const taken = await lease.acquire(options.command);
    if (taken.held) break;
    const isOver = clock.nowMs() >= deadline;
    if (signal.aborted || (isOver && !(await isWaitedFor(taken.by)))) throw locked(taken.by, timeoutMs);
    if (isOver) deadline += timeoutMs;
    await clock.sleep(retryMs, signal);
  }
  try {
    return await work();
  } finally {
    // What cannot be given back now is this process's still: it takes it again with its next pass, and it ends with it.
    await lease.release().catch(() => undefined);
  }
}

/** Images are brought by one command at a time, for as long as it takes: who comes second finds them there. */
export async function whileBringing<T>(
  { repository, project, clock }: Pick<Engine, "repository" | "project" | "clock">,
  { command, signal }: Pick<LockOptions, "command" | "signal">,
  work: () => Promise<T>,
): Promise<T> {
  const options = { command, timeoutMs: Number.POSITIVE_INFINITY, clock, signal };
  return await withLock(repository.lease(project, "images"), options, work);
}

function locked(by: LeaseHolder, timeoutMs: number): CrewError {
  const who = `\`${by.command}\` (pid ${by.pid} on ${by.host})`;
  return new CrewError("locked", `The project is locked by ${who}; waited ${Math.round(timeoutMs / 1000)} s`, {
    hint: "Wait for it to end, or give more time with --lock-timeout.",
  });
}
