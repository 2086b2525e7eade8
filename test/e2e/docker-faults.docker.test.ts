// What a person removes, kills or freezes on the engine under a crew at work and an idle one: the others go on,
// and the same command leads to the same end.
import { afterEach, describe, expect, test } from "vitest";
import { aDockerTeam, busy, type DockerTeam, end, patient, release } from "./faults/docker-team.ts";

const open: DockerTeam[] = [];
afterEach(() => {
  for (const team of open.splice(0)) team.remove();
});

function opened(): DockerTeam {
  const team = aDockerTeam({ "one.sh": patient });
  open.push(team);
  return team;
}

interface Strike {
  readonly name: string;
  readonly strike: (team: DockerTeam) => void;
  /** With the volume goes what was not reported: the order is delivered again. */
  readonly losesWork?: boolean;
}

const own = ({ project }: DockerTeam) => ["--filter", `label=dev.crew.project=${project}`];

const removal = ({ docker, of }: DockerTeam) => docker("rm", "-f", of("one"));

/** With every container that stands on them; crew may make some of them anew meanwhile. */
function wipe(team: DockerTeam, volumes: () => readonly string[]): void {
  for (let n = 1; ; n += 1) {
    try {
      const containers = team
        .docker("ps", "-aq", ...own(team))
        .split("\n")
        .filter(Boolean);
      if (containers.length > 0) team.docker("rm", "-f", ...containers);
      team.docker("volume", "rm", ...volumes());
      return;
    } catch (error) {
      if (n === 20) throw error;
    }
  }
}

const strikes: readonly Strike[] = [
  { name: "its container removed", strike: removal },
  { name: "its container killed", strike: ({ docker, of }) => docker("kill", of("one")) },
  { name: "its container paused", strike: ({ docker, of }) => docker("pause", of("one")) },
  {
    name: "its volume removed",
    strike: (team) => {
      removal(team);
      team.docker("volume", "rm", team.of("one"));
    },
    losesWork: true,
  },
  {
    name: "its mail slot removed",
    strike: (team) => {
      removal(team);
      team.docker("volume", "rm", `${team.of("one")}.mail`);
    },
  },
  { name: "all mail removed", strike: (team) => wipe(team, () => [`${team.project}.mail`]) },
  { name: "the shared objects removed", strike: (team) => wipe(team, () => [`${team.project}.shared`]) },
  { name: "the hub removed", strike: ({ docker, project }) => docker("rm", "-f", `${project}.hub`) },
  {
    name: "the network removed",
    strike: ({ docker, project, of }) => {
      for (const role of ["one", "two"]) docker("network", "disconnect", "-f", `${project}.network`, of(role));
      docker("network", "rm", `${project}.network`);
    },
  },
  {
    name: "everything removed",
    strike: (team) =>
      wipe(team, () =>
        team
          .docker("volume", "ls", "-q", ...own(team))
          .split("\n")
          .filter(Boolean),
      ),
    losesWork: true,
  },
];

describe("during a turn of one", () => {
  test.each(strikes)("$name", async ({ strike, losesWork }) => {
    const team = opened();
    const driven = team.start(["up", "--wait"]);
    await busy(team);
    const before = halfOf(team);
    strike(team);
    const ended = await release(team, driven);
    expect(ended.code, ended.stderr).toBe(0);
    const outcome = await end(team);
    expect(outcome.merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
    expect(team.git("show", "main:half.txt", "main:one.txt", "main:two.txt")).toBe("half\none\nThis is two.txt.");
    if (losesWork !== true) expect(team.git("rev-list", "main").split("\n")).toContain(before);
  });
});

describe("between two turns", () => {
  test.each(strikes)("$name", async ({ strike }) => {
    const team = opened();
    const driven = team.start(["up", "--wait"]);
    await busy(team);
    expect((await release(team, driven)).code).toBe(0);
    strike(team);
    const outcome = await end(team);
    expect(outcome.merged).toEqual(["Write one.txt 1", "Write two.txt 1"]);
  });
});

/** The commit of role `one` that nobody has been told of. */
function halfOf({ docker, of }: DockerTeam): string {
  return docker("exec", of("one"), "git", "-C", "/crew/work", "rev-parse", "HEAD");
}
