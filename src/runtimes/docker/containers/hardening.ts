// What every container of crew's is denied, whatever it is for. Pure: one place to read what an agent may do.
import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { ContainerSpec } from "../../../model/container.ts";
import type { ServiceSpec } from "../../../model/services.ts";

/** Microseconds: the scheduler's usual period. A quota over it takes more processors than the machine has without complaint. */
const cpuPeriod = 100_000;

/**
 * No capabilities, no way to gain any, its own namespaces, an init that reaps, no restart by the engine, no engine socket and
 * no mount but those that are asked for. Source of the list: docs.docker.com/engine/security.
 */
export function hardened(spec: ContainerSpec, network: string): HostConfig {
  const { capAdd, securityOpt = [], dns, extraHosts, shmSizeBytes, ulimits, tmpfs = {} } = spec;
  return {
    AutoRemove: false,
    CapDrop: ["ALL"],
    CgroupnsMode: "private",
    CpuPeriod: cpuPeriod,
    CpuQuota: Math.round(spec.cpus * cpuPeriod),
    Init: true,
    IpcMode: "private",
    LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } },
    Memory: spec.memoryBytes,
    // The same: no swap beyond it.
    MemorySwap: spec.memoryBytes,
    NetworkMode: network,
    PidsLimit: spec.pids,
    Privileged: false,
    ReadonlyRootfs: spec.readOnly,
    RestartPolicy: { Name: "no" },
    SecurityOpt: securityOpt.some((each) => each.startsWith("no-new-privileges"))
      ? [...securityOpt]
      : ["no-new-privileges", ...securityOpt],
    Tmpfs: { "/tmp": "rw,exec,nosuid,nodev,mode=1777", ...tmpfs },
    ...(capAdd && { CapAdd: [...capAdd] }),
    ...(dns && { Dns: [...dns] }),
    ...(extraHosts && { ExtraHosts: [...extraHosts] }),
    ...(shmSizeBytes !== undefined && { ShmSize: shmSizeBytes }),
    ...(ulimits && {
      Ulimits: Object.entries(ulimits).map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard })),
    }),
  } as HostConfig;
}

/** What the entry points of images do as root before they give that up, and no more. */
const serviceCapabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];

/** A service is no agent's, and is reached by one: it runs as its image wants it, and gains nothing. */
export function hardenedService({ container, capDrop = [], restart }: ServiceSpec, network: string): HostConfig {
  const kept = capDrop.includes("ALL") ? [] : serviceCapabilities.filter((each) => !capDrop.includes(each));
  return {
    ...hardened(container, network),
    CapAdd: [...new Set([...kept, ...(container.capAdd ?? [])])].sort(),
    ...(restart && { RestartPolicy: { Name: restart.name, MaximumRetryCount: restart.tries ?? 0 } }),
  };
}

/** For crew's own short programs in a container of a role's image. */
export const readerLimits = { cpus: 2, memoryBytes: 1024 ** 3, pids: 128, readOnly: false } as const;

export type NewContainer = ContainerCreateOptions;
