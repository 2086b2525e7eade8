// Secrets through the real program on a real engine: a source that is not there stops everything, another value is a change,
// and no file that crew wrote in the repository holds a value.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aDockerStory, dockerFile } from "./docker.ts";
import { storyFile } from "./story.ts";

const story = aDockerStory({
  "crew.yaml": `${dockerFile(storyFile).replace("writer: {}", "writer: {secrets: [NPM_TOKEN]}")}secrets: {NPM_TOKEN: {environment: NPM_READ_TOKEN}}\n`,
});
afterEach(() => story.remove());

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

/** Whether a file of the scratch folder, or anything that git keeps in it, has the text. */
function written(text: string): boolean {
  const root = join(story.environment.HOME ?? "", "..");
  const found = (command: string) =>
    execFileSync("sh", ["-c", `${command} | wc -l`], { cwd: join(root, "repo"), encoding: "utf8", env: process.env });
  const files = found(`grep -rlF ${text} ${root}`);
  const objects = found(`git cat-file --batch --batch-all-objects | grep -aF ${text}`);
  return Number(files) + Number(objects) > 0;
}
