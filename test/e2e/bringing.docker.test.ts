// crew build and crew pull: images are brought under the names that `crew up` looks for, and nothing is made of them.
import { afterEach, expect, test } from "vitest";
import { aRegistry, type Registry } from "../runtime/docker/registry.ts";
import { docker, dockerFile, imagesOf, leftOf, removeWithImages } from "./docker.ts";
import { aDockerTeam, type DockerTeam, end } from "./faults/docker-team.ts";
import { crewFile } from "./faults/team.ts";

const open: DockerTeam[] = [];
let registry: Registry | undefined;
afterEach(async () => {
  for (const team of open.splice(0)) removeWithImages(team);
  if (registry) {
    try {
      docker("image", "rm", "-f", registry.image);
    } catch {}
  }
  await registry?.close();
  registry = undefined;
});

const base = "FROM crew-test-base:bookworm\n";
/** Its package comes from itself. */
const withoutGit = `${base}RUN mkdir /packages && mv /usr/bin/git /packages
RUN printf '#!/bin/sh\\n[ "$1" != install ] || cp /packages/git /usr/bin/git\\n' > /usr/bin/apt-get
`;

/** All of the team is built from the folder `image`; role `two`, from another Dockerfile, too. */
function opened(dockerfile: string, other = ""): DockerTeam {
  const team = aDockerTeam({ "image/Dockerfile": dockerfile, ...(other && { "image/other": other }) });
  const build = (more: string) => `build: {context: image, labels: {crewtest: ${team.project}}${more}}`;
  const file = dockerFile(crewFile).replace(/image: .*/, build(""));
  team.write("crew.yaml", other ? file.replace("two: {}", `two: {${build(", dockerfile: other")}}`) : file);
  team.commit("Build the image");
  open.push(team);
  return team;
}

const shown = (text: string) =>
  text
    .replace(/crew-build:\w+/g, "crew-build:…")
    .split("\n")
    .filter(Boolean);
const stepsOf = (text: string) => shown(text).filter((line) => /^✓/.test(line));

test("built is all that up needs, and nothing else is made; up then builds nothing", async () => {
  const team = opened(withoutGit);
  const built = await team.crew(["build"]);
  expect({ code: built.code, stdout: built.stdout, said: shown(built.stderr) }).toEqual({
    code: 0,
    stdout: "",
    said: ["✓ built image crew-build:…", "✓ built image crew-build:… (git on crew-build:…)"],
  });
  const images = imagesOf(team);
  expect([images.length, await leftOf(team.engine, team.project)]).toEqual([2, []]);
  expect(team.git("for-each-ref", "refs/crew")).toBe("");
  const again = await team.crew(["build", "one"]);
  expect([again.code, stepsOf(again.stderr).length, imagesOf(team)]).toEqual([0, 2, images]);
  const up = await team.crew(["up", "--wait"]);
  expect({ code: up.code, built: stepsOf(up.stderr).filter((line) => /image/.test(line)) }, up.stderr).toEqual({
    code: 0,
    built: [],
  });
  await end(team);
});

test("without the cache each step is done anew; what the builder says is shown on request", async () => {
  const team = opened(`${base}RUN head -c 9 /dev/urandom > /random\n`);
  const built = await team.crew(["build", "--verbose"]);
  const lines = shown(built.stderr);
  const steps = lines.flatMap((line) => /^ {2}Step \d\/\d : (\w+)/.exec(line)?.[1] ?? []);
  expect({ code: built.code, steps, last: lines.at(-1) }).toEqual({
    code: 0,
    steps: ["FROM", "RUN", "LABEL", "LABEL", "LABEL"],
    last: "✓ built image crew-build:…  [for one, two, gate files]",
  });
  const [first] = imagesOf(team);
  expect((await team.crew(["build", "--verbose", "-q"])).stderr).not.toContain("Step");
  expect(imagesOf(team)).toEqual([first]);
  expect((await team.crew(["build", "--no-cache"])).code).toBe(0);
  const named = docker("image", "ls", "-q", "--no-trunc", "--filter", `label=crewtest=${team.project}`, "crew-build");
  expect(named).not.toBe(first);
});

test("a build that fails shows all that the builder said, and the others are built all the same", async () => {
  // Of a step that it has cached the builder shows nothing.
  const first = `RUN echo first # ${Math.random()}`;
  const team = opened(`${base}${first}\nRUN echo second; exit 9\n`, `${base}RUN echo other\n`);
  const { code, stderr } = await team.crew(["build"]);
  const said = stderr.split("\n").map((line) => line.trimEnd());
  expect({ code, images: imagesOf(team).length, said: stepsOf(stderr) }, stderr).toEqual({
    code: 5,
    images: 1,
    said: ["✓ built image crew-build:…"],
  });
  expect(said).toEqual(expect.arrayContaining(["  first", "  second", "    second"]));
  expect(stderr).not.toContain("echo other");
  expect(stderr.replace(/crew-build:\w+/g, "crew-build:…")).toContain(
    "! could not build image crew-build:…: Step 3/6 : RUN echo second; exit 9 failed: ",
  );
  expect(stderr).toContain("\n  Mend the Dockerfile or what it needs, then crew build\n");
});

test("an image that nobody brings is said with what to type, to a program too", async () => {
  const team = aDockerTeam();
  open.push(team);
  const image = "crew-test-absent:never";
  const gate = `{files: {run: sh gate.sh, image: "${image}", pull_policy: never}}`;
  team.write("crew.yaml", dockerFile(crewFile).replace("{files: sh gate.sh}", gate));
  const reason = `gate files has no image to run in: ${image} is not on the engine, and is never to be pulled`;
  const commands = [`docker pull ${image}`, "crew up --pull missing"];
  const told = await team.crew(["build", "--progress", "json"]);
  const events = told.stderr.split("\n").filter(Boolean);
  expect([told.code, ...events.map((line) => JSON.parse(line))]).toEqual([
    5,
    { type: "attention", at: expect.any(Number), kind: "no-image", subject: "gate files", reason, commands },
  ]);
  const { code, stderr } = await team.crew(["build"]);
  expect({ code, stderr }).toEqual({
    code: 5,
    stderr: `Needs you\n  ? ${reason}\n${commands.map((each) => `      ${each}\n`).join("")}`,
  });
});

test("pulled are images that are there too, or those alone that are not", async () => {
  registry = await aRegistry("crew-test-pulled");
  const team = aDockerTeam();
  open.push(team);
  const gate = `{files: {run: sh gate.sh, image: "${registry.image}"}}`;
  const role = dockerFile(crewFile).replace("\nroles:", "\n  pull_policy: never\nroles:");
  team.write("crew.yaml", role.replace("{files: sh gate.sh}", gate.replace("}}", ", pull_policy: missing}}")));
  const { image } = registry;
  const pulled = async (...args: readonly string[]) => {
    const { code, stderr } = await team.crew(["pull", ...args]);
    return { code, stderr, id: docker("image", "inspect", "--format", "{{.Id}}", image) };
  };
  const first = await pulled();
  expect(first).toEqual({ code: 0, stderr: `✓ pulled image ${image}\n`, id: first.id });
  await registry.publish("second");
  expect(await pulled("--policy", "missing")).toEqual({ code: 0, stderr: "Nothing to pull.\n", id: first.id });
  expect(await pulled("one")).toEqual({ code: 0, stderr: "Nothing to pull.\n", id: first.id });
  const second = await pulled();
  expect([second.code, second.id === first.id]).toEqual([0, false]);
  await registry.close();
  const refused = await pulled();
  expect({ code: refused.code, id: refused.id }).toEqual({ code: 5, id: second.id });
  expect(refused.stderr).toMatch(
    new RegExp(`^! could not pull image ${image}: The image ${image} cannot be pulled anew: .*connection refused`),
  );
  docker("image", "rm", "-f", first.id);
  const unknown = await team.crew(["build", "three"]);
  expect([unknown.code, unknown.stderr.split("\n")[0]]).toEqual([1, "! There is no role three in crew.yaml"]);
});
