// crew images on an engine: what each role's container is made from.
import { afterEach, expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { type DockerBench, docker, dockerFile, onEngine } from "./docker.ts";

const open: DockerBench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

test("images are those of the roles that have containers", async () => {
  const made = onEngine(
    aBench({
      "crew.yaml": dockerFile(`name: images
epic: {title: Images, base: main}
runtime: process
tracker: git
defaults:
  agent: {command: 'true'}
roles: {dev: {}, backend: {}}
`),
    }),
  );
  open.push(made);
  expect((await made.crew(["images"])).stdout).toBe("ROLE  IMAGE  ID\n");
  expect((await made.crew(["up", "-d", "dev"])).code).toBe(0);
  const id = docker("image", "inspect", "-f", "{{.Id}}", "crew-test-base:bookworm");
  const row = { role: "dev", image: "crew-test-base:bookworm", id };
  expect(JSON.parse((await made.crew(["images", "--format", "json"])).stdout)).toEqual([row]);
  expect((await made.crew(["images"])).stdout).toBe(
    `ROLE  IMAGE                    ID\ndev   crew-test-base:bookworm  ${id.slice(7, 19)}\n`,
  );
  expect((await made.crew(["images", "-q", "dev"])).stdout).toBe(`${id}\n`);
  expect((await made.crew(["images", "backend"])).stdout).toBe("ROLE  IMAGE  ID\n");
});
