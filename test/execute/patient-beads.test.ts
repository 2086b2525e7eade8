// A tracker that hangs, as the driver meets it: it goes on, nothing is written twice, and an answer counts when it comes.
import { expect, test } from "vitest";
import { patientBeads } from "../../src/execute/patient-beads.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { aBead, refusal, steppingClock } from "../beads/beads.ts";
import { fakeBeads } from "../fakes/beads.ts";

/** Every wait is over at once, or never. */
function aClock(isOver: boolean): Clock {
  return {
    ...steppingClock(),
    sleep: (_, signal) =>
      isOver
        ? new Promise((resolve) => setImmediate(resolve))
        : new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
  };
}

function aHangingTracker() {
  const fake = fakeBeads({ clock: steppingClock(), actor: "crew" });
  let free = () => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  let isHanging = false;
  const claims: string[] = [];
  const tracker = {
    about: () => fake.about(),
    comments: (id: string) => fake.comments(id),
    watch: async () => {},
    snapshot: async () => {
      if (isHanging) await held;
      return await fake.snapshot();
    },
    create: (bead: Parameters<typeof fake.create>[0]) => fake.create(bead),
    addBlocker: (id: string, blocker: string) => fake.addBlocker(id, blocker),
    claim: async (id: string, assignee: string) => {
      claims.push(id);
      if (isHanging) await held;
      await fake.claim(id, assignee);
    },
    release: (id: string, assignee: string) => fake.release(id, assignee),
    comment: (id: string, comment: { author: string; text: string }) => fake.comment(id, comment),
    setMetadata: (id: string, key: string, value: string) => fake.setMetadata(id, key, value),
    close: (id: string, reason: string) => fake.close(id, reason),
    reopen: (id: string) => fake.reopen(id),
  };
  return { tracker, claims, hang: () => (isHanging = true), free: () => free() };
}

test("a look that takes too long answers what was seen last, and is waited for once there is nothing", async () => {
  const { tracker, hang, free } = aHangingTracker();
  await tracker.create(aBead("shop-1"));
  const patient = patientBeads(tracker, aClock(true));
  const first = await patient.snapshot();
  expect([...first.keys()]).toEqual(["shop-1"]);
  await tracker.create(aBead("shop-2"));
  hang();
  expect(await patient.snapshot()).toBe(first);
  const other = patientBeads(tracker, aClock(true)).snapshot();
  free();
  expect([...(await other).keys()]).toEqual(["shop-1", "shop-2"]);
  // What came while nobody waited counts for the next look.
  await new Promise((resolve) => setImmediate(resolve));
  expect([...(await patient.snapshot()).keys()]).toEqual(["shop-1", "shop-2"]);
});

test("a write that takes too long fails for now; asked for again it is joined, not done twice", async () => {
  const { tracker, claims, hang, free } = aHangingTracker();
  await tracker.create(aBead("shop-1"));
  hang();
  const patient = patientBeads(tracker, aClock(true));
  const tooLong = {
    code: "failed",
    message: "The tracker has not answered for 10 s; crew goes on meanwhile.",
    hint: "See whether another bd holds the beads: bd list",
  };
  expect(await refusal(patient.claim("shop-1", "crew/x"))).toEqual(tooLong);
  expect(await refusal(patient.claim("shop-1", "crew/x"))).toEqual(tooLong);
  expect(claims).toEqual(["shop-1"]);
  const last = patient.claim("shop-1", "crew/x").catch(() => undefined);
  free();
  await last;
  await patient.claim("shop-1", "crew/x");
  expect((await patient.snapshot()).get("shop-1")?.assignee).toBe("crew/x");
});

test("one that answers in time is as it always was, refusals too", async () => {
  const { tracker } = aHangingTracker();
  await tracker.create(aBead("shop-1"));
  const patient = patientBeads(tracker, aClock(false));
  await patient.claim("shop-1", "crew/x");
  expect((await refusal(patient.claim("shop-1", "ann"))).message).toBe("shop-1 is in progress by crew/x.");
  expect((await patient.snapshot()).get("shop-1")?.status).toBe("in_progress");
});
