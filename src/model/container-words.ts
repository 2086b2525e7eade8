// A container's fields as the file calls and writes them, for a plan that shows what changed. Pure.
import { isBuiltName } from "./build.ts";
import type { ContainerSpec, Healthcheck, LayerUse, Port } from "./container.ts";
import { type Mount, mountWords } from "./mount.ts";
import { type NetworkUse, networkWords } from "./network.ts";

interface Field {
  readonly key?: string;
  readonly shown?: (value: never) => string;
}

/** Key of the file → its value in Compose's short form. */
export function containerWords(spec: ContainerSpec): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [field, value] of Object.entries(spec)) {
    if (value === undefined || field === "imageId") continue;
    const { key = field, shown = String } = fields[field] ?? {};
    words.set(key, (shown as (value: unknown) => string)(value));
  }
  if (spec.imageId !== undefined) words.set("image", `${spec.image} (${shortImageId(spec.imageId)})`);
  if (isBuiltName(spec.image)) {
    words.set("build", words.get("image") ?? spec.image);
    words.delete("image");
  }
  return words;
}

/** As docker prints it. */
function shortImageId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

const list = (items: readonly string[]): string => items.join(", ");
const map = (entries: Readonly<Record<string, string>>): string =>
  list(Object.entries(entries).map(([name, value]) => (value === "" ? name : `${name}=${value}`)));
const seconds = (ms: number): string => `${ms / 1000}s`;

const fields: Readonly<Record<string, Field>> = {
  layer: {
    shown: ({ adds, imageId }: LayerUse) => (imageId === undefined ? adds : `${adds} (${shortImageId(imageId)})`),
  },
  memoryBytes: { key: "mem_limit" },
  pids: { key: "pids_limit" },
  readOnly: { key: "read_only" },
  capAdd: { key: "cap_add", shown: list },
  securityOpt: { key: "security_opt", shown: list },
  labels: { shown: map },
  workingDir: { key: "working_dir" },
  stopGraceMs: { key: "stop_grace_period", shown: seconds },
  stopSignal: { key: "stop_signal" },
  healthcheck: { shown: healthWords },
  shmSizeBytes: { key: "shm_size" },
  ulimits: {
    shown: (limits: NonNullable<ContainerSpec["ulimits"]>) =>
      list(
        Object.entries(limits).map(([name, { soft, hard }]) => `${name}=${soft === hard ? soft : `${soft}:${hard}`}`),
      ),
  },
  tmpfs: {
    shown: (paths: NonNullable<ContainerSpec["tmpfs"]>) =>
      list(Object.entries(paths).map(([path, options]) => (options === "" ? path : `${path}:${options}`))),
  },
  dns: { shown: list },
  extraHosts: { key: "extra_hosts", shown: list },
  volumes: { shown: (mounts: readonly Mount[]) => list(mounts.map(mountWords)) },
  networks: { shown: (networks: readonly NetworkUse[]) => list(networks.map(networkWords)) },
  ports: { shown: (ports: readonly Port[]) => list(ports.map(portWords)) },
};

function portWords({ target, published, hostIp, protocol }: Port): string {
  const address = hostIp?.includes(":") ? `[${hostIp}]` : hostIp;
  const sides = [...(address === undefined ? [] : [address]), ...(published === undefined ? [] : [published]), target];
  return `${sides.join(":")}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

function healthWords({ test, retries, ...times }: Healthcheck): string {
  const timed = Object.entries(times).map(([name, ms]) => `${timeName(name)} ${seconds(ms)}`);
  return list([...(test ? [test.join(" ")] : []), ...timed, ...(retries === undefined ? [] : [`retries ${retries}`])]);
}

/** `startPeriodMs` → `start_period` */
function timeName(field: string): string {
  return field.replace(/Ms$/, "").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
