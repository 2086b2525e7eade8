// A role's or a gate's container keys → what its container is made of. Pure.

import { buildPlaceholder } from "../../model/built-name.ts";
import type { ContainerSpec } from "../../model/container.ts";
import { durationMs } from "../durations.ts";
import { sizeBytes } from "../sizes.ts";
import type { Sources } from "../sources.ts";
import { buildOf } from "./builds.ts";
import { healthcheckOf } from "./healthcheck.ts";
import { mountsOf, type VolumeDeclarations } from "./mounts.ts";
import { type NetworkDeclarations, networksOf } from "./networks.ts";
import { hostsOf, itemsOf, pairsOf, sorted } from "./pairs.ts";
import { portsOf } from "./ports.ts";

/** A role that the file gives no limits: enough for a compiler, and not for the machine's last page. */
const defaults = { cpus: 2, memoryBytes: 4 * 1024 ** 3, pids: 512 } as const;

/** Keys as they were written, checked by the schema and the rules. Undefined: without an image there is no container. */
export function containerOf(keys: Readonly<Record<string, unknown>>, declared: Declared): ContainerSpec | undefined {
  const { user, cpus, mem_limit: memory, pids_limit: pids, read_only: readOnly } = keys;
  const image = imageIn(keys, declared);
  if (image === undefined) return undefined;
  return {
    image,
    ...(user !== undefined && user !== null && { user: String(user) }),
    cpus: cpus === undefined ? defaults.cpus : Number(cpus),
    memoryBytes: memory === undefined ? defaults.memoryBytes : sizeBytes(String(memory)),
    pids: pids === undefined ? defaults.pids : Number(pids),
    readOnly: readOnly === true,
    ...optional(keys),
    ...shared(keys, declared),
  };
}

/** Of what is built, what stands for it until its content is looked at. */
function imageIn(keys: Readonly<Record<string, unknown>>, { sources }: Declared): string | undefined {
  const build = buildOf(keys, sources);
  if (build) return buildPlaceholder(build);
  return typeof keys.image === "string" ? keys.image : undefined;
}

/** What the file says of volumes and networks, and where its paths begin. */
export interface Declared {
  readonly volumes: VolumeDeclarations;
  readonly networks: NetworkDeclarations;
  readonly sources: Sources;
}

function shared(keys: Readonly<Record<string, unknown>>, declared: Declared): Partial<ContainerSpec> {
  const volumes = mountsOf(keys.volumes ?? [], declared);
  const networks = networksOf(keys.networks ?? undefined, declared.networks);
  return { ...(volumes.length > 0 && { volumes }), ...(networks && { networks }) };
}

/** A key that is not written, or holds nothing, is no field: the same container as without it. */
function optional(keys: Readonly<Record<string, unknown>>): Partial<ContainerSpec> {
  const fields = Object.entries(readers).flatMap(([key, [field, read]]) => {
    const value = keys[key];
    const made = value === undefined || value === null ? undefined : read(value);
    return made === undefined || isEmpty(made) ? [] : [[field, made] as const];
  });
  return Object.fromEntries(fields) as Partial<ContainerSpec>;
}

type Readers = Readonly<Record<string, readonly [keyof ContainerSpec, (value: unknown) => unknown]>>;

const readers: Readers = {
  cap_add: ["capAdd", (value) => sorted(itemsOf(value).map((name) => name.toUpperCase().replace(/^CAP_/, "")))],
  security_opt: ["securityOpt", itemsOf],
  platform: ["platform", String],
  labels: ["labels", pairsOf],
  working_dir: ["workingDir", String],
  stop_grace_period: ["stopGraceMs", (value) => durationMs(String(value))],
  stop_signal: ["stopSignal", String],
  healthcheck: ["healthcheck", healthcheckOf],
  shm_size: ["shmSizeBytes", (value) => sizeBytes(String(value))],
  ulimits: ["ulimits", ulimitsOf],
  tmpfs: ["tmpfs", (value) => Object.fromEntries(sorted(itemsOf(value)).map(tmpfsOf))],
  dns: ["dns", itemsOf],
  extra_hosts: ["extraHosts", hostsOf],
  ports: ["ports", portsOf],
};

function ulimitsOf(value: unknown) {
  const limits = Object.entries(value as Readonly<Record<string, number | { soft: number; hard: number }>>);
  return Object.fromEntries(
    limits.map(([name, limit]) => {
      const { soft, hard } = typeof limit === "number" ? { soft: limit, hard: limit } : limit;
      return [name, { soft, hard }];
    }),
  );
}

/** `/run:size=64m,mode=1777` */
function tmpfsOf(item: string): readonly [string, string] {
  const colon = item.indexOf(":");
  return colon < 0 ? [item, ""] : [item.slice(0, colon), item.slice(colon + 1)];
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
