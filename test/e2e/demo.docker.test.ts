// The demo in containers ends in the same tree as on processes, and leaves nothing on the engine.
import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Dockerode from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leftOf } from "./docker.ts";

const top = join(import.meta.dirname, "..", "..");
const root = realpathSync(mkdtempSync(join(tmpdir(), "crew-demo-test-")));
const project = `crewtestdemo${process.pid}`;
const image = `${project}:node`;
const environment = {
  ...process.env,
  XDG_STATE_HOME: join(root, "state"),
  NO_COLOR: "1",
  DOCKER_BUILDKIT: "0",
};

/** The test's base image with the Node that runs this. */
beforeAll(() => {
  copyFileSync(process.execPath, join(root, "node"));
  writeFileSync(join(root, "Dockerfile"), "FROM crew-test-base:bookworm\nCOPY node /usr/local/bin/node\n");
  execFileSync("docker", ["build", "-q", "-t", image, root], { env: environment, stdio: "pipe" });
}, 120_000);

afterAll(() => {
  execFileSync("docker", ["rmi", "-f", image], { stdio: "pipe" });
  rmSync(root, { recursive: true, force: true });
}, 60_000);

test("as on processes, file by file", async () => {
  const demos = [demo("containers", ["--image", image]), demo("processes", [])] as const;
  const [inContainers, onProcesses] = await Promise.all(demos);
  expect(await leftOf(new Dockerode(), `${project}containers`)).not.toEqual([]);
  for (const name of ["containers", "processes"]) down(name);
  expect(await leftOf(new Dockerode(), `${project}containers`)).toEqual([]);
  expect(inContainers).toEqual(onProcesses);
  expect(inContainers.length).toBeGreaterThan(30);
}, 400_000);

const of = (name: string) => ({ ...environment, CREW_PROJECT_NAME: `${project}${name}` });

/** Modes, ids and paths of what landed; the crew file says where it ran. */
async function demo(name: string, flags: readonly string[]): Promise<readonly string[]> {
  const repository = join(root, name);
  const args = [join(top, "scripts/demo.mjs"), "--dir", repository, ...flags];
  await promisify(execFile)(process.execPath, args, { cwd: top, env: of(name), timeout: 300_000 });
  const tree = execFileSync("git", ["ls-tree", "-r", "main"], { cwd: repository, encoding: "utf8" });
  return tree.split("\n").filter((line) => line !== "" && !line.endsWith("\tcrew.yaml"));
}

function down(name: string): void {
  execFileSync(process.execPath, [join(top, "dist/main.js"), "down"], {
    cwd: join(root, name),
    env: of(name),
    stdio: "pipe",
  });
}
