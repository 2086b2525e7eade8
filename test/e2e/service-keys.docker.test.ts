// Keys of a service by the real program on a real engine: what its container is built from and given.
import { afterEach, expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { type DockerBench, docker, dockerFile, imagesOf, onEngine, removeWithImages } from "./docker.ts";

const open: DockerBench[] = [];
afterEach(() => {
  for (const made of open.splice(0)) removeWithImages(made);
});

const file = `name: keys
epic: {title: Keys, base: main}
runtime: process
tracker: git
defaults:
  agent: {command: 'true'}
roles: {dev: {services: [greeter]}}
services:
  greeter:
    build: {context: greeter, labels: {crewtest: "\${CREW_PROJECT_NAME}"}}
    env_file: greeter.env
    environment: {B: mine}
    command: sleep 3600
    stop_grace_period: 0s
`;
const dockerfile = (word: string) => `FROM crew-test-tiny:busybox\nRUN echo ${word} > /word\n`;

test("built from the repository, with variables of a file; a change of either replaces it alone", async () => {
  const files = { "greeter/Dockerfile": dockerfile("one"), "greeter.env": "A=1\nB=file\n" };
  const made = onEngine(aBench({ "crew.yaml": dockerFile(file), ...files }));
  open.push(made);
  const { project } = made;
  const greeting = () => docker("exec", `${project}-dev.service-greeter`, "sh", "-c", 'echo "$(cat /word) $A $B"');
  const idOfRole = () => docker("inspect", "-f", "{{.Id}}", `${project}-dev`);
  const up = async () => {
    const { code, stderr } = await made.crew(["up", "-d"]);
    return { code, built: stderr.split("\n").filter((line) => /built image crew-build/.test(line)).length };
  };
  expect((await made.crew(["build", "dev"])).code).toBe(0);
  const built = imagesOf(made);
  expect([built.length, await up(), imagesOf(made)]).toEqual([1, { code: 0, built: 0 }, built]);
  expect(greeting()).toBe("one 1 mine");
  const role = idOfRole();
  made.write("greeter/Dockerfile", dockerfile("two"));
  expect((await up()).code).toBe(0);
  await expect.poll(greeting, { timeout: 60_000 }).toBe("two 1 mine");
  // The driver that goes on sees it too, and does not take it back.
  made.write("greeter.env", "A=2\n");
  await expect.poll(greeting, { timeout: 60_000 }).toBe("two 2 mine");
  expect([(await up()).code, greeting(), idOfRole()]).toEqual([0, "two 2 mine", role]);
  expect((await made.crew(["down", "-v"])).code).toBe(0);
});

test("what drifted is told by its field, and force-recreate reaches services, shared ones where no role is named", async () => {
  const drifting = `name: drift
epic: {title: Drift, base: main}
runtime: process
tracker: git
defaults:
  agent: {command: 'true'}
roles: {dev: {services: [db, cache]}}
services:
  db: {image: "crew-test-tiny:busybox", command: sleep 3600, environment: {PASSWORD: one}, stop_grace_period: 0s}
  cache: {image: "crew-test-tiny:busybox", command: sleep 3600, shared: true, stop_grace_period: 0s}
`;
  const made = onEngine(aBench({ "crew.yaml": dockerFile(drifting) }));
  open.push(made);
  const names = [`${made.project}-dev.service-db`, `${made.project}.service-cache`];
  const ids = () => names.map((name) => docker("inspect", "-f", "{{.Id}}", name));
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  made.killDriver();
  const first = ids();
  expect((await made.crew(["up", "-d", "--force-recreate", "dev"])).code).toBe(0);
  made.killDriver();
  const second = ids();
  expect([second[0] === first[0], second[1] === first[1]]).toEqual([false, true]);
  expect((await made.crew(["up", "-d", "--force-recreate"])).code).toBe(0);
  made.killDriver();
  expect(ids()[1]).not.toBe(second[1]);
  made.write("crew.yaml", dockerFile(drifting).replace("PASSWORD: one", "PASSWORD: two").replace("3600", "3601"));
  const drift = "command: sleep 3600 → sleep 3601, environment.PASSWORD changed";
  expect((await made.crew(["plan"])).stdout.replace(/\s+/g, " ")).toContain(drift);
  const { stdout } = await made.crew(["ps", "--format", "json", "dev/db"]);
  expect(JSON.parse(stdout)).toMatchObject([{ drift: ["command", "environment.PASSWORD"] }]);
  expect(docker("inspect", "-f", "{{json .Config.Labels}}", names[0] ?? "")).not.toMatch(/"(one|two)"|=one/);
  const before = ids();
  expect((await made.crew(["up", "-d", "--no-recreate"])).code).toBe(0);
  made.killDriver();
  expect(ids()).toEqual(before);
  const up = await made.crew(["up", "-d", "--verbose"]);
  expect([up.code, up.stderr]).toEqual([0, expect.stringContaining(drift)]);
  expect(ids()[0]).not.toBe(before[0]);
  expect((await made.crew(["down", "-v"])).code).toBe(0);
});
