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

test("Podman's word for a name that is taken counts as 409, and no other 500 does", () => {
  const words = `the container name "a.hub" is already in use by b8f3. You have to remove that container to be able to reuse that name: that name is already in use`;
  const others = [refused(500, "server error", "disk error"), refused(400, "bad parameter", words)];
  expect([refused(500, "server error", words), ...others].map(isConflict)).toEqual([true, false, false]);
});

test("a full disk of the engine is a person's", () => {
  const full = refused(500, "server error", "write /var/lib/docker/tmp/x: no space left on device");
  expect(shown(translated(full, "image x"))).toEqual([
    "needs-you",
    "image x: no space is left on the engine's disk: write /var/lib/docker/tmp/x: no space left on device",
    "Make room there (docker system df), then type the same command again",
  ]);
});

test("a volume that an engine has lost count of is a person's", () => {
  const lost = refused(500, "server error", "remove crew-a.mail: volume has active mounts");
  expect(shown(translated(lost, "volume crew-a.mail"))).toEqual([
    "needs-you",
    "volume crew-a.mail: remove crew-a.mail: volume has active mounts",
    "Where live-restore is on, this engine has lost count of them: restart it, then type the same command again",
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

test.each([
  "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
  "all predefined address pools have been fully subnetted",
])("an engine without addresses for one more network is a person's, with the ways out: %s", (words) => {
  const { code, message, hint } = translated(refused(404, "not found", words), "network crew.network");
  expect([code, message]).toEqual([
    "needs-you",
    `network crew.network: the engine has no addresses left for one more network: ${words}`,
  ]);
  for (const way of ["default-address-pools", "docker network prune", "shared: true"]) expect(hint).toContain(way);
});
