// What runs instances, as crew needs it. Leaks no vendor's type. Each method that changes something is one external
// effect and idempotent: asked for what is already so, it does nothing.

import type { Duplex, Readable, Writable } from "node:stream";
import type { BuildSpec } from "../model/build.ts";
import type { ContainerSpec } from "../model/container.ts";
import type { WantedImages } from "../model/images.ts";
import type { SecretGrant } from "../model/secret.ts";
import type { ServiceOwner, ServiceSpec } from "../model/services.ts";
import type { InstanceSpec, ServiceUse } from "../model/spec.ts";
import type { RuntimeState } from "../model/world.ts";
import type { RemoveOptions, StopOptions } from "./ending.ts";
import type { Expected, Look } from "./look.ts";
import type { Message } from "./message.ts";
import type { SetupRuns } from "./setups.ts";
import type { Process, PublishedPort, Usage, Volume } from "./use.ts";

export type { ObjectSource, PackFiles, PackRequest } from "./object-source.ts";

export interface NewImage {
  readonly image: string;
  readonly build: BuildSpec;
}

export interface BuildOptions {
  readonly signal?: AbortSignal;
  /** Told each line that the builder says, cleaned. */
  readonly onLine?: (line: string) => void;
}

export interface NewVolume {
  readonly role: string;
  /** Short name of the role's branch, told to the agent as `CREW_BRANCH` and `BRANCH`. */
  readonly branch: string;
  /** The commit that the clone is checked out at until the first order. */
  readonly start: string;
  /** The instance that is made on it at once, so that what it needs is made beside. */
  readonly next?: InstanceSpec;
}

export interface NewGate {
  /** The verdict's key: names the instance. */
  readonly key: string;
  readonly gate: string;
  /** Key of the run that was red and is run once more by this one: the log of this one goes on from that one's. */
  readonly repeats?: string;
  /** The candidate: a commit. */
  readonly commit: string;
  readonly run: string;
  readonly setup?: string;
  readonly setupKey?: readonly string[];
  /** Hash of a kept setup to start from; where it is gone, the gate runs its own. */
  readonly warm?: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly container?: ContainerSpec;
  /** Gone before the gate itself runs. */
  readonly secrets?: readonly SecretGrant[];
  /** Run already. */
  readonly services?: readonly ServiceUse[];
  /** It reaches nothing but its services. */
  readonly isolated?: true;
}

/** How git reaches an upload-pack that runs *inside* an instance: a program that speaks it on its stdio, or a connection. */
export type UploadPack =
  | { readonly kind: "program"; readonly argv: readonly string[] }
  | { readonly kind: "connection"; readonly open: () => Promise<UploadConnection> };

export interface UploadConnection {
  readonly stream: Duplex;
  /** Ends what is left of it; what it said on its stderr. */
  close(): Promise<string>;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Lines from the end; absent: all that is kept. */
  readonly tail?: number;
  /** Epoch milliseconds: only lines of then or later; of then or earlier. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Each line begins with its time, as RFC 3339 has it, and a space. */
  readonly timestamps?: boolean;
  /** Line, as it is in the log → those that it is shown as, which the tail counts; called in their order. Absent: itself. */
  readonly retell?: (line: string) => readonly string[];
  readonly signal: AbortSignal;
}

/** A person's command in an instance, in the environment that an agent's step has. */
export interface ExecRequest {
  readonly argv: readonly [string, ...string[]];
  /** Over the instance's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** `uid[:gid]` or a name that the instance knows; absent: whoever the agent is. */
  readonly user?: string;
  /** Absolute in the instance, or from the work tree on; absent: the work tree. */
  readonly directory?: string;
}

/** Bytes in both directions, as they are. */
export interface ExecStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Where stdin and stdout are one: the command gets a terminal too. */
  readonly terminal?: Terminal;
  /** Its reason, a signal's name, is passed on to the command. */
  readonly signal: AbortSignal;
}

export interface Terminal {
  size(): { readonly columns: number; readonly rows: number };
  /** Returns how to stop listening. */
  onResize(listener: () => void): () => void;
  /** Hands on every key as it is typed. Returns how to take that back; it is taken back too when the process ends. */
  raw(): () => void;
}

export interface ExecEnd {
  /** The command's own; 128 + n where signal n ended it, 127 where there is none of that name, 126 where it cannot be run. */
  readonly exitCode: number;
  /** Why it could not be run, for a person. */
  readonly problem?: string;
}

/** `other`: a file, or a link that leads nowhere. */
export type PathKind = "folder" | "other" | "absent";

/** Paths here are absolute in the instance, or from its work tree on. */
export interface CopyOut {
  readonly path: string;
  /** What a link there leads to, instead of the link. */
  readonly follow: boolean;
}

export interface CopyIn {
  /** A folder that is there. */
  readonly path: string;
  /** A tar stream, unpacked into the folder. */
  readonly archive: Readable;
  readonly keepOwner: boolean;
}

/** Where a snapshot of an instance's work lies in its clone. */
export const liveRef = "refs/crew/live";

export interface Runtime {
  /** A look is about to be taken, and this of it may be begun now. Absent where nothing takes long. */
  readonly expectLook?: (what: Expected) => void;
  /**
   * Instances, volumes, gates and mailboxes of this project, and which of the images are there. Everything read is untrusted:
   * capped and cleaned.
   */
  observe(options?: WantedImages, look?: Look): Promise<RuntimeState>;
  /** Has the image brought, by the name in the file. */
  pullImage(image: string): Promise<void>;
  /** Builds what a look has given that name; its content must still be the same. */
  buildImage(wanted: NewImage, options?: BuildOptions): Promise<void>;

  /** The role's folder with its own clone. An existing one is left as it is. */
  createVolume(volume: NewVolume): Promise<void>;
  /** Removes the role's folder and all in it. The instance must be gone. */
  removeVolume(role: string): Promise<void>;

  /** `warm`: hash of a kept setup to start from; where it is gone, the instance runs its own. */
  createInstance(spec: InstanceSpec, warm?: string): Promise<void>;
  startInstance(role: string): Promise<void>;
  /** TERM, then after the grace KILL, until nothing with the instance's marker is left. Work is kept: a rescue commit is made. */
  stopInstance(role: string, options: StopOptions): Promise<void>;
  /**
   * A signal at once. KILL ends all of it; any other is its supervisor's. Work is kept; an end by it counts for no fault of the
   * agent's. One that does not run is left as it is.
   */
  killInstance(role: string, signal: NodeJS.Signals): Promise<void>;
  /** Freezes every process of the instance, its supervisor last; its clocks stand still meanwhile. */
  pauseInstance(role: string): Promise<void>;
  resumeInstance(role: string): Promise<void>;
  /** Removes the stopped instance's record. */
  removeInstance(role: string, options?: RemoveOptions): Promise<void>;
  /** Removes what is the project's and no role's, where nothing is left that needs it: whoever was to do it may have been killed. */
  clear(): Promise<void>;

  /** Beside the instance of its owner, which reaches it by its name. One that is there is left as it is. */
  createService(owner: ServiceOwner, spec: ServiceSpec): Promise<void>;
  /** Returns once it runs, not once it is healthy; a frozen one goes on. */
  startService(owner: ServiceOwner, service: string): Promise<void>;
  /** Within its grace; its container stays, and one that does not run is left as it is. */
  stopService(owner: ServiceOwner, service: string): Promise<void>;
  killService(owner: ServiceOwner, service: string, signal: NodeJS.Signals): Promise<void>;
  pauseService(owner: ServiceOwner, service: string): Promise<void>;
  /** Stops it within its grace and removes it with what it wrote outside of volumes that the file names. */
  removeService(owner: ServiceOwner, service: string): Promise<void>;

  /** At least once; complete or not at all. */
  deliver(role: string, message: Message): Promise<void>;
  /** Of the instance's clone, stopped or not. */
  uploadPack(role: string): UploadPack;
  /** Captures the work in a clone as it stands under `liveRef`, running or not; moves nothing else. False: there is no clone. */
  snapshot(role: string): Promise<boolean>;
  /**
   * Makes the rescue commit `refs/crew/rescue` in a stopped instance's clone. False: there is nothing to rescue. There is no clone,
   * or, where that is known, nothing in it but what it was made with.
   */
  rescue(role: string): Promise<boolean>;

  /** A fresh clone of the candidate, in which setup and the gate run by themselves, unattended. */
  startGate(gate: NewGate): Promise<void>;
  /** Absent where none can be kept. */
  readonly setups?: SetupRuns;
  /** Stops the gate if it runs, and removes everything of it. */
  removeGate(key: string): Promise<void>;

  /**
   * Runs a command beside the agent, or in a service (`backend/db`, `db`), until it ends; a stop of the instance ends it too. The
   * instance must be running.
   */
  exec(role: string, request: ExecRequest, streams: ExecStreams): Promise<ExecEnd>;
  /** Starts one that nobody looks at. */
  execDetached(role: string, request: ExecRequest): Promise<void>;

  /** What lies at a path of an instance, running or not; a link is what it leads to. */
  kindAt(role: string, path: string): Promise<PathKind>;
  /** A tar stream of what lies at the path, its root named as the path ends. Whatever it holds is an agent's. */
  copyOut(role: string, copy: CopyOut): Promise<Readable>;
  copyIn(role: string, copy: CopyIn): Promise<void>;

  /** Of those of the roles and services (`backend/db`, `db`) that run. */
  usage(names: readonly string[]): Promise<ReadonlyMap<string, Usage>>;

  /** What runs in those of the roles and services that run. */
  processes(names: readonly string[]): Promise<ReadonlyMap<string, readonly Process[]>>;

  /** Of those of the roles and services that run; absent where nothing is published. */
  readonly published?: (names: readonly string[]) => Promise<ReadonlyMap<string, readonly PublishedPort[]>>;

  /** Of this project, by name; absent where there are none. */
  readonly volumes?: () => Promise<readonly Volume[]>;

  /** What a role's log goes with; absent: the instance. */
  readonly logsLast?: "volume";
  /** Lines of a role's (`backend`) or a gate's (`gate:<name>`, its latest run) log, control sequences removed. */
  logs(name: string, options: LogOptions): AsyncIterable<string>;
  /** Calls back when a mailbox, status or gate may have changed. Ends with the signal. */
  watch(onChange: () => void, signal: AbortSignal): Promise<void>;
}
