// The docker runtime: one hardened container for each role and each run of a gate, on the engine that the docker client would
// use. Only puts the parts together.
import { join } from "node:path";
import type Dockerode from "dockerode";
import type { Clock } from "../../ports/clock.ts";
import type { ObjectSource, Runtime } from "../../ports/runtime.ts";
import type { Assets } from "../assets.ts";
import { buildImage } from "./build/builder.ts";
import { seenContents } from "./build/seen-content.ts";
import type { DockerContext } from "./context.ts";
import { copyIn, copyOut, kindAt } from "./copy.ts";
import { deliver } from "./delivery.ts";
import { exec, execDetached } from "./exec.ts";
import { removeGate, startGate } from "./gates.ts";
import { pullImage } from "./images.ts";
import {
  createInstance,
  killInstance,
  pauseInstance,
  removeInstance,
  resumeInstance,
  stopInstance,
} from "./instance.ts";
import { readLogs } from "./logs.ts";
import { dockerNames } from "./names.ts";
import { observe } from "./observe.ts";
import { rescue, snapshot } from "./rescue.ts";
import { createService, removeService, startService } from "./services.ts";
import { setupRuns } from "./setups.ts";
import { startInstance } from "./starting.ts";
import { tidy } from "./tidy.ts";
import { turns } from "./turns.ts";
import { openUpload } from "./upload.ts";
import { usage } from "./usage.ts";
import { createVolume, removeVolume } from "./volume.ts";
import { watchProject } from "./watch.ts";

export interface DockerRuntimeOptions {
  readonly project: string;
  readonly repositoryId: string;
  readonly source: ObjectSource;
  readonly clock: Clock;
  readonly assets: Assets;
  /** Connects to the engine; asked at the first call and never again. */
  readonly connect: () => Promise<Dockerode>;
  /** Folder for what may be lost at any time. */
  readonly directory?: string;
}

export function dockerRuntime({
  project,
  repositoryId,
  source,
  clock,
  assets,
  connect,
  directory,
}: DockerRuntimeOptions): Runtime {
  let engine: Promise<Dockerode> | undefined;
  const context: DockerContext = {
    names: dockerNames(project, repositoryId),
    engine: () => {
      engine ??= connect().catch((error: unknown) => {
        engine = undefined;
        throw error;
      });
      return engine;
    },
    source,
    clock,
    assets,
    turns: turns(),
    awake: new Set(),
    kept: new Map(),
    proven: new Set(),
    contents: seenContents(clock, directory && join(directory, "build-contents.json")),
  };
  return {
    observe: (options) => observe(context, options),
    pullImage: (image) => pullImage(context, image),
    buildImage: (wanted, options) => buildImage(context, wanted, options),
    createVolume: (volume) => context.turns.making(() => createVolume(context, volume)),
    removeVolume: (role) => removeVolume(context, role),
    createInstance: (spec, warm) => context.turns.making(() => createInstance(context, spec, warm)),
    startInstance: (role) => context.turns.making(() => startInstance(context, role)),
    stopInstance: (role, { graceMs, next }) => stopInstance(context, { role, graceMs, ...(next && { next }) }),
    killInstance: (role, signal) => killInstance(context, { role, signal }),
    pauseInstance: (role) => pauseInstance(context, role),
    resumeInstance: (role) => resumeInstance(context, role),
    removeInstance: (role, options) => removeInstance(context, role, options),
    clear: () => tidy(context),
    createService: (owner, spec) => context.turns.making(() => createService(context, owner, spec)),
    startService: (owner, service) => context.turns.making(() => startService(context, owner, service)),
    removeService: (owner, service) => removeService(context, owner, service),
    deliver: (role, message) => context.turns.making(() => deliver(context, { role, message })),
    uploadPack: (role) => ({ kind: "connection", open: () => openUpload(context, role) }),
    snapshot: (role) => snapshot(context, role),
    rescue: (role) => rescue(context, role),
    startGate: (gate) => context.turns.making(() => startGate(context, gate)),
    setups: setupRuns(context),
    removeGate: (key) => removeGate(context, key),
    exec: (role, request, streams) => exec(context, { role, request }, streams),
    execDetached: (role, request) => execDetached(context, { role, request }),
    kindAt: (role, path) => kindAt(context, role, path),
    copyOut: (role, copy) => copyOut(context, role, copy),
    copyIn: (role, copy) => copyIn(context, role, copy),
    usage: (roles) => usage(context, roles),
    logs: (name, options) => readLogs(context, name, options),
    watch: (onChange, signal) => watchProject(context, { onChange, signal }),
  };
}
