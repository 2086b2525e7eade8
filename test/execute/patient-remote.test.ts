// A remote that takes long or hangs, as the driver meets it: the pass goes on, and how it ended is told when it is known.
import { expect, test } from "vitest";
import { patientRemote } from "../../src/execute/patient-remote.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remote } from "../../src/ports/remote.ts";
import { steppingClock } from "../beads/beads.ts";

const impatient: Clock = { ...steppingClock(), sleep: () => new Promise((resolve) => setImmediate(resolve)) };
const push = { remote: "origin", changes: [], atMs: 1 };
const fetch = { remote: "origin", branch: "main", atMs: 1 };

function aSlowRemote() {
  const begun: string[] = [];
  let fail = (_: Error) => {};
  const remote: Remote = {
    push: (_, { signal }) => {
      begun.push("push");
      return new Promise((_resolve, reject) => {
        fail = reject;
        signal?.addEventListener("abort", () => reject(new Error("ended")), { once: true });
      });
    },
    look: async () => {
      begun.push("fetch");
    },
    propose: async () => {},
  };
  return { remote, begun, fail: (error: Error) => fail(error) };
}

const stillAtIt = { code: "conflict", message: "The remote has not answered yet; crew goes on meanwhile." };
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a push that fails late is told to the next push, whatever else was asked between", async () => {
  const { remote, begun, fail } = aSlowRemote();
  const patient = patientRemote(remote, impatient, new AbortController().signal);
  await expect(patient.push("shop", push)).rejects.toMatchObject(stillAtIt);
  fail(new Error("origin did not take it"));
  await settled();
  await patient.look("shop", fetch);
  await expect(patient.push("shop", push)).rejects.toThrow("origin did not take it");
  expect(begun, "told once, and not pushed for it").toEqual(["push", "fetch"]);
  await expect(patient.push("shop", push)).rejects.toMatchObject(stillAtIt);
  expect(begun).toEqual(["push", "fetch", "push"]);
});

test("a remote that hangs holds up no pass, is asked once, and ends with the driver", async () => {
  const { remote, begun } = aSlowRemote();
  const driver = new AbortController();
  const patient = patientRemote(remote, impatient, driver.signal);
  await expect(patient.push("shop", push)).rejects.toMatchObject(stillAtIt);
  await expect(patient.push("shop", push)).rejects.toMatchObject(stillAtIt);
  await expect(patient.look("shop", fetch)).rejects.toMatchObject(stillAtIt);
  expect(begun).toEqual(["push"]);
  driver.abort();
  await settled();
  await expect(patient.push("shop", push)).rejects.toThrow("ended");
});
