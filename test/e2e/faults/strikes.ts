// What a person removes, kills or freezes on the engine by hand.
import type { DockerTeam } from "./docker-team.ts";

export interface Strike {
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

export const strikes: readonly Strike[] = [
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
