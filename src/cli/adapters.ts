// Builds the adapters around the repository that a person stands in. The only place that knows which adapter serves which port.
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { gitBeads } from "../beads/git/tracker.ts";
import { systemClock } from "../execute/clock.ts";
import type { Tracker } from "../ports/tracker.ts";
import { type OpenRepository, openRepository } from "../repository/open.ts";
import { startTimeOf } from "../runtimes/process/identity.ts";
import { processRuntime } from "../runtimes/process/runtime.ts";
import type { Invocation } from "./invocation.ts";
import type { OpenProject } from "./opened.ts";
import { stateDirectory } from "./writable.ts";

export interface Place {
  readonly repository: OpenRepository;
  readonly topLevel: string;
  readonly commonDir: string;
}

export interface Adapters {
  readonly place: Place;
  readonly tracker: Tracker;
  readonly adapters: (project: string) => OpenProject;
  /** Folder that holds the instances of every project. */
  readonly stateDirectory: string;
}

export async function openAdapters(invocation: Invocation): Promise<Adapters> {
  const { cwd, environment, process } = invocation;
  const identity = { host: process.host, pid: process.pid, startTimeOf };
  const repository = await openRepository({ cwd, environment, identity });
  const { topLevel, commonDir } = repository;
  const tracker = gitBeads({ git: repository.runner, clock: systemClock, actor: "crew" });
  const state = stateDirectoryOf(environment);
  const adapters = (project: string): OpenProject => ({
    commonDir,
    stateDirectory: state,
    engine: {
      project,
      repository,
      clock: systemClock,
      beads: tracker,
      runtime: processRuntime({
        project,
        repositoryId: repository.id,
        stateDirectory: state,
        environment,
        clock: systemClock,
        assets: assets(process.program[1]),
      }),
    },
    directory: join(commonDir, "crew", project),
  });
  return { place: { repository, topLevel, commonDir }, tracker, adapters, stateDirectory: state };
}

export function stateDirectoryOf(environment: Invocation["environment"]): string {
  return stateDirectory(environment, () => userInfo().homedir);
}

/** The scripts that run in instances stand beside the program. */
function assets(program: string) {
  const read = (name: string) => readFileSync(join(program, "..", "agents", `${name}.sh`), "utf8");
  return { supervisor: read("supervisor"), bd: read("bd"), gate: read("gate") };
}
