// A real engine: it is found, reached by its socket and through ssh, and its refusals are told apart.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type Dockerode from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../../src/runtimes/docker/engine/connect.ts";
import { findEndpoint } from "../../../src/runtimes/docker/engine/endpoint.ts";
import { surroundings } from "../../../src/runtimes/docker/engine/surroundings.ts";
import { isConflict, isNotFound, isNotModified, translated } from "../../../src/runtimes/docker/errors.ts";

const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);
const endpoint = findEndpoint(surroundings(environment, homedir()));
const name = `crew-engine-test-${process.pid}`;
let docker: Dockerode;
let folder: string;

beforeAll(async () => {
  docker = await connect(endpoint, { environment });
  folder = mkdtempSync(join(tmpdir(), "crew-engine-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await docker
    .getContainer(name)
    .remove({ force: true })
    .catch(() => {});
});

test("404, 409 and 304 of the engine are told apart, and a bad setting in its own words", async () => {
  const options = { name, Image: "crew-test-tiny:busybox", Cmd: ["sleep", "60"] };
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const absent = await failure(docker.getContainer(`${name}-none`).inspect());
  expect([isNotFound(absent), isConflict(absent), isNotModified(absent)]).toEqual([true, false, false]);
  expect(translated(absent, "container none").message).toBe(`container none: No such container: ${name}-none`);
  const bad = await failure(docker.createContainer({ ...options, HostConfig: { Memory: 1 } }));
  expect(translated(bad, `container ${name}`)).toMatchObject({
    code: "failed",
    message: expect.stringMatching(/^container .*: Minimum memory limit allowed is \d+MB$/),
  });
  const container = await docker.createContainer(options);
  const taken = await failure(docker.createContainer(options));
  expect([isNotFound(taken), isConflict(taken), isNotModified(taken)]).toEqual([false, true, false]);
  await container.start();
  const again = await failure(container.start());
  expect([isNotFound(again), isConflict(again), isNotModified(again)]).toEqual([false, false, true]);
});

test("a stream that is refused says why", async () => {
  const stream = docker.getContainer(`${name}-none`).logs({ follow: true, stdout: true });
  const error = await stream.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(isNotFound(error)).toBe(true);
  expect(translated(error, "logs").message).toBe(`logs: No such container: ${name}-none`);
});

test("the same engine through ssh, also with a program's stdio in hand", async () => {
  if (endpoint.kind !== "unix") throw new Error("this test dials the engine's socket, and the engine has none here");
  const pipe = `const s = require("net").connect({ path: ${JSON.stringify(endpoint.socket)}, allowHalfOpen: true }); process.stdin.pipe(s).pipe(process.stdout);`;
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\nexec '${process.execPath}' -e '${pipe}'\n`);
  chmodSync(join(folder, "ssh"), 0o755);
  const path = [folder, environment.PATH].join(delimiter);
  const far = await connect({ kind: "ssh", host: "far", from: "test" }, { environment: { PATH: path } });
  const [near, through] = await Promise.all([docker.info(), far.info()]);
  expect(through.ID).toBe(near.ID);
  const exec = await far.getContainer(name).exec({ Cmd: ["wc", "-c"], AttachStdin: true, AttachStdout: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  stream.end("x".repeat(300_000));
  const said: Buffer[] = [];
  for await (const chunk of stream) said.push(chunk as Buffer);
  // Eight bytes of the engine's own stand before each piece.
  expect(Buffer.concat(said).subarray(8).toString()).toBe("300000\n");
});
