// Profiles by the real program: who takes part, what waits and why, what a driver keeps, and what is recorded.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";
import { type DockerBench, docker, dockerFile, onEngine } from "./docker.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const made of open.splice(0)) made.remove();
});

const file = `
name: choice
epic: {title: Choice, base: main}
tasks:
  one: {title: Write one.txt, role: dev}
  two: {title: Write two.txt, role: reviewer}
defaults:
  agent: {command: sh agent.sh}
roles:
  dev: {}
  reviewer: {profiles: [review], environment: {LEVEL: low}}
runtime: process
tracker: git
`;
const agent = `name=$(sed -n 's/^Bead: .*Write //p' | head -n 1)\necho "$CREW_ROLE" > "$name"\n`;

function aTeam(): Bench {
  const made = aBench({ "crew.yaml": file.trimStart(), "agent.sh": agent });
  open.push(made);
  return made;
}

async function roles(made: Bench): Promise<string> {
  return (await made.crew(["ps", "--services"])).stdout.trim().split("\n").join(" ");
}

const words = "its profile review is not chosen";

test("what is not chosen is not there, and its bead waits with the reason; chosen, all is done", async () => {
  const made = aTeam();
  const first = await made.crew(["up", "--wait"]);
  expect([first.code, first.stderr]).toEqual([5, expect.stringContaining(`waits for reviewer: ${words}`)]);
  expect([await roles(made), made.git("branch", "--list", "feature/choice-reviewer")]).toEqual(["dev", ""]);
  const { stdout } = await made.crew(["status"]);
  expect(stdout).toMatch(new RegExp(`not created: ${words}: crew up --profile review`));
  expect(stdout).toMatch(/Next: crew up --profile review/);
  expect((await made.crew(["plan"])).stdout).not.toContain("+ instance reviewer");
  expect((await made.crew(["plan", "--profile", "review"])).stdout).toContain("instance reviewer");
  expect((await made.crew(["plan"], { env: { CREW_PROFILES: "other,review" } })).stdout).toContain(
    "other profiles are chosen",
  );
  const second = await made.crew(["--profile", "review", "up", "--wait"]);
  expect([second.code, second.stderr]).toEqual([0, expect.stringContaining("crew land")]);
  expect(await roles(made)).toBe("dev reviewer");
});

test("a driver keeps what was chosen, and takes what is chosen or named beside it; without one, each up chooses", async () => {
  const made = aTeam();
  const unknown = await made.crew(["up", "-d", "--profile", "reveiw"]);
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    "! There is no profile reveiw\n  Did you mean review? There is: review\n",
  ]);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const driver = async () => {
    const { driver } = JSON.parse((await made.crew(["status", "--format", "json"])).stdout);
    return (driver as { readonly pid: number } | null)?.pid;
  };
  const before = await driver();
  expect((await made.crew(["up", "-d", "reviewer"])).code).toBe(0);
  expect(await roles(made)).toBe("dev reviewer");
  const after = await driver();
  expect([before === after, after]).toEqual([false, expect.any(Number)]);
  await expect
    .poll(async () => (await made.crew(["status"])).stdout, { timeout: 60_000, interval: 300 })
    .toContain("Next: crew land");
  // Beside it, what is chosen by nobody again stays as it was.
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect([await driver(), (await made.crew(["status"])).stdout]).toEqual([after, expect.not.stringContaining(words)]);
  made.killDriver();
  made.write("crew.yaml", file.trimStart().replace("LEVEL: low", "LEVEL: high"));
  const plan = await made.crew(["plan"]);
  expect(plan.stdout).toContain(`${words}: crew up --profile review; left as it is`);
  expect(plan.stdout).not.toContain("LEVEL");
  expect((await made.crew(["up", "-d", "--remove-orphans"])).code).toBe(0);
  expect(await roles(made)).toBe("dev reviewer");
  expect((await made.crew(["down", "-v"])).code).toBe(0);
});

test("in containers: whoever names a service runs without it unless it is chosen, and no image is built for nobody", async () => {
  const services = `services:
  db: {image: "crew-test-tiny:busybox", command: sleep 3600, stop_grace_period: 0s}
  tracing: {build: {dockerfile_inline: "FROM nowhere:never"}, profiles: [debug]}
  trace: {image: "crew-test-tiny:busybox", command: sleep 3600, stop_grace_period: 0s, profiles: [trace]}
`;
  const text = `${dockerFile(file).replace("dev: {}", "dev: {services: [db, trace, tracing]}").replace("{profiles: [review]", '{image: "nowhere:never", profiles: [review]')}${services}`;
  const made: DockerBench = onEngine(aBench({ "crew.yaml": text, "agent.sh": agent }));
  open.push(made);
  const running = () =>
    docker("ps", "--filter", `name=${made.project}`, "--format", "{{.Names}}")
      .split("\n")
      .map((name) => name.slice(made.project.length))
      .sort();
  expect((await made.crew(["build"])).code).toBe(0);
  expect((await made.crew(["build", "--profile", "debug"])).stderr).toContain("nowhere:never");
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect(running()).toEqual(["-dev", "-dev.service-db"]);
  made.killDriver();
  expect((await made.crew(["up", "-d", "--profile", "trace"])).code).toBe(0);
  await expect
    .poll(running, { timeout: 60_000, interval: 300 })
    .toEqual(["-dev", "-dev.service-db", "-dev.service-trace"]);
  expect((await made.crew(["down", "-v"])).code).toBe(0);
});
