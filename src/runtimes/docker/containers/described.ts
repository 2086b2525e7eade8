// What the file says of a role's container beside its limits, as the engine takes it. Pure.
import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { ContainerSpec, Healthcheck, Port } from "../../../model/container.ts";

export type Described = Pick<
  ContainerCreateOptions,
  "Healthcheck" | "StopSignal" | "StopTimeout" | "ExposedPorts" | "platform" | "Labels"
>;

export function described(spec: ContainerSpec): Described {
  const { healthcheck, stopSignal, stopGraceMs, ports, platform, labels } = spec;
  return {
    ...(healthcheck && { Healthcheck: healthOf(healthcheck) }),
    ...(stopSignal !== undefined && { StopSignal: stopSignal }),
    ...(stopGraceMs !== undefined && { StopTimeout: Math.ceil(stopGraceMs / 1000) }),
    ...(ports && { ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])) }),
    ...(platform !== undefined && { platform }),
    Labels: { ...labels },
  };
}

export function portBindings({ ports = [] }: ContainerSpec): Pick<HostConfig, "PortBindings"> {
  if (ports.length === 0) return {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const key = portKey(port);
    bindings[key] = [...(bindings[key] ?? []), { HostIp: port.hostIp ?? "", HostPort: port.published ?? "" }];
  }
  return { PortBindings: bindings };
}

function portKey({ target, protocol }: Port): string {
  return `${target}/${protocol}`;
}

/** The engine counts nanoseconds. */
const nanosecondsPerMs = 1_000_000;

function healthOf({ test, retries, intervalMs, timeoutMs, startPeriodMs, startIntervalMs }: Healthcheck) {
  const times = {
    Interval: intervalMs,
    Timeout: timeoutMs,
    StartPeriod: startPeriodMs,
    StartInterval: startIntervalMs,
  };
  const given = Object.entries(times).flatMap(([name, ms]) =>
    ms === undefined ? [] : [[name, ms * nanosecondsPerMs] as const],
  );
  return {
    ...(test && { Test: [...test] }),
    ...Object.fromEntries(given),
    ...(retries !== undefined && { Retries: retries }),
  };
}
