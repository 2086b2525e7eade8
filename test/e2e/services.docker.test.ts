// Services beside roles and gates, on a real engine: who reaches which, whose data are whose, what goes wrong with them, and that
// nothing of them is left.
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { busy, type DockerTeam, end, patient, release } from "./faults/docker-team.ts";
import { aServiceTeam, type Services, serviceFile } from "./faults/service-team.ts";

const open: DockerTeam[] = [];
afterEach(() => {
  for (const team of open.splice(0)) team.remove();
});

function opened(services?: Services, files?: Readonly<Record<string, string>>): DockerTeam {
  const team = aServiceTeam(services, files);
  open.push(team);
  return team;
}

const merged = ["Write one.txt 1", "Write two.txt 1"];

test("each role has its own database and reaches what is everybody's; an isolated gate reaches only its own", async () => {
  const team = opened();
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  expect((await end(team)).merged).toEqual(merged);
  const [one = [], two = []] = ["one.txt", "two.txt"].map((file) => team.git("show", `main:${file}`).split("\n"));
  expect([one[1], two[1]]).toEqual(["hello", "hello"]);
  expect(one[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(two[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(one[0]).not.toBe(two[0]);
});

test("every service is denied what it has no need of", async () => {
  const team = opened();
  expect((await team.crew(["up", "-d"])).code).toBe(0);
  for (const name of [`${team.of("one")}.service-db`, `${team.project}.service-greeter`]) {
    const { HostConfig, Mounts } = await team.engine.getContainer(name).inspect();
    const { CapDrop, CapAdd, Init, Privileged, PidMode, Memory, PidsLimit, SecurityOpt, RestartPolicy } = HostConfig;
    expect({ CapDrop, CapAdd, Init, Privileged, PidMode, SecurityOpt, RestartPolicy: RestartPolicy?.Name }).toEqual({
      CapDrop: ["ALL"],
      CapAdd: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"],
      Init: true,
      Privileged: false,
      PidMode: "",
      SecurityOpt: ["no-new-privileges"],
      RestartPolicy: "no",
    });
    expect([Memory, PidsLimit]).toEqual([4 * 1024 ** 3, 512]);
    expect(Mounts.map(({ Type }) => Type)).toEqual(name.endsWith("db") ? ["volume"] : []);
  }
  await healthy(team, `${team.of("one")}.service-db`);
  await healthy(team, `${team.of("two")}.service-db`);
  // Who is in one owner's network does not meet another's.
  const reach = (name: string) =>
    team.docker("exec", team.of("one"), "perl", "-MIO::Socket::INET", "-e", dial, name).trim();
  expect([reach("db"), reach("greeter"), reach(team.of("two")), reach(`${team.of("two")}.service-db`)]).toEqual([
    ...["reached", "reached"],
    ...["refused", "refused"],
  ]);
  expect((await team.crew(["down", "-v"])).code).toBe(0);
});

const dial = `print IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 8080, Timeout => 5) ? "reached" : "refused"`;

interface Strike {
  readonly name: string;
  readonly strike: (team: DockerTeam, service: string) => void;
}

const strikes: readonly Strike[] = [
  { name: "removed", strike: ({ docker }, service) => docker("rm", "-f", service) },
  { name: "killed", strike: ({ docker }, service) => docker("kill", service) },
  { name: "paused", strike: ({ docker }, service) => docker("pause", service) },
  {
    name: "cut off",
    strike: ({ docker, of }, service) => {
      docker("network", "disconnect", "-f", `${of("one")}.services`, service);
      docker("rm", "-f", service);
    },
  },
];

describe.each(["own", "shared"] as const)("the %s one", (which) => {
  test.each(strikes)("$name during a turn: the next up brings it back", async ({ strike }) => {
    const team = opened({}, { "one.sh": `sh ask.sh greeter >/dev/null || exit 1\n${patient}` });
    const driven = team.start(["up", "--wait"]);
    await busy(team);
    strike(team, which === "own" ? `${team.of("one")}.service-db` : `${team.project}.service-greeter`);
    const first = await release(team, driven);
    // One that ended waits for the next up; whatever else is mended while the crew goes on.
    expect([0, 5]).toContain(first.code);
    const ended = first.code === 0 ? first : await release(team, team.start(["up", "--wait"]));
    expect(ended.code, ended.stderr).toBe(0);
    expect((await end(team)).merged).toEqual(merged);
  });
});

test("one that is never healthy: its owners wait, what to type is said, and a mended file leads to the end", async () => {
  const team = opened({ health: "false" });
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect(code).toBe(5);
  expect(stderr).toMatch(/\? Service (one|two)\/db is unhealthy\n\s+crew logs (one|two)\/db\n/);
  team.write("crew.yaml", serviceFile());
  team.commit("Mend the health check");
  const again = await team.crew(["up", "--wait"]);
  expect(again.code, again.stderr).toBe(0);
  expect((await end(team)).merged).toEqual(merged);
});

test("one that ends at once: said with its exit code, its log can be read, and the next up tries it again", async () => {
  const team = opened({ command: "echo no room here; exit 7" });
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect(code).toBe(5);
  expect(stderr).toContain("Service one/db ended with 7");
  expect((await team.crew(["logs", "one/db"])).stdout).toContain("no room here");
  const again = await team.crew(["up", "--wait"]);
  expect([again.code, again.stderr]).toEqual([5, expect.stringContaining("Service one/db ended with 7")]);
  expect((await team.crew(["down", "-v"])).code).toBe(0);
});

test("a changed one is replaced alone, and its data stay", async () => {
  const team = opened();
  expect((await team.crew(["up", "-d"])).code).toBe(0);
  const id = (name: string) => team.docker("inspect", "-f", "{{.Id}}", name);
  const data = () => team.docker("exec", `${team.of("two")}.service-db`, "cat", "/data/id");
  await healthy(team, `${team.of("two")}.service-db`);
  const before = [id(team.of("two")), data()];
  const service = id(`${team.of("two")}.service-db`);
  team.write("crew.yaml", serviceFile().replace("retries: 3", "retries: 4"));
  team.commit("Try once more");
  expect((await team.crew(["up", "--wait"])).code).toBe(0);
  expect(id(`${team.of("two")}.service-db`)).not.toBe(service);
  expect([id(team.of("two")), data()]).toEqual(before);
  expect((await end(team)).merged).toEqual(merged);
});

async function healthy({ docker }: DockerTeam, name: string): Promise<void> {
  for (let n = 0; n < 200; n += 1) {
    if (docker("inspect", "-f", "{{.State.Health.Status}}", name) === "healthy") return;
    await delay(100);
  }
  throw new Error(`${name} never became healthy`);
}
