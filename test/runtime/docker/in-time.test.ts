// An engine that takes a call and then hangs: a question is given up in time, everything is once the command is to end, and what
// is followed goes on.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Clock } from "../../../src/ports/clock.ts";
import { connect } from "../../../src/runtimes/docker/engine/connect.ts";

let folder: string;
let server: Server;
let isHanging: boolean;
const open = new Set<Socket>();
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "crew-hang-"));
  isHanging = false;
  server = createServer(({ url = "" }, response) => {
    if (url.startsWith("/events")) response.write("begun\n");
    else if (!isHanging) response.end("OK");
  });
  server.on("connection", (socket) => open.add(socket));
  await new Promise<void>((done) => server.listen(join(folder, "e.sock"), done));
});
afterEach(() => {
  for (const socket of open) socket.destroy();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Time passes as soon as somebody waits for no longer than that. */
function clockUpTo(limitMs: number): Clock {
  const never = (signal: AbortSignal) =>
    new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
  return { nowMs: () => 0, sleep: (ms, signal) => (ms <= limitMs ? Promise.resolve() : never(signal)) };
}

async function connected(clock: Clock, stop = new AbortController()) {
  const socket = join(folder, "e.sock");
  const endpoint = { kind: "unix", socket, from: "DOCKER_HOST" } as const;
  const engine = await connect(endpoint, { environment: {}, signal: stop.signal, clock });
  isHanging = true;
  return { engine, stop, name: `${socket} (DOCKER_HOST)` };
}

const notAnswering = (engine: string, seconds: number) => ({
  code: "failed",
  message: expect.stringContaining(`${engine} does not answer: nothing came for ${seconds} s.`),
  hint: "See that Docker runs (docker info), then crew up",
});

test("a question is given up after its time", async () => {
  let limitMs = 0;
  const clock: Clock = { nowMs: () => 0, sleep: (ms, signal) => clockUpTo(limitMs).sleep(ms, signal) };
  const { engine, name } = await connected(clock);
  limitMs = 30_000;
  await expect(engine.listContainers()).rejects.toMatchObject(notAnswering(name, 30));
});

test("what may take long is waited for, until the command is to end", async () => {
  const { engine, stop, name } = await connected(clockUpTo(5_000));
  const started = engine.getContainer("one").start();
  const early = await Promise.race([
    started.catch(() => "given up"),
    new Promise((done) => setImmediate(done, "waits")),
  ]);
  expect(early).toBe("waits");
  stop.abort("SIGTERM");
  await expect(started).rejects.toMatchObject(notAnswering(name, 5));
  await expect(engine.listContainers()).rejects.toMatchObject(notAnswering(name, 5));
});

test("what is followed goes on", async () => {
  let limitMs = 0;
  const clock: Clock = { nowMs: () => 0, sleep: (ms, signal) => clockUpTo(limitMs).sleep(ms, signal) };
  const { engine, stop } = await connected(clock);
  limitMs = 30_000;
  const events = (await engine.getEvents()) as Readable;
  stop.abort("SIGTERM");
  await new Promise((done) => setImmediate(done));
  expect(events.destroyed).toBe(false);
  events.destroy();
});
