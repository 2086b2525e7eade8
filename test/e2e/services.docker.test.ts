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

test("where nothing is left to do, a role and what is its own still stop and start", async () => {
  const team = opened();
  expect((await team.crew(["up", "--wait"])).code).toBe(0);
  expect((await team.crew(["land"])).code).toBe(0);
  const names = [team.of("one"), `${team.of("one")}.service-db`];
  const told = async (word: string) => {
    const { code, stderr } = await team.crew([word, "one"]);
    expect(code, stderr).toBe(0);
    return names.map((name) => team.docker("inspect", "-f", "{{.State.Status}}", name));
  };
  expect(await told("stop")).toEqual(["exited", "exited"]);
  expect(await told("start")).toEqual(["running", "running"]);
  expect(await told("restart")).toEqual(["running", "running"]);
  expect(await told("pause")).toEqual(["paused", "paused"]);
  expect(await told("unpause")).toEqual(["running", "running"]);
  expect((await team.crew(["down"])).code).toBe(0);
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

test("they are seen, measured, read and entered by their names", async () => {
  const team = opened();
  expect((await team.crew(["up", "-d"])).code).toBe(0);
  await healthy(team, `${team.of("one")}.service-db`);
  const { stdout } = await team.crew(["ps", "--format", "json", "one/db", "greeter"]);
  expect(JSON.parse(stdout)).toEqual([
    { name: "greeter", kind: "service", state: "running", phase: "" },
    { name: "one/db", kind: "service", state: "running", phase: "healthy" },
  ]);
  const used = await team.crew(["stats", "--no-stream", "--format", "json", "one/db", "greeter"]);
  expect(JSON.parse(used.stdout)).toMatchObject({ usage: [{ name: "one/db" }, { name: "greeter" }] });
  const running = await team.crew(["top", "--format", "json", "greeter", "one"]);
  const names = (JSON.parse(running.stdout) as readonly { readonly name: string }[]).map(({ name }) => name);
  expect([names[0], names.at(-1)]).toEqual(["greeter", "one"]);
  expect(running.stdout).toMatch(/"command": "\S*sh \S*supervisor\.sh/);
  const words = ["sh", "-c", 'pwd; cat /data/id | wc -l; echo "$A$AGENT_ID"; exit 4'];
  const run = await team.crew(["exec", "-e", "A=b", "one/db", ...words]);
  expect([run.code, run.stdout, run.stderr]).toEqual([4, "/\n1\nb\n", ""]);
  const shared = await team.crew(["exec", "-w", "/tmp", "greeter", "sh", "-c", 'pwd; echo "$AGENT_ID"']);
  expect([shared.code, shared.stdout]).toEqual([0, "/tmp\n\n"]);
  const unknown = await team.crew(["exec", "one/bd", "true"]);
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    "! There is no role or service one/bd\n  Did you mean one/db? There is: one, two, greeter, one/db, two/db\n",
  ]);
  expect((await team.crew(["down", "-v"])).code).toBe(0);
});

test("with a role its own services stop, pause, restart and are killed; they are there again before it, as they were", async () => {
  const team = opened();
  expect((await team.crew(["up", "-d"])).code).toBe(0);
  const db = `${team.of("one")}.service-db`;
  await healthy(team, db);
  const say = (format: string, name: string) => team.docker("inspect", "-f", format, name);
  const status = () =>
    [team.of("one"), db, `${team.project}.service-greeter`].map((name) => say("{{.State.Status}}", name));
  team.docker("exec", db, "sh", "-c", "echo mine > /mine");
  const id = say("{{.Id}}", db);
  const told = async (...args: readonly string[]) => {
    const { code, stderr } = await team.crew([...args]);
    expect(code, stderr).toBe(0);
    return status();
  };
  expect(await told("pause", "one")).toEqual(["paused", "paused", "running"]);
  expect(await told("unpause", "one")).toEqual(["running", "running", "running"]);
  expect(await told("stop", "one")).toEqual(["exited", "exited", "running"]);
  expect(await told("start", "one")).toEqual(["running", "running", "running"]);
  const startedAt = say("{{.State.StartedAt}}", db);
  expect(await told("restart", "one")).toEqual(["running", "running", "running"]);
  expect(say("{{.State.StartedAt}}", db)).not.toBe(startedAt);
  expect(await told("kill", "one")).toEqual(["exited", "exited", "running"]);
  expect(await told("start", "one")).toEqual(["running", "running", "running"]);
  expect(say("{{.State.Health.Status}}", db)).toBe("healthy");
  expect([say("{{.Id}}", db), team.docker("exec", db, "cat", "/mine")]).toEqual([id, "mine"]);
  expect((await team.crew(["up", "--wait"])).code).toBe(0);
  expect((await end(team)).merged).toEqual(merged);
});

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
  const team = opened({ health: "echo no such table; exit 3" });
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect(code).toBe(5);
  const role = /\? Service (one|two)\/db is unhealthy\n\s+crew logs \1\/db\n/.exec(stderr)?.[1];
  // It has nothing to say itself.
  const { stdout } = await team.crew(["logs", `${role}/db`]);
  expect(stdout.replace(/\d+ failures? in a row/, "<n> in a row")).toBe(
    "health check ended with 3, <n> in a row\nhealth check: no such table\n",
  );
  const timed = await team.crew(["logs", "-t", "--tail", "1", `${role}/db`]);
  expect(timed.stdout).toMatch(/^(\d{4}-\d\d-\d\dT\S+Z health check.*\n){2}$/);
  expect((await team.crew(["logs", "--until", "1h", `${role}/db`])).stdout).toBe("");
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

test("one that does not come up again keeps its role from starting, which start and restart say", async () => {
  const serve = "mkdir -p /tmp/w; echo there > /tmp/w/id; exec httpd -f -p 8080 -h /tmp/w";
  const team = opened({ command: `if [ -e /data/bad ]; then exit 7; fi; ${serve}` });
  expect((await team.crew(["up", "-d"])).code).toBe(0);
  const db = `${team.of("one")}.service-db`;
  await healthy(team, db);
  team.docker("exec", db, "touch", "/data/bad");
  const said = "! one is not started: Service one/db ended with 7\n  crew logs one/db, crew up\n";
  for (const words of [
    ["restart", "one"],
    ["stop", "one"],
    ["start", "one"],
  ] as const) {
    const { code, stderr } = await team.crew([...words]);
    if (words[0] === "stop") expect(code, stderr).toBe(0);
    else expect([code, stderr]).toEqual([1, expect.stringContaining(said)]);
  }
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
