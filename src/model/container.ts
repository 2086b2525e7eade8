// What the file says of a container. Plain data, canonical: what the file may write in several ways is written in one here, so
// that two are the same exactly if their JSON is.

import type { Mount } from "./mount.ts";
import type { NetworkUse } from "./network.ts";

/** What a container is made of besides crew's own hardening. What is absent is the engine's default, or crew's. */
export interface ContainerSpec {
  readonly image: string;
  /** The engine's id of it when the container was, or would be, made. */
  readonly imageId?: string;
  /** What crew puts on top of it: then a container is made of that. */
  readonly layer?: LayerUse;
  /** `uid[:gid]` or a name that the image knows; absent: the image's own, or 1000:1000 where that is root. */
  readonly user?: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly pids: number;
  readonly readOnly: boolean;
  /** Sorted, upper-case, without `CAP_`. */
  readonly capAdd?: readonly string[];
  readonly securityOpt?: readonly string[];
  /** Such as `linux/amd64`. */
  readonly platform?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly stopGraceMs?: number;
  readonly stopSignal?: string;
  readonly healthcheck?: Healthcheck;
  readonly shmSizeBytes?: number;
  /** -1: without limit. */
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  /** Path → options as the engine takes them; an empty text for none. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly dns?: readonly string[];
  /** `name:address`, sorted. */
  readonly extraHosts?: readonly string[];
  /** Sorted; ranges spelled out. */
  readonly ports?: readonly Port[];
  /** By target. */
  readonly volumes?: readonly Mount[];
  /** Absent: crew's own. The first is joined first. */
  readonly networks?: readonly NetworkUse[];
}

/** The user of a container: the file's, else the image's own unless that is root. */
export function userOf({ user }: Pick<ContainerSpec, "user">, imageUser: string): string {
  if (user !== undefined) return user;
  return /^(|0|root)(:.*)?$/.test(imageUser) ? "1000:1000" : imageUser;
}

export interface LayerUse {
  /** Name of the image that it makes of the other one. */
  readonly image: string;
  readonly imageId?: string;
  /** In words: `git`. */
  readonly adds: string;
}

export interface Port {
  /** In the container. */
  readonly target: number;
  /** On the host; absent: one that the engine chooses. */
  readonly published?: string;
  readonly hostIp?: string;
  readonly protocol: string;
}

export interface Healthcheck {
  /** Begins with NONE, CMD or CMD-SHELL; absent: the image's. */
  readonly test?: readonly string[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly startPeriodMs?: number;
  readonly startIntervalMs?: number;
}
