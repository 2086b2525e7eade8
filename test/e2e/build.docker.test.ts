// Roles and gates whose image is built from a Dockerfile in the repository: built once, replaced after the turn when it changes,
// its failure shown and mended, killed in the middle; and what crew built is removed as soon as nobody needs it.
import { afterEach, expect, test } from "vitest";
import { docker, dockerFile, imagesOf, removeWithImages } from "./docker.ts";
import { aDockerTeam, busy, type DockerTeam, end, patient, release } from "./faults/docker-team.ts";
import { allMerged } from "./faults/ends.ts";
import { crewFile } from "./faults/team.ts";

const open: DockerTeam[] = [];
afterEach(() => {
  for (const team of open.splice(0)) removeWithImages(team);
});

/** All of the team is built from the folder `image`. */
function opened(dockerfile: string, files: Readonly<Record<string, string>> = {}): DockerTeam {
  const team = aDockerTeam({ "image/Dockerfile": dockerfile, ...files });
  const build = `build: {context: image, labels: {crewtest: ${team.project}}}`;
  team.write("crew.yaml", dockerFile(crewFile).replace(/image: .*/, build));
  team.commit("Build the image");
  open.push(team);
  return team;
}

const base = "FROM crew-test-base:bookworm\n";
const imageIn = (team: DockerTeam, role: string) => docker("inspect", "--format", "{{.Image}}", team.of(role));
const stepsOf = (stderr: string) => stderr.split("\n").filter((line) => /built image|pulled image/.test(line));

test("one image for two roles and a gate, built once; the same again builds nothing", async () => {
  const team = opened(`${base}RUN echo built > /built\n`, { "gate.sh": "test -e /built\n" });
  const plan = await team.crew(["plan"]);
  expect(plan.stdout).toMatch(/\+ {2}image crew-build:[0-9a-f]{24} +build \S*\/image +\[not on the engine\]/);
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect({ code, built: stepsOf(stderr).length, end: stderr.endsWith(allMerged) }, stderr).toEqual({
    code: 0,
    built: 1,
    end: true,
  });
  const [image] = imagesOf(team);
  expect([imageIn(team, "one"), imageIn(team, "two"), ...imagesOf(team)]).toEqual([image, image, image]);
  const again = await team.crew(["up", "--wait"]);
  expect({ code: again.code, built: stepsOf(again.stderr) }).toEqual({ code: 0, built: [] });
  const forced = await team.crew(["up", "--wait", "--build"]);
  expect({ code: forced.code, built: stepsOf(forced.stderr).length, images: imagesOf(team) }).toEqual({
    code: 0,
    built: 1,
    images: [image],
  });
  await end(team);
});

test("another content replaces who is idle, and who is at work after its turn; branch and work are kept", async () => {
  const team = opened(base, { "one.sh": patient });
  const running = team.start(["up", "--wait"]);
  await busy(team);
  const [first = ""] = imagesOf(team);
  team.write("image/Dockerfile", `${base}RUN echo 2 > /content\n`);
  await expect.poll(() => imageIn(team, "two"), { timeout: 60_000 }).not.toBe(first);
  expect({ images: imagesOf(team).length, one: imageIn(team, "one") }).toEqual({ images: 2, one: first });
  const { code, stderr } = await release(team, running);
  expect({ code, built: stepsOf(stderr).length }, stderr).toEqual({ code: 0, built: 2 });
  expect(imageIn(team, "one")).toBe(imageIn(team, "two"));
  team.write("image/Dockerfile", `${base}RUN echo 3 > /content\n`);
  expect((await team.crew(["plan"])).stdout).toContain("[build: content changed; one is to be replaced]");
  team.git("checkout", "-q", "--", ".");
  await end(team);
});

test("a build that fails says its step and its last words, stops nothing, and is mended by the next up", async () => {
  const team = opened(base);
  // Its image is there, and what it would be replaced by is not to be had: nothing is stopped for it.
  expect((await team.crew(["up", "--wait"])).code).toBe(0);
  const before = docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"));
  team.write("image/Dockerfile", `${base}RUN echo "no such thing"; exit 9\n`);
  const failed = await team.crew(["up", "--wait"]);
  const says = failed.stderr.slice(failed.stderr.indexOf("Not done"));
  const short = says.replace(/crew-build:\w+/, "crew-build:…").replace(/next in \d+s/, "next in …s");
  expect({ code: failed.code, says: short }).toEqual({
    code: 5,
    says: `Not done
  ! could not build image crew-build:…: Step 2/5 : RUN echo "no such thing"; exit 9 failed: The command '/bin/sh -c echo "no such thing"; exit 9' returned a non-zero code: 9 (tried once, next in …s)
      no such thing
      Mend the Dockerfile or what it needs, then crew up

? Settled: not everything could be done. 2/2 beads, 100 %.
`,
  });
  expect(docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"))).toBe(before);
  const [first] = imagesOf(team);
  team.write("image/Dockerfile", base);
  const mended = await team.crew(["up", "--wait"]);
  expect({ code: mended.code, end: mended.stderr.endsWith(allMerged.trimStart()) }, mended.stderr).toEqual({
    code: 0,
    end: true,
  });
  expect(imageIn(team, "one")).toBe(first);
  team.git("checkout", "-q", "--", ".");
  await end(team);
});

test("killed in the middle of a build, the same again builds it, and nothing is left over", async () => {
  const team = opened(`${base}RUN echo one > /one\nRUN sleep 5 && echo ${Math.random()} > /two\n`);
  const running = team.start(["up", "--wait"]);
  const building = () => docker("ps", "--no-trunc", "--format", "{{.Command}}").includes("sleep 5 && echo");
  await expect.poll(building, { timeout: 60_000 }).toBe(true);
  process.kill(running.pid, "SIGKILL");
  await running.ended;
  await expect.poll(building, { timeout: 20_000 }).toBe(false);
  expect(imagesOf(team)).toEqual([]);
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect({ code, built: stepsOf(stderr).length }, stderr).toEqual({ code: 0, built: 1 });
  await end(team);
});

test("what a devcontainer says of image, variables and setup holds for roles and gates", async () => {
  const devcontainer = {
    build: { dockerfile: "Dockerfile", args: { WHO: "crew" } },
    containerEnv: { LEVEL: "debug" },
    postCreateCommand: ["sh", "-c", 'test "$LEVEL" = debug && touch "$HOME/ready"'],
  };
  const gate = 'test "$(cat /who)" = crew && test "$LEVEL" = debug && test -e "$HOME/ready"\n';
  const team = aDockerTeam({
    ".devcontainer/devcontainer.json": `// as an editor has it\n${JSON.stringify(devcontainer)}\n`,
    "gate.sh": gate,
    "one.sh": `set -e\n${gate}echo one > one.txt; git add one.txt; git commit -qm One\n`,
  });
  open.push(team);
  const label = `LABEL crewtest=${team.project}`;
  team.write(".devcontainer/Dockerfile", `${base}ARG WHO\nRUN echo "$WHO" > /who\n${label}\n`);
  team.write("crew.yaml", dockerFile(crewFile).replace(/image: .*/, "devcontainer: .devcontainer"));
  team.commit("Use the devcontainer");
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect({ code, end: stderr.endsWith(allMerged) }, stderr).toEqual({ code: 0, end: true });
  await end(team);
});
