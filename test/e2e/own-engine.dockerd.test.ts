// An engine of the test's own that is killed and begins anew under a crew at work, and whose disk gets full: said in full, the
// other role goes on, the same command leads to the same end, and no commit and no attempt is lost.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { dockerFile, endOfDocker } from "./docker.ts";
import { aDockerTeam, busy, type DockerTeam, patient, release } from "./faults/docker-team.ts";
import { anEngine, type OwnEngine } from "./faults/own-engine.ts";
import { crewFile } from "./faults/team.ts";

let engine: OwnEngine;
beforeAll(async () => {
  engine = await anEngine();
}, 120_000);
afterAll(() => engine?.remove(), 60_000);

const open: DockerTeam[] = [];
afterEach(() => {
  for (const team of open.splice(0)) team.remove();
});

function opened(files: Readonly<Record<string, string>>): DockerTeam {
  const team = aDockerTeam(files, engine.socket);
  open.push(team);
  return team;
}

test.each([
  { fate: "its containers end with it", flags: [] },
  { fate: "its containers go on", flags: ["--live-restore"] },
])("killed during a turn and begun anew while up waits: $fate", async ({ flags }) => {
  await restarted(flags);
  const team = opened({ "one.sh": patient });
  const driven = team.start(["up", "--wait"]);
  await busy(team);
  const half = halfOf(team);
  await restarted(flags);
  const ended = await release(team, driven);
  expect(ended.code, ended.stderr).toBe(0);
  await comesToItsEnd(team, half);
});

test("killed during a turn and begun anew after up gave up", async () => {
  await restarted();
  const team = opened({ "one.sh": patient });
  const driven = team.start(["up", "--wait"]);
  await busy(team);
  const half = halfOf(team);
  await engine.kill();
  const { code, stderr } = await driven.ended;
  const says = stderr.slice(stderr.lastIndexOf("\n! ") + 1).replaceAll(engine.socket, "<socket>");
  expect({ code, says }).toEqual({
    code: 1,
    says: "! No Docker engine answers at <socket>.\n  See that Docker runs (docker info), then crew up\n",
  });
  await engine.start();
  const ended = await release(team, team.start(["up", "--wait"]));
  expect(ended.code, ended.stderr).toBe(0);
  await comesToItsEnd(team, half);
});

/** Kept for both roles and the gate, as soon as somebody lets it end. */
const setup = "touch /tmp/begun; until [ -e /tmp/go ]; do sleep 0.1; done; echo made >made";

test("killed during a setup and begun anew", async () => {
  await restarted();
  const setups = `defaults:\n  setup: {run: "${setup}", key: [agent.sh]}\n`;
  const team = opened({ "crew.yaml": dockerFile(crewFile).replace("defaults:\n", setups), ".gitignore": "made\n" });
  const driven = team.start(["up", "--wait"]);
  while (!inContainers(team, "test -e /tmp/begun")) await delay(100);
  await restarted();
  let isOver = false;
  void driven.ended.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    inContainers(team, "touch /tmp/go");
    await delay(300);
  }
  const ended = await driven.ended;
  expect(ended.code, ended.stderr).toBe(0);
  await comesToItsEnd(team);
});

test("its disk gets full during a turn", async () => {
  await restarted();
  const team = opened({ "one.sh": patient });
  const driven = team.start(["up", "--wait"]);
  await busy(team);
  const half = halfOf(team);
  engine.fill();
  const full = await release(team, driven);
  expect(full.code, full.stderr).toBe(5);
  expect(full.stderr).toMatch(/✓ two reported \S+: done, 1 turn\n/);
  expect(full.stderr).toContain(
    "  ? one cannot work: no space is left on the engine's disk\n      docker system df\n      crew gc\n",
  );
  engine.free();
  const ended = await release(team, team.start(["up", "--wait"]));
  expect(ended.code, ended.stderr).toBe(0);
  await comesToItsEnd(team, half);
});

async function restarted(flags: readonly string[] = []): Promise<void> {
  await engine.kill();
  await delay(1_000);
  await engine.start(flags);
}

/** Landed, each bead in its first attempt, nothing left on the engine, and the commit that nobody had been told of among the rest. */
async function comesToItsEnd(team: DockerTeam, half?: string): Promise<void> {
  const orders = team.git("for-each-ref", "--format=%(refname)", `refs/crew/p/${team.project}/order`).split("\n");
  expect(orders.map((ref) => ref.replace(/.*\//, ""))).toEqual(["1.1", "1.1"]);
  await succeeds(team, ["land"]);
  const down = await team.crew(["down"]);
  if (down.code !== 0) {
    // The engine's own fault: what it went on with under --live-restore it cannot remove until it begins anew.
    expect(down.stderr).toContain("restart it, then type the same command again");
    await restarted();
    await succeeds(team, ["down"]);
  }
  const outcome = await endOfDocker(team);
  expect(outcome.merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
  if (half !== undefined) expect(team.git("rev-list", "main").split("\n")).toContain(half);
}

async function succeeds(team: DockerTeam, args: readonly string[]): Promise<void> {
  const { code, stderr } = await team.crew(args);
  expect(code, `${args[0]}: ${stderr}`).toBe(0);
}

/** The commit of role `one` that nobody has been told of. */
function halfOf({ docker, of }: DockerTeam): string {
  return docker("exec", of("one"), "git", "-C", "/crew/work", "rev-parse", "HEAD");
}

/** Did the command succeed in one of the project's containers? Not where the engine is away. */
function inContainers({ docker, project }: DockerTeam, command: string): boolean {
  try {
    const ids = docker("ps", "-q", "--filter", `label=dev.crew.project=${project}`).split("\n").filter(Boolean);
    return ids.some((id) => {
      try {
        docker("exec", id, "sh", "-c", command);
        return true;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
