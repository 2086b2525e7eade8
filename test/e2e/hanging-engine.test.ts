// An engine that says that it is there, takes every other call and answers none: whatever command asks it, one signal ends it.
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Bench } from "./bench.ts";
import { dockerFile } from "./docker.ts";
import { aStory, storyFile } from "./story.ts";

let bench: Bench;
let server: Server;
const asking = new Set<Socket>();
let isAsked: Promise<void>;
beforeEach(async () => {
  bench = aStory({ "crew.yaml": dockerFile(storyFile) });
  const socket = join(bench.environment.HOME ?? "", "hangs.sock");
  Object.assign(bench.environment, { DOCKER_HOST: `unix://${socket}` });
  server = createServer();
  isAsked = new Promise((asked) => {
    server.on("connection", (client) => {
      asking.add(client);
      client.on("error", () => undefined);
      client.on("data", (call) => {
        if (/^(GET|HEAD) \/_ping /.test(call.toString("latin1")))
          client.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
        else asked();
      });
    });
  });
  await new Promise<void>((listening) => server.listen(socket, listening));
});
afterEach(() => {
  for (const client of asking) client.destroy();
  asking.clear();
  server.close();
  bench.remove();
});

/** Without one they would wait until the question is given up, which takes longer. */
const promptMs = 10_000;

test.each([
  { args: ["up", "-d"], signal: "SIGTERM" },
  { args: ["up", "--wait"], signal: "SIGINT" },
  { args: ["ps"], signal: "SIGINT" },
] as const)("$args.0 ends with one $signal", async ({ args, signal }) => {
  const begun = bench.start([...args, "-p", "story"]);
  await isAsked;
  const from = Date.now();
  process.kill(begun.pid, signal);
  const { code, stderr } = await begun.ended;
  expect(code, stderr).toBe(130);
  expect(Date.now() - from).toBeLessThan(promptMs);
});
