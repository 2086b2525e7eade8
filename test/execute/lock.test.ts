// How long a command waits for the write lock, and for whom.
import { expect, test } from "vitest";
import { withLock } from "../../src/execute/lock.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Lease, LeaseHolder } from "../../src/ports/repository.ts";

const driver: LeaseHolder = { host: "here", pid: 7, startTime: "1", command: "crew up" };

/** Held until then, on a clock that goes on by sleeping. */
function heldUntil(ms: number) {
  let nowMs = 0;
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: async (duration) => {
      nowMs += duration;
    },
  };
  const lease: Lease = {
    acquire: async () => (nowMs < ms ? { held: false, by: driver } : { held: true }),
    release: async () => undefined,
    clear: async () => undefined,
    holder: async () => undefined,
  };
  return { clock, lease };
}

const { signal } = new AbortController();

test("nobody is waited for longer than was given", async () => {
  const { clock, lease } = heldUntil(5_000);
  const options = { command: "crew land", timeoutMs: 1_000, clock, signal };
  await expect(withLock(lease, options, async () => "done")).rejects.toThrow(
    "The project is locked by `crew up` (pid 7 on here); waited 1 s",
  );
});

test("but who is at the same work, as long as it is", async () => {
  const { clock, lease } = heldUntil(5_000);
  const asked: LeaseHolder[] = [];
  const isWaitedFor = async (holder: LeaseHolder) => {
    asked.push(holder);
    return true;
  };
  const options = { command: "crew up -d", timeoutMs: 1_000, clock, signal, isWaitedFor };
  expect(await withLock(lease, options, async () => "done")).toBe("done");
  expect(asked).toEqual(Array.from({ length: 4 }, () => driver));
});
