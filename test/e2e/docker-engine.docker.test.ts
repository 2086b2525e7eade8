// An engine that is not there, or goes away under a crew at work, and agents that eat up what they are given: said in full, the
// other role goes on, and the same command leads to the same end.
import { rmSync } from "node:fs";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { dockerFile } from "./docker.ts";
import { aDockerTeam, busy, type DockerTeam, end, patient, release } from "./faults/docker-team.ts";
import { crewFile } from "./faults/team.ts";

const open: DockerTeam[] = [];
const doors: Door[] = [];
afterEach(() => {
  for (const door of doors.splice(0)) door.close();
  for (const team of open.splice(0)) team.remove();
});

function opened(files: Readonly<Record<string, string>>): DockerTeam {
  const team = aDockerTeam(files);
  open.push(team);
  return team;
}

/** A crew with a turn under way, whose engine has just gone. */
async function withoutEngine() {
  const team = opened({ "one.sh": patient });
  const door = await aDoor(join(team.environment.HOME ?? "", "engine.sock"));
  const env = { DOCKER_HOST: `unix://${door.socket}` };
  const driven = team.start(["up", "--wait"], { env });
  await busy(team);
  door.close();
  return { team, door, env, driven };
}

test("no engine: nothing is begun", async () => {
  const team = opened({});
  const socket = join(team.environment.HOME ?? "", "none.sock");
  const { code, stderr } = await team.crew(["up", "--wait"], { env: { DOCKER_HOST: `unix://${socket}` } });
  expect({ code, stderr: stderr.replaceAll(socket, "<socket>") }).toEqual({
    code: 5,
    stderr: `! There is no unix://<socket> (DOCKER_HOST): no Docker engine runs there.
  Start Docker, or name another engine by DOCKER_HOST, or put \`runtime: process\` into the crew file
`,
  });
});

test("the engine goes away during a turn, and stays away until up has given up", async () => {
  const { team, door, env, driven } = await withoutEngine();
  const { code, stderr } = await driven.ended;
  const says = stderr.slice(stderr.lastIndexOf("\n! ") + 1).replaceAll(door.socket, "<socket>");
  expect({ code, says }).toEqual({
    code: 1,
    says: "! There is no <socket>: no Docker engine runs there.\n  See that Docker runs (docker info), then crew up\n",
  });
  await door.open();
  const ended = await release(team, team.start(["up", "--wait"], { env }));
  expect(ended.code, ended.stderr).toBe(0);
  expect((await end(team)).merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
});

test("the engine goes away during a turn and comes back", async () => {
  const { team, door, driven } = await withoutEngine();
  await delay(2_000);
  await door.open();
  const ended = await release(team, driven);
  expect(ended.code, ended.stderr).toBe(0);
  expect((await end(team)).merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
});

const work = "echo one > one.txt\ngit add one.txt\ngit diff --cached --quiet || git commit -qm Work\n";
const once = (text: string) => `if [ ! -e "$HOME/once" ]; then touch "$HOME/once"; ${text}; fi\n${work}`;

test.each([
  { name: "eats its memory once", text: `perl -e '$x = "x" x 400_000_000' || exit 1`, limit: "mem_limit: 128m" },
  { name: "forks for ever once", text: "bomb() { bomb | bomb & }; bomb; sleep 5; exit 1", limit: "pids_limit: 64" },
])("an agent that $name", async ({ text, limit }) => {
  const file = dockerFile(crewFile).replace("  one: {}\n", `  one: {${limit}}\n`);
  const team = opened({ "crew.yaml": file, "one.sh": once(text) });
  const ended = await team.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  // The first run came to nothing. Either it ended, and was a failed turn, or the supervisor went with it, which ran out of
  // processes, too: then the same turn goes on in the container begun anew. It is in the ledger either way.
  const isCutShort = ended.stderr.split("✓ started one\n").length > 2;
  expect(ended.stderr).toMatch(
    isCutShort ? /✓ one reported \S+: done, 1 turn\n/ : /✓ one reported \S+: done, 2 turns\n/,
  );
  expect(ended.stderr).toMatch(/✓ two reported \S+: done, 1 turn\n/);
  const { roles } = JSON.parse((await team.crew(["status", "--format", "json"])).stdout).spent;
  expect([roles.one.runs, roles.two.runs]).toEqual([2, 1]);
  expect((await end(team)).merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
});

/** A socket of its own in front of the engine's. */
interface Door {
  readonly socket: string;
  open(): Promise<void>;
  /** With every connection through it. */
  close(): void;
}

async function aDoor(socket: string): Promise<Door> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const door: Door = {
    socket,
    open: async () => {
      const opening = createServer({ allowHalfOpen: true }, (near) => {
        const far = dial({ path: "/var/run/docker.sock", allowHalfOpen: true });
        for (const each of [near, far]) {
          sockets.add(each);
          each.on("error", () => undefined);
          each.on("close", () => sockets.delete(each));
        }
        near.pipe(far).pipe(near);
      });
      server = opening;
      await new Promise<void>((resolve) => opening.listen(socket, resolve));
    },
    close: () => {
      server?.close();
      for (const each of sockets) each.destroy();
      rmSync(socket, { force: true });
    },
  };
  doors.push(door);
  await door.open();
  return door;
}
