// Leases of real refs: one living holder at any time, and a dead one's place is free.
import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitBench, gitBench, identityOf } from "./git-bench.ts";

let bench: GitBench;
const living = new Map([[process.pid, "1"]]);
beforeEach(async () => {
  living.clear();
  living.set(process.pid, "1");
  bench = await gitBench({ identity: identityOf(process.pid, living) });
});
afterEach(() => bench.close());

async function leaseOf(pid: number, host?: string) {
  const repository = await bench.open(identityOf(pid, living, host));
  return repository.lease("shop", "lock");
}

test("of eight at once exactly one gets it, also over a dead holder", async () => {
  for (const round of [1, 2, 3]) {
    const pids = Array.from({ length: 8 }, (_, index) => round * 100 + index);
    for (const pid of pids) living.set(pid, String(round));
    const leases = await Promise.all(pids.map((pid) => leaseOf(pid)));
    const answers = await Promise.all(leases.map((lease, index) => lease.acquire(`crew up ${pids[index]}`)));
    const held = answers.flatMap((answer, index) => (answer.held ? [pids[index]] : []));
    expect(held.length).toBe(1);
    const holder = { host: hostname(), pid: held[0], startTime: String(round), command: `crew up ${held[0]}` };
    for (const answer of answers) if (!answer.held) expect(answer.by).toEqual(holder);
    expect(await leases[0]?.holder()).toEqual(holder);
    // All of them die without a word; the next round finds their leavings.
    for (const pid of pids) living.delete(pid);
    expect(await leases[0]?.holder()).toBeUndefined();
  }
});

test("a recycled pid is not the holder", async () => {
  living.set(10, "monday");
  const lease = await leaseOf(10);
  expect(await lease.acquire("crew up")).toEqual({ held: true });
  living.set(10, "tuesday");
  const other = await leaseOf(process.pid);
  expect(await other.holder()).toBeUndefined();
  expect(await other.acquire("crew down")).toEqual({ held: true });
  await lease.release();
  expect(await other.holder()).toMatchObject({ pid: process.pid, command: "crew down" });
});

test("what a dead holder left is cleared, and a living one's is not", async () => {
  living.set(10, "1");
  const lease = await leaseOf(10);
  const other = await leaseOf(process.pid);
  await other.clear();
  await lease.acquire("crew up");
  await other.clear();
  expect(await other.holder()).toMatchObject({ pid: 10 });
  living.delete(10);
  await other.clear();
  expect(bench.git(bench.work, ["for-each-ref", "refs/crew/lease/"])).toBe("");
});

test("a holder on another host counts as living", async () => {
  living.set(10, "1");
  const elsewhere = await leaseOf(10, "another host");
  await elsewhere.acquire("crew up");
  living.delete(10);
  const lease = await leaseOf(process.pid);
  expect(await lease.acquire("crew up")).toMatchObject({ held: false, by: { host: "another host", pid: 10 } });
});

test("a lease that nobody can read is told, not taken", async () => {
  const blob = bench.git(bench.work, ["hash-object", "-w", "--stdin"], "{}");
  bench.git(bench.work, ["update-ref", "refs/crew/lease/shop/lock", blob]);
  const lease = await leaseOf(process.pid);
  await expect(lease.acquire("crew up")).rejects.toMatchObject({ code: "internal", at: "refs/crew/lease/shop/lock" });
});

test("one whose blob is gone is no free one: it says what is missing", async () => {
  const lease = await leaseOf(process.pid);
  await lease.acquire("crew up");
  const oid = bench.git(bench.work, ["rev-parse", "refs/crew/lease/shop/lock"]);
  rmSync(join(bench.work, ".git/objects", oid.slice(0, 2), oid.slice(2)), { force: true });
  const missing = `Object ${oid} is missing from the repository.`;
  await expect(lease.holder()).rejects.toThrow(missing);
  await expect((await leaseOf(process.pid)).acquire("crew down")).rejects.toThrow(missing);
});
