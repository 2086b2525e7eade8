// What crew doctor says of the engine: a small server speaks for it, on a real socket.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { engineNow } from "../../src/cli/upkeep/engine-sight.ts";
import { aSmallEngine } from "../runtime/docker/small-engine.ts";

let folder: string;
let socket: string;
let environment: Readonly<Record<string, string>>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-sight-"));
  socket = join(folder, "x.sock");
  environment = { HOME: folder, DOCKER_HOST: `unix://${socket}` };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();

test("an engine is named with its version and who named it", async () => {
  const engine = await aSmallEngine({ path: socket });
  try {
    const seen = await engineNow({ environment, signal }, "docker");
    expect(seen).toEqual({ engine: `Docker 99.1.2 at unix://${socket} (DOCKER_HOST)` });
  } finally {
    await engine.close();
  }
});

test("Podman is told from Docker", async () => {
  const engine = await aSmallEngine({ path: socket }, { parts: ["Podman Engine", "Conmon"] });
  try {
    const seen = await engineNow({ environment, signal }, "docker");
    expect(seen).toEqual({ engine: `Podman 99.1.2 at unix://${socket} (DOCKER_HOST)` });
  } finally {
    await engine.close();
  }
});

test("why none answers, or none is named rightly", async () => {
  expect(await engineNow({ environment, signal }, "docker")).toEqual({
    noEngine: {
      message: `There is no unix://${socket} (DOCKER_HOST): no Docker engine runs there.`,
      hint: "Start Docker, or name another engine by DOCKER_HOST, or put `runtime: process` into the crew file",
    },
  });
  expect(await engineNow({ environment: { HOME: folder, DOCKER_CONTEXT: "gone" }, signal }, "docker")).toMatchObject({
    noEngine: { message: "There is no docker context gone, which DOCKER_CONTEXT names." },
  });
});

test("one that takes the connection and says nothing is given up", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(socket, resolve));
  const connected = new Promise<void>((resolve) => silent.once("connection", () => resolve()));
  const clock = { nowMs: () => 0, sleep: () => connected };
  try {
    expect(await engineNow({ environment, signal }, "docker", clock)).toMatchObject({
      noEngine: { message: `unix://${socket} (DOCKER_HOST) did not answer.` },
    });
  } finally {
    silent.close();
  }
});

test("nobody is asked where processes run the crew", async () => {
  const engine = await aSmallEngine({ path: socket });
  try {
    expect(await engineNow({ environment, signal }, "process")).toEqual({});
    expect(engine.asked).toEqual([]);
  } finally {
    await engine.close();
  }
});
