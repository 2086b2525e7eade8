// Roles and gates in an image without git: crew puts it on top, once for all, and nothing else of the image changes; its failure is
// shown and mended, and what was made for it is removed as soon as nobody needs it.
import { afterEach, expect, test } from "vitest";
import { docker, dockerFile, imagesOf, removeWithImages } from "./docker.ts";
import { aDockerTeam, type DockerTeam, end } from "./faults/docker-team.ts";
import { allMerged } from "./faults/ends.ts";
import { crewFile } from "./faults/team.ts";

const open: DockerTeam[] = [];
afterEach(() => {
  for (const team of open.splice(0)) removeWithImages(team);
});

/** Its packages come from itself. */
const withoutGit = (install: string) => `FROM crew-test-base:bookworm
RUN mkdir /packages && mv /usr/bin/git /packages && printf '#!/bin/sh\\n[ "$1" != install ] || ${install}\\n' > /usr/bin/apt-get
ENV LEVEL=debug PATH=/opt/bin:/usr/local/bin:/usr/bin:/bin
USER 1234:1234
WORKDIR /srv
ENTRYPOINT ["sleep"]
CMD ["1"]
`;
const fromItself = "cp /packages/git /usr/bin/git";

/** All of the team is built from the folder `image`. */
function opened(dockerfile: string): DockerTeam {
  const team = aDockerTeam({ "image/Dockerfile": dockerfile });
  const build = `build: {context: image, labels: {crewtest: ${team.project}}}`;
  team.write("crew.yaml", dockerFile(crewFile).replace(/image: .*/, build));
  team.commit("Build the image");
  open.push(team);
  return team;
}

const imageIn = (team: DockerTeam, role: string) => docker("inspect", "--format", "{{.Image}}", team.of(role));
const stepsOf = (stderr: string) =>
  stderr.split("\n").flatMap((line) => /built image crew-build:\w+( \(git on crew-build)?/.exec(line)?.[1] ?? []);

interface Config {
  readonly Env: readonly string[];
  readonly User: string;
}

const configOf = (image: string) => {
  const { Env, User, WorkingDir, Entrypoint, Cmd } = JSON.parse(
    docker("inspect", "--format", "{{json .Config}}", image),
  );
  return { Env, User, WorkingDir, Entrypoint, Cmd } as Config;
};

test("git is put on top once for two roles and a gate, and the rest of the image stays as it was", async () => {
  const team = opened(withoutGit(fromItself));
  const { code, stderr } = await team.crew(["up", "--wait"]);
  expect({ code, layers: stepsOf(stderr).length, end: stderr.endsWith(allMerged) }, stderr).toEqual({
    code: 0,
    layers: 1,
    end: true,
  });
  const [layer = "", base = ""] = imagesOf(team);
  expect([imageIn(team, "one"), imageIn(team, "two"), imagesOf(team).length]).toEqual([layer, layer, 2]);
  expect(configOf(layer)).toEqual(configOf(base));
  expect(configOf(layer).User).toBe("1234:1234");
  const again = await team.crew(["up", "--wait"]);
  expect({ code: again.code, built: stepsOf(again.stderr) }).toEqual({ code: 0, built: [] });
  const listed = await team.crew(["images"]);
  expect(listed.stdout).toMatch(new RegExp(`^one +crew-build:\\w+ \\+ git +${layer.slice(7, 19)}$`, "m"));
  const ran = await team.crew(["run", "-T", "one", "git", "--version"]);
  expect({ code: ran.code, said: ran.stdout.startsWith("git version") }, ran.stderr).toEqual({ code: 0, said: true });
  await end(team);
  const cleared = await team.crew(["gc", "-y", "--older-than", "0s"], { env: { CREW_PROJECT_NAME: "" } });
  expect({ code: cleared.code, left: imagesOf(team) }, cleared.stderr).toEqual({ code: 0, left: [] });
});

test("packages that cannot be had: the step and its words, nothing stopped, and mended by the next up", async () => {
  const team = opened(withoutGit(fromItself).replace("mv /usr/bin/git", "cp /usr/bin/git"));
  expect((await team.crew(["up", "--wait"])).code).toBe(0);
  const before = docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"));
  team.write("image/Dockerfile", withoutGit("{ echo no such package; exit 9; }"));
  const failed = await team.crew(["up", "--wait"]);
  const says = failed.stderr.slice(failed.stderr.indexOf("Not done"), failed.stderr.indexOf("? Settled"));
  const short = says
    .replace(/crew-build:\w+/g, "crew-build:…")
    .replace(/RUN \[.*\] failed: The .*'/, "RUN … failed: …")
    .replace(/next in \d+s/, "next in …s");
  expect({ code: failed.code, says: short }).toEqual({
    code: 5,
    says: `Not done
  ! could not build image crew-build:…: Step 3/6 : RUN … failed: … returned a non-zero code: 9 (tried once, next in …s)
      no such package
      Mend what it needs, or name an image that has git instead of crew-build:…, then crew up

`,
  });
  expect(docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", team.of("one"))).toBe(before);
  team.write("image/Dockerfile", withoutGit(fromItself));
  const mended = await team.crew(["up", "--wait"]);
  expect({ code: mended.code, layers: stepsOf(mended.stderr).length }, mended.stderr).toEqual({ code: 0, layers: 1 });
  team.git("checkout", "-q", "--", ".");
  await end(team);
});
