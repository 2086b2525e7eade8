// The team on the machine's engine: what is done to it there by hand, and how its story must end whatever was done.
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect } from "vitest";
import type { Ended, Started } from "../bench.ts";
import { type DockerBench, docker, dockerAt, dockerFile, endOfDocker, onEngine } from "../docker.ts";
import type { Outcome } from "../outcome.ts";
import { aTeam, crewFile } from "./team.ts";

/** Commits the half of its work, waits until it may go on, and commits the rest. It may have been here before. */
export const patient = `
touch "$HOME/busy"
if [ ! -e half.txt ]; then echo half > half.txt; git add half.txt; git commit -qm Half; fi
while [ ! -e "$HOME/go" ]; do sleep 0.1; done
echo one > one.txt
git add one.txt
git diff --cached --quiet || git commit -qm Work
`.trimStart();

export interface DockerTeam extends DockerBench {
  /** Container and volume of a role. */
  of(role: string): string;
  readonly docker: typeof docker;
}

/** On the machine's engine, or the one at the socket. */
export function aDockerTeam(files: Readonly<Record<string, string | null>> = {}, socket?: string): DockerTeam {
  const bench = onEngine(aTeam({ "crew.yaml": dockerFile(crewFile), ...files }), socket);
  return { ...bench, of: (role) => `${bench.project}-${role}`, docker: socket ? dockerAt(socket) : docker };
}

/** Teams whose role `one` is patient, for the tests of one file: each is removed after its test. */
export function patientTeams(): () => DockerTeam {
  const open: DockerTeam[] = [];
  afterEach(() => {
    for (const team of open.splice(0)) team.remove();
  });
  return () => {
    const team = aDockerTeam({ "one.sh": patient });
    open.push(team);
    return team;
  };
}

/** Role `one` has committed its half and waits. */
export async function busy({ engine, of }: DockerTeam): Promise<void> {
  for (let n = 0; n < 600; n += 1) {
    const found = await engine
      .getContainer(of("one"))
      .infoArchive({ path: "/crew/home/busy" })
      .then(
        () => true,
        () => false,
      );
    if (found) return;
    await delay(100);
  }
  throw new Error("role one never got to work");
}

/** Lets role `one` go on, in whatever container it is by then, until the run has ended. */
export async function release({ of, docker }: DockerTeam, { ended }: Started): Promise<Ended> {
  let isOver = false;
  void ended.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    try {
      docker("exec", of("one"), "touch", "/crew/home/go");
    } catch {
      // Not there, not running or frozen just now.
    }
    await Promise.race([ended, delay(300)]);
  }
  return await ended;
}

/** To the landed and archived epic, nothing left on the engine. */
export async function end(team: DockerTeam): Promise<Outcome> {
  for (const args of [["land"], ["down"]]) {
    const { code, stderr } = await team.crew(args);
    expect({ args, code, stderr: code === 0 ? "" : stderr }).toEqual({ args, code: 0, stderr: "" });
  }
  return await endOfDocker(team);
}
