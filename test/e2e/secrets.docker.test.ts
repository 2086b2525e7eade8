// Secrets through the real program on a real engine: a source that is not there stops everything, another value is a change,
// and no file that crew wrote in the repository holds a value.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { sealWith } from "../../src/model/seal.ts";
import { sealKey } from "../../src/repository/repository-id.ts";
import { aDockerStory, type DockerBench, docker, dockerFile, leftOf } from "./docker.ts";
import { storyFile } from "./story.ts";

const story = aDockerStory({
  "crew.yaml": `${dockerFile(storyFile).replace("writer: {}", "writer: {secrets: [NPM_TOKEN]}")}secrets: {NPM_TOKEN: {environment: NPM_READ_TOKEN}}\n`,
});
let served: DockerBench | undefined;
afterEach(() => {
  story.remove();
  served?.remove();
});

test("a secret is needed before anything starts, replaces the instance when it changes, and is told to nobody", async () => {
  const withToken = (token: string) => ({ env: { NPM_READ_TOKEN: token } });
  const refused = await story.crew(["up", "--wait"]);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatchInlineSnapshot(`
    "! crew.yaml:15:36  NPM_READ_TOKEN is not set: secret NPM_TOKEN has no value
        15 | secrets: {NPM_TOKEN: {environment: NPM_READ_TOKEN}}
           |                                    ^^^^^^^^^^^^^^
      1 problem. Nothing was done.
    "
  `);
  expect(story.git("for-each-ref")).not.toContain("refs/crew");

  expect(await story.crew(["up", "--wait"], withToken("first-t0ken"))).toMatchObject({ code: 0 });
  const changed = await story.crew(["plan", "--format", "json"], withToken("second-t0ken"));
  const { operations } = JSON.parse(changed.stdout) as { operations: { about: string; cause: string }[] };
  expect(operations.filter(({ about }) => about === "instance writer").map(({ cause }) => cause)).toContain(
    "secret NPM_TOKEN changed; branch and work kept",
  );
  expect((await story.crew(["plan"], withToken("second-t0ken"))).stdout).toContain("secret NPM_TOKEN changed");
  // Whoever only looks needs no value, and sees no change.
  const status = await story.crew(["status"]);
  expect([status.code, `${status.stdout}${status.stderr}`]).toEqual([0, expect.not.stringMatching(/NPM_/)]);
  const down = await story.crew(["down", "-v"]);
  expect([down.code, down.stderr]).toEqual([0, expect.any(String)]);
  expect([written("NPM_READ_TOKEN"), written("t0ken")]).toEqual([true, false]);
});

test("a service's are files in its container alone; another value replaces it and not its role", async () => {
  const services = `services:
  db:
    image: crew-test-tiny:busybox
    command: sleep 3600
    stop_grace_period: 0s
    user: "70"
    secrets: [{source: DB_KEY, target: key, uid: "70", mode: 0400}]
secrets: {DB_KEY: {file: ./db.key}}
`;
  const file = dockerFile(storyFile)
    .replace("writer: {}", "writer: {services: [db]}")
    .replace("gates: {files: sh gate.sh}", "gates: {files: {run: sh gate.sh, services: [db]}}");
  served = aDockerStory({ "crew.yaml": `${file}${services}`, ".gitignore": "db.key\n" });
  const { project, crew, write } = served;
  const refused = await crew(["up", "-d"]);
  expect([refused.code, refused.stderr]).toEqual([
    3,
    expect.stringContaining("./db.key cannot be read: secret DB_KEY"),
  ]);
  write("db.key", "first-v4lue");
  expect((await crew(["up", "-d"])).code).toBe(0);
  const container = `${project}-writer.service-db`;
  const key = () => docker("exec", container, "sh", "-c", "stat -c %a:%u /run/secrets/key && cat /run/secrets/key");
  const role = docker("inspect", "-f", "{{.Id}}", `${project}-writer`);
  expect(key()).toBe("400:70\nfirst-v4lue");
  served.killDriver();
  write("db.key", "second-v4lue");
  const told = await crew(["plan"]);
  expect(told.stdout).toContain("secret DB_KEY changed");
  expect((await crew(["up", "-d"])).code).toBe(0);
  await expect.poll(key, { timeout: 60_000 }).toBe("400:70\nsecond-v4lue");
  expect(docker("inspect", "-f", "{{.Id}}", `${project}-writer`)).toBe(role);
  const shown = ["config", "plan", "status", "ps", "volumes", "events"].map(
    async (name) => (await crew([name])).stdout,
  );
  const sealed = sealWith(sealKey({ commonDir: join(served.repository, ".git") }, "test")).ofSecret(
    "DB_KEY",
    "second-v4lue",
  );
  expect(docker("inspect", "-f", '{{index .Config.Labels "dev.crew.secrets"}}', container)).toContain(sealed);
  const engines = [docker("inspect", container), docker("volume", "inspect", `${project}-writer.secrets-db`)];
  expect((await Promise.all([...shown, ...engines, told.stdout])).join("")).not.toContain("v4lue");
  expect((await crew(["up", "--wait"])).code).toBe(0);
  expect((await crew(["down", "-v"])).code).toBe(0);
  expect(await leftOf(served.engine, project)).toEqual([]);
});

/** Whether a file of the scratch folder, or anything that git keeps in it, has the text. */
function written(text: string): boolean {
  const root = join(story.environment.HOME ?? "", "..");
  const found = (command: string) =>
    execFileSync("sh", ["-c", `${command} | wc -l`], { cwd: join(root, "repo"), encoding: "utf8", env: process.env });
  const files = found(`grep -rlF ${text} ${root}`);
  const objects = found(`git cat-file --batch --batch-all-objects | grep -aF ${text}`);
  return Number(files) + Number(objects) > 0;
}
