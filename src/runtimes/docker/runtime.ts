// The docker runtime: one hardened container for each role and each run of a gate, on the engine that the docker client would
// use. Only puts the parts together.
import { join } from "node:path";
import { once } from "../../model/once.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ObjectSource, Runtime } from "../../ports/runtime.ts";
import type { Assets } from "../assets.ts";
import { buildImage } from "./build/builder.ts";
import { seenContents } from "./build/seen-content.ts";
import { killContainer, stopContainer } from "./containers/containers.ts";
import { exec, execDetached } from "./containers/exec.ts";
import { readLogs } from "./containers/logs.ts";
import { processes } from "./containers/processes.ts";
import { published } from "./containers/published.ts";
import { startInstance } from "./containers/starting.ts";
import { usage } from "./containers/usage.ts";
import type { DockerContext } from "./context.ts";
import { copyIn, copyOut, kindAt } from "./copy.ts";
import { listEarly } from "./early-lists.ts";
import type { Way } from "./engine/connect.ts";
import { removeGateRemains } from "./gates/gate-remains.ts";
import { removeGate, startGate } from "./gates/gates.ts";
import { pullImage } from "./images/images.ts";
import { seenLooks } from "./images/seen-looks.ts";
import { setupRuns } from "./images/setups.ts";
import { createInstance, killInstance, pauseInstance, resumeInstance, stopInstance } from "./instance/instance.ts";
import { removeInstance } from "./instance/removal.ts";
import { rescue, snapshot } from "./instance/rescue.ts";
import { openUpload } from "./instance/upload.ts";
import { deliver } from "./mail/delivery.ts";
import { readEarly } from "./mail/early-mail.ts";
import { turns } from "./mail/turns.ts";
import { dockerNames, serviceName } from "./names.ts";
import { observe } from "./observe.ts";
import { createService, pauseService, removeService, startService } from "./services/services.ts";
import { tidy } from "./tidy.ts";
import { volumes } from "./volumes/listed.ts";
import { createVolume, removeVolume } from "./volumes/volume.ts";
import { watchProject } from "./watch.ts";

export interface DockerRuntimeOptions {
  readonly project: string;
  readonly repositoryId: string;
  readonly source: ObjectSource;
  readonly clock: Clock;
  readonly assets: Assets;
  /** To the engine; asked at the first call and, once it leads there, never again. */
  readonly way: () => Promise<Way>;
  /** Folder for what may be lost at any time. */
  readonly directory?: string;
  /** For what crew builds of its own, by name; no part of what that is known by. */
  readonly buildArguments?: Readonly<Record<string, string>>;
}

export function dockerRuntime({
  project,
  repositoryId,
  source,
  clock,
  assets,
  way,
  directory,
  buildArguments = {},
}: DockerRuntimeOptions): Runtime {
  const found = once(way);
  const context: DockerContext = {
    names: dockerNames(project, repositoryId),
    engine: once(async () => await (await found()).reach()),
    source,
    clock,
    assets,
    turns: turns(),
    awake: new Set(),
    kept: new Map(),
    fresh: new Map(),
    listed: {},
    proven: new Set(),
    contents: seenContents(clock, directory && join(directory, "build-contents.json")),
    buildArguments,
    looks: seenLooks(directory && join(directory, "image-looks.json")),
  };
  return {
    expectLook: (what) => {
      if (what === "mail") readEarly(context);
      else if (what === "lists") listEarly(context, async () => (await found()).engine);
      else void context.engine().catch(() => undefined);
    },
    observe: (wanted, look) => observe(context, wanted, look),
    pullImage: (image) => pullImage(context, image),
    buildImage: (wanted, options) => buildImage(context, wanted, options),
    createVolume: (volume) => context.turns.making(() => createVolume(context, volume)),
    removeVolume: (role) => removeVolume(context, role),
    createInstance: (spec, warm) => context.turns.making(() => createInstance(context, spec, warm)),
    startInstance: (role) => context.turns.making(() => startInstance(context, role)),
    stopInstance: (role, options) => stopInstance(context, { ...options, role }),
    killInstance: (role, signal) => killInstance(context, { role, signal }),
    pauseInstance: (role) => pauseInstance(context, role),
    resumeInstance: (role) => resumeInstance(context, role),
    removeInstance: (role, options) => removeInstance(context, role, options),
    clear: async () => {
      await removeGateRemains(context);
      await tidy(context);
    },
    createService: (owner, spec) => context.turns.making(() => createService(context, owner, spec)),
    startService: (owner, service) => context.turns.making(() => startService(context, owner, service)),
    stopService: (owner, service) => stopContainer(context, serviceName(context.names, owner, service)),
    killService: async (owner, service, signal) => {
      await killContainer(context, serviceName(context.names, owner, service), signal);
    },
    pauseService: (owner, service) => pauseService(context, owner, service),
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
    usage: (names) => usage(context, names),
    processes: (names) => processes(context, names),
    published: (names) => published(context, names),
    volumes: () => volumes(context),
    logs: (name, options) => readLogs(context, name, options),
    watch: (onChange, signal) => watchProject(context, { onChange, signal }),
  };
}
