// crew gc on an engine: what a project has there goes with it once its work is archived, also when its record is gone, and
// what may hold work is never left over.
import { afterEach, expect, test } from "vitest";
import {
  aBuildStory,
  aDockerStory,
  type DockerBench,
  docker,
  dockerFile,
  imagesOf,
  leftOf,
  setupImagesOf,
} from "./docker.ts";
import { storyFile } from "./story.ts";

const open: DockerBench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

async function aProject(): Promise<DockerBench> {
  const bench = aDockerStory();
  open.push(bench);
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  expect((await bench.crew(["down"])).code).toBe(0);
  return bench;
}

test("a project that is given up: everything on the engine is accounted for, and goes", async () => {
  const bench = await aProject();
  const { project, engine } = bench;
  const there = await leftOf(engine, project);
  expect(there).toEqual(
    ["mail", "shared"]
      .map((kind) => `volume ${project}.${kind}`)
      .concat(["reader", "reader.mail", "writer", "writer.mail"].map((name) => `volume ${project}-${name}`))
      .sort(),
  );
  const asked = await bench.crew(["gc", "-p", project, "--dry-run", "--format", "json"]);
  const { removals } = JSON.parse(asked.stdout) as { removals: { what: string; where: string; bytes: number }[] };
  const volumes = removals.find(({ what }) => what.startsWith("the volumes of"));
  expect(volumes?.what).toBe("the volumes of reader, writer, with the files that git ignores there");
  expect(volumes?.where.split(", ").sort()).toEqual(there);
  expect(volumes?.bytes).toBeGreaterThan(1000);
  const gone = await bench.crew(["gc", "-p", project, "-y"]);
  expect(gone.code, gone.stderr).toBe(0);
  expect(await leftOf(engine, project)).toEqual([]);
});

test("volumes of a project without refs are kept until a person names it, and its work is rescued first", async () => {
  const bench = await aProject();
  const { project, engine } = bench;
  loseRefs(bench);
  const kept = await bench.crew(["gc", "-y"], { env: { CREW_PROJECT_NAME: "" } });
  expect(kept.stdout).toBe(
    `Kept\n  the volumes of ${project}, which has no refs but may hold work of reader, writer\n      crew gc -p ${project}\n`,
  );
  const gone = await bench.crew(["gc", "-p", project, "-y"]);
  expect(gone.code, gone.stderr).toBe(0);
  expect(await leftOf(engine, project)).toEqual([]);
  expect(bench.git("for-each-ref", "--format=%(refname)", `refs/crew/archive/${project}/`)).not.toBe("");
});

test("what is left of a project without refs and without work goes by itself", async () => {
  const bench = await aProject();
  const { project, engine } = bench;
  loseRefs(bench);
  for (const name of ["reader.mail", "writer.mail", "reader", "writer"]) {
    await engine.getVolume(`${project}-${name}`).remove();
  }
  const left = await bench.crew(["gc", "-y"], { env: { CREW_PROJECT_NAME: "" } });
  expect(left.stdout).toMatch(
    new RegExp(
      `^Left over\\n  what ${project}, which has no refs, has on the engine \\(.*\\)\\n      volume ${project}\\.\\w+, volume ${project}\\.\\w+\\n`,
    ),
  );
  expect(left.stderr).toBe("Removed. No work was lost.\n");
  expect(await leftOf(engine, project)).toEqual([]);
});

test("the image of a setup is left over once it is old and no container is made of it", async () => {
  const setup = "setup: {run: 'cp lock made', key: [lock]}\n  agent:";
  const file = dockerFile(storyFile).replace("agent:", setup);
  const bench = aDockerStory({ "crew.yaml": file, lock: "l", ".gitignore": "made\n", "gate.sh": "cmp lock made\n" });
  open.push(bench);
  const gc = async (...args: readonly string[]) =>
    (await bench.crew(["gc", "-y", ...args], { env: { CREW_PROJECT_NAME: "" } })).stdout;
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  const [image = ""] = setupImagesOf(bench.project);
  expect(await gc("--older-than", "0s", "--dry-run")).not.toContain(image);
  expect((await bench.crew(["down", "-v"])).code).toBe(0);
  expect(await gc()).not.toContain(image);
  expect(await gc("--older-than", "0s")).toMatch(
    new RegExp(`  an image that keeps what a setup made, and nothing is made of \\(\\d.*B\\)\n      image ${image}\n`),
  );
  expect(setupImagesOf(bench.project)).toEqual([]);
}, 120_000);

test("an image that was built is left over once nothing is made of it, and is old enough", async () => {
  const bench = aBuildStory();
  open.push(bench);
  const anywhere = { env: { CREW_PROJECT_NAME: "" } };
  const gc = async (...args: readonly string[]) => (await bench.crew(["gc", "-y", ...args], anywhere)).stdout;
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  const [id = ""] = imagesOf(bench);
  const [name = ""] = docker("image", "inspect", "--format", '{{join .RepoTags " "}}', id).split(" ");
  // Of what is there besides, another project's may go.
  expect(await gc("--older-than", "0s", "--dry-run")).not.toContain(name);
  expect((await bench.crew(["down"])).code).toBe(0);
  expect(await gc("--dry-run")).not.toContain(name);
  const user = docker("create", name, "never-run");
  expect(await gc("--older-than", "0s", "--dry-run")).not.toContain(name);
  docker("rm", user);
  expect(await gc("--older-than", "0s")).toMatch(
    new RegExp(`  an image that was built, and nothing is made of \\(\\d+.*B\\)\\n      image ${name}\\n`),
  );
  expect(imagesOf(bench)).toEqual([]);
}, 120_000);

function loseRefs({ git, project }: DockerBench): void {
  for (const ref of git("for-each-ref", "--format=%(refname)", `refs/crew/p/${project}/`).split("\n")) {
    git("update-ref", "-d", ref);
  }
}
