// What the engine's refusals become, as dockerode hands them over.
import { expect, test } from "vitest";
import { CrewError } from "../../../src/errors.ts";
import { isConflict, isNotFound, isNotModified, translated } from "../../../src/runtimes/docker/errors.ts";

/** As docker-modem 5 makes it. */
function refused(statusCode: number, reason: string, said: string, json: unknown = { message: said }): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) ${reason} - ${said} `), { statusCode, reason, json });
}

const missing = refused(404, "no such container", "No such container: crew-a");
const taken = refused(409, "unexpected", "Conflict. The container name is already in use");
const same = refused(304, "container already started", "", null);

test("304, 404 and 409 are told apart, and nothing else is taken for one", () => {
  const others = [new Error("No such container"), { code: "ENOENT" }, undefined, null, "404", { statusCode: "404" }];
  const told = (is: (error: unknown) => boolean) => [missing, taken, same, ...others].map(is);
  const none = others.map(() => false);
  expect(told(isNotFound)).toEqual([true, false, false, ...none]);
  expect(told(isConflict)).toEqual([false, true, false, ...none]);
  expect(told(isNotModified)).toEqual([false, false, true, ...none]);
});

const shown = ({ code, message, hint }: CrewError) => [code, message, ...(hint === undefined ? [] : [hint])];

test("everything else is said in the engine's words", () => {
  const invalid = refused(400, "bad parameter", "Minimum memory limit allowed is 6MB");
  expect(shown(translated(invalid, "container crew-a"))).toEqual([
    "failed",
    "container crew-a: Minimum memory limit allowed is 6MB",
  ]);
  expect(translated(invalid, "a").cause).toBe(invalid);
  const streamed = refused(500, "server error", "no such image - really", undefined);
  expect(shown(translated(streamed, "image x"))).toEqual(["failed", "image x: no such image - really"]);
  expect(shown(translated("odd", "image x"))).toEqual(["failed", "image x: odd"]);
});

test("a full disk of the engine is a person's", () => {
  const full = refused(500, "server error", "write /var/lib/docker/tmp/x: no space left on device");
  expect(shown(translated(full, "image x"))).toEqual([
    "needs-you",
    "image x: no space is left on the engine's disk: write /var/lib/docker/tmp/x: no space left on device",
    "Make room there (docker system df), then type the same command again",
  ]);
});

test("an engine that has gone may come back, and is told from one that refuses", () => {
  const gone = Object.assign(new Error("connect ECONNREFUSED /x.sock"), { code: "ECONNREFUSED", address: "/x.sock" });
  expect(shown(translated(gone, "container crew-a"))).toEqual([
    "failed",
    "No Docker engine answers at /x.sock.",
    "See that Docker runs (docker info), then crew up",
  ]);
  const hungUp = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  expect(translated(hungUp, "a").message).toBe("The connection to the Docker engine broke.");
});

test("what is translated stays as it is", () => {
  const error = new CrewError("invalid", "said");
  expect(translated(error, "a")).toBe(error);
});
