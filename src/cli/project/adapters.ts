// Builds the adapters around the repository that a person stands in. The only place that knows which adapter serves which port.
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../execute/clock.ts";
import type { Crew, TrackerChoice } from "../../model/crew.ts";
import type { ProjectFact } from "../../model/records.ts";
import { sealWith } from "../../model/seal.ts";
import type { Expected } from "../../ports/look.ts";
import type { Recorded } from "../../ports/repository.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { Tracker } from "../../ports/tracker.ts";
import { type OpenRepository, openRepository } from "../../repository/open.ts";
import { dockerRuntime } from "../../runtimes/docker/runtime.ts";
import { startTimeOf } from "../../runtimes/process/identity.ts";
import { processRuntime } from "../../runtimes/process/runtime.ts";
import type { Invocation } from "../invocation.ts";
import { wayToEngine } from "./engines.ts";
import type { OpenProject } from "./opened.ts";
import { chooseTracker, openTracker } from "./tracker.ts";
import { keepingTranscripts } from "./transcripts.ts";
import { stateDirectory } from "./writable.ts";

export interface Place {
  readonly repository: OpenRepository;
  readonly topLevel: string;
  readonly commonDir: string;
}

/** What the file says of where a project's parts are. */
export type Said = Pick<Crew, "tracker" | "runtime">;

export interface Adapters {
  readonly place: Place;
  /** What is recorded of every project that lives here. */
  readonly recorded: readonly ProjectFact[];
  /** The tracker of a project, or of none; `said` is what the file says of it. */
  readonly tracker: (project: string | undefined, said?: TrackerChoice) => Tracker;
  readonly adapters: (project: string, said?: Said) => OpenProject;
  /** Of a project that is recorded: it is about to be looked at. */
  readonly expectLook: (project: string, what: Expected) => void;
  /** What else there was when it was opened. */
  readonly around: Pick<Recorded, "drivers" | "branches">;
  /** Folder that holds the instances of every project. */
  readonly stateDirectory: string;
}

export async function openAdapters(invocation: Invocation): Promise<Adapters> {
  const { cwd, environment, process, asked } = invocation;
  const identity = { host: process.host, pid: process.pid, startTimeOf };
  const repository = await openRepository({ cwd, environment, identity, asked });
  const { topLevel, commonDir } = repository;
  const { projects: recorded, ...around } = await repository.recorded();
  const surroundings = { cwd, topLevel, commonDir, environment };
  const warn = (words: string) => invocation.stderr.write(`${words}\n`);
  const open = new Map<string, Tracker>();
  const tracker: Adapters["tracker"] = (project, said = { kind: "auto" }) => {
    const fact = recorded.find(({ name }) => name === project);
    const choice = chooseTracker(said, fact, surroundings);
    const key = JSON.stringify(choice);
    const known = open.get(key);
    if (known) return known;
    const opened = openTracker(choice, { ...surroundings, runner: repository.runner, signal: invocation.signal, warn });
    open.set(key, opened);
    return opened;
  };
  const state = stateDirectoryOf(environment);
  const seal = sealWith(repository.sealKey());
  const runtimes = new Map<string, Runtime>();
  const runtimeOf = (project: string, said: Said | undefined): Runtime => {
    const kind = recordedRuntime(
      recorded.find(({ name }) => name === project),
      said,
    );
    const known = runtimes.get(`${kind} ${project}`);
    if (known) return known;
    const directory = join(commonDir, "crew", project);
    const opened = keepingTranscripts(openRuntime(project, kind), { directory, environment, seal });
    runtimes.set(`${kind} ${project}`, opened);
    return opened;
  };
  const openRuntime = (project: string, kind: Crew["runtime"]): Runtime => {
    const common = { project, repositoryId: repository.id, source: repository.source, clock: systemClock };
    const given = { ...common, assets: assets(process.program[1]) };
    if (kind !== "docker") return processRuntime({ ...given, stateDirectory: state, environment });
    return dockerRuntime({
      ...given,
      way: () => wayToEngine(invocation),
      directory: join(commonDir, "crew", project),
      buildArguments: buildArguments(environment),
    });
  };
  const adapters: Adapters["adapters"] = (project, said): OpenProject => ({
    commonDir,
    stateDirectory: state,
    engine: {
      project,
      repository,
      remote: repository.remote,
      clock: systemClock,
      beads: tracker(project, said?.tracker),
      runtime: runtimeOf(project, said),
    },
    directory: join(commonDir, "crew", project),
  });
  const place = { repository, topLevel, commonDir };
  const expectLook: Adapters["expectLook"] = (project, what) => runtimeOf(project, undefined).expectLook?.(what);
  return { place, recorded, tracker, adapters, expectLook, around, stateDirectory: state };
}

/** Where Node and packages come from, if not from where they usually do. */
function buildArguments(environment: Invocation["environment"]): Readonly<Record<string, string>> {
  const { CREW_NODE_IMAGE: image, PIP_INDEX_URL: index } = environment;
  const { NPM_CONFIG_REGISTRY: registry = environment.npm_config_registry } = environment;
  return {
    ...(image && { NODE_IMAGE: image }),
    ...(registry && { NPM_CONFIG_REGISTRY: registry }),
    ...(index && { PIP_INDEX_URL: index }),
  };
}

/** A live project stays where it is, whatever the file says by now. */
function recordedRuntime(fact: ProjectFact | undefined, said: Said | undefined): Crew["runtime"] {
  return fact ? (fact.runtime ?? "process") : (said?.runtime ?? "process");
}

export function stateDirectoryOf(environment: Invocation["environment"]): string {
  return stateDirectory(environment, () => userInfo().homedir);
}

/** The scripts that run in instances stand beside the program. */
function assets(program: string) {
  const read = (name: string) => readFileSync(join(program, "..", "agents", `${name}.sh`), "utf8");
  return { supervisor: read("supervisor"), bd: read("bd"), gate: read("gate"), tell: read("tell") };
}
