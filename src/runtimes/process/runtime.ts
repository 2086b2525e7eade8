// The process runtime: instances are process groups of this machine's user, without isolation, each with its own folder.
// Only puts the parts together.
import { CrewError, machineError } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ObjectSource, Runtime, UploadPack } from "../../ports/runtime.ts";
import type { Assets } from "../assets.ts";
import type { ProcessContext } from "./context.ts";
import { copyIn, copyOut, kindAt } from "./copy.ts";
import { deliver } from "./delivery.ts";
import { type Environment, readerEnvironment } from "./environment.ts";
import { exec, execDetached } from "./exec.ts";
import { projectFolders, roleFolder } from "./folders.ts";
import { removeGate, startGate } from "./gates.ts";
import {
  clearSecrets,
  createInstance,
  removeInstance,
  rescue,
  snapshot,
  startInstance,
  stopInstance,
} from "./instance.ts";
import { killInstance } from "./kill.ts";
import { readLogs } from "./logs.ts";
import { observe } from "./observe.ts";
import { pauseInstance, resumeInstance } from "./pause.ts";
import { processes } from "./role-processes.ts";
import { shell } from "./scripts.ts";
import { usage } from "./usage.ts";
import { createVolume, removeVolume } from "./volume.ts";
import { watchProject } from "./watch.ts";

export interface ProcessRuntimeOptions {
  readonly project: string;
  readonly repositoryId: string;
  /** Such as `$XDG_STATE_HOME/crew`. */
  readonly stateDirectory: string;
  /** The host's. Instances get PATH, LANG, LC_*, TMPDIR and TZ of it, and nothing else. */
  readonly environment: Environment;
  readonly source: ObjectSource;
  readonly clock: Clock;
  readonly assets: Assets;
}

export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  const { environment: host, source, clock, assets } = options;
  const context: ProcessContext = { folders: projectFolders(options), host, source, clock, assets };
  const saying = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw machineError(error, context.folders.root) ?? error;
    }
  };
  return {
    observe: () => saying(observe(context)),
    pullImage: async () => undefined,
    buildImage: async () => undefined,
    clear: () => clearSecrets(context),
    createVolume: (volume) => saying(createVolume(context, volume)),
    removeVolume: (role) => saying(removeVolume(context, role)),
    createInstance: (spec) => saying(createInstance(context, spec)),
    startInstance: (role) => saying(startInstance(context, role)),
    stopInstance: (role, { graceMs }) => saying(stopInstance(context, { role, graceMs })),
    killInstance: (role, signal) => saying(killInstance(context, { role, signal })),
    pauseInstance: (role) => saying(pauseInstance(context, role)),
    resumeInstance: (role) => saying(resumeInstance(context, role)),
    removeInstance: (role) => saying(removeInstance(context, role)),
    createService: noServices,
    startService: noServices,
    stopService: async () => undefined,
    killService: async () => undefined,
    pauseService: async () => undefined,
    removeService: async () => undefined,
    deliver: (role, message) => saying(deliver(context, { role, message })),
    uploadPack: (role) => uploadPack(context, role),
    snapshot: (role) => saying(snapshot(context, role)),
    rescue: (role) => saying(rescue(context, role)),
    startGate: (gate) => saying(startGate(context, gate)),
    removeGate: (key) => saying(removeGate(context, key)),
    exec: (role, request, streams) => saying(exec(context, { role, request }, streams)),
    execDetached: (role, request) => saying(execDetached(context, { role, request })),
    kindAt: (role, path) => saying(kindAt(context, role, path)),
    copyOut: (role, copy) => saying(copyOut(context, role, copy)),
    copyIn: (role, copy) => saying(copyIn(context, role, copy)),
    usage: (roles) => saying(usage(context, roles)),
    processes: (roles) => saying(processes(context, roles)),
    logsLast: "volume",
    logs: (name, logOptions) => readLogs(context, name, logOptions),
    watch: (onChange, signal) => watchProject(context, { onChange, signal }),
  };
}

/**
 * `env -i` comes first: nothing in the folder, which an agent can write, ever sees the caller's environment. The script is
 * given as text, since an agent may have replaced the one in the folder.
 */
function uploadPack({ folders, host, assets }: ProcessContext, role: string): UploadPack {
  const folder = roleFolder(folders, role);
  const environment = readerEnvironment({ host, folder, role });
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const script = [shell, "-c", assets.supervisor, "supervisor.sh", "upload-pack", folder.path];
  return { kind: "program", argv: ["/usr/bin/env", "-i", ...variables, ...script] };
}

/** The file's rules refuse them: only a container has them. */
async function noServices(): Promise<never> {
  throw new CrewError("invalid", "Services need containers, and runtime is process.", {
    hint: "write runtime: docker",
  });
}
