// The way to an engine, on real sockets: a small server speaks for the engine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../../src/runtimes/docker/connect.ts";
import { aSmallEngine, type SmallEngine } from "./small-engine.ts";

let folder: string;
const open: SmallEngine[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-engine-"));
});
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test("an engine answers on its unix socket", async () => {
  const socket = join(folder, "docker.sock");
  open.push(await aSmallEngine({ path: socket }));
  const docker = await connect({ kind: "unix", socket });
  expect(await docker.version()).toMatchObject({ Version: "99.1.2" });
});
