// An engine's socket that this user may not use: shown as nobody, because root may use every one.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../../../src/runtimes/docker/engine/connect.ts";
import { asNobody } from "../../as-nobody.ts";
import { aSmallEngine } from "./small-engine.ts";

test("who may not use the engine's socket is told how", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crew-engine-"));
  const socket = join(folder, "docker.sock");
  const engine = await aSmallEngine({ path: socket });
  const to = () => connect({ kind: "unix", socket, from: "default" }, { environment: {} });
  try {
    await to();
    chmodSync(socket, 0o000);
    await expect(asNobody(to)).rejects.toMatchObject({
      code: "needs-you",
      message: `You may not use the Docker engine at unix://${socket} (default).`,
      hint: "Add yourself to the group docker (sudo usermod -aG docker $USER) and log in again, or put `runtime: process` into the crew file",
    });
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
