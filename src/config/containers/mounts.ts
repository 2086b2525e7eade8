// `volumes` of a role in Compose's short and long forms, with what the file says of the volumes that they name → mounts. Pure.
import { join, posix, resolve } from "node:path";
import type { Mount, NamedVolume } from "../../model/mount.ts";
import { sizeBytes } from "../sizes.ts";
import { relativeTo, type Sources } from "../sources.ts";
import { pairsOf } from "./pairs.ts";

export interface LongMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly bind?: { readonly create_host_path?: boolean; readonly selinux?: "z" | "Z" };
  readonly volume?: { readonly nocopy?: boolean };
  readonly tmpfs?: { readonly size?: string | number; readonly mode?: number };
}

/** Top-level `volumes`, as written. */
export type VolumeDeclarations = Readonly<Record<string, VolumeDeclaration | null>>;

interface VolumeDeclaration {
  readonly name?: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string | number>>;
  readonly external?: boolean;
  readonly labels?: unknown;
}

/** By target: of two at one place the later one counts, as where a role's follow those of defaults. */
export function mountsOf(
  value: unknown,
  given: { readonly volumes: VolumeDeclarations; readonly sources: Sources },
): readonly Mount[] {
  const mounts = (value as readonly (string | LongMount)[]).map((item) => {
    const long = longForm(item);
    return mountOf(long, given);
  });
  const byTarget = new Map(mounts.map((mount) => [mount.target, mount]));
  return [...byTarget.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** `source:target[:mode,…]`; a path, that is whatever begins with `.`, `/` or `~`, is a folder of the host. */
export function longForm(item: string | LongMount): LongMount {
  if (typeof item === "object") return item;
  const [source = "", target, modes = ""] = item.split(":");
  if (target === undefined) return { type: "volume", target: source };
  const mode = modes.split(",");
  const common = { source, target, ...(mode.includes("ro") && { read_only: true }) };
  if (!isPath(source))
    return { type: "volume", ...common, ...(mode.includes("nocopy") && { volume: { nocopy: true } }) };
  const selinux = mode.includes("Z") ? "Z" : mode.includes("z") ? "z" : undefined;
  return { type: "bind", ...common, ...(selinux && { bind: { selinux } }) };
}

export function isPath(source: string): boolean {
  return /^[./~]/.test(source);
}

/** Absolute, from the crew file's folder or the person's home. */
export function hostPath(source: string, sources: Sources): string {
  const { HOME = "" } = sources.env;
  return /^~(\/|$)/.test(source) ? join(HOME, source.slice(1)) : resolve(relativeTo(sources), source);
}

function mountOf(
  long: LongMount,
  { volumes, sources }: { readonly volumes: VolumeDeclarations; readonly sources: Sources },
): Mount {
  const { type, source = "", read_only: readOnly = false } = long;
  const target = posix.normalize(long.target).replace(/(?<=.)\/$/, "");
  if (type === "tmpfs") {
    const { size, mode } = long.tmpfs ?? {};
    const limits = {
      ...(size !== undefined && { sizeBytes: sizeBytes(String(size)) }),
      ...(mode !== undefined && { mode }),
    };
    return { kind: "tmpfs", target, ...limits };
  }
  if (type === "bind") {
    const { create_host_path: makes = true, selinux } = long.bind ?? {};
    const more = { ...(!makes && { mustExist: true as const }), ...(selinux && { selinux }) };
    return { kind: "bind", source: hostPath(source, sources), target, readOnly, ...more };
  }
  const noCopy = long.volume?.nocopy === true ? { noCopy: true as const } : {};
  return { kind: "volume", volume: volumeOf(source, volumes[source] ?? {}), target, readOnly, ...noCopy };
}

function volumeOf(key: string, declared: VolumeDeclaration): NamedVolume {
  const { name, driver, driver_opts: options = {}, external, labels = {} } = declared;
  if (external === true) return { key, name: name ?? key, external: true };
  const driverOpts = Object.fromEntries(Object.entries(options).map(([option, value]) => [option, String(value)]));
  const own = pairsOf(labels);
  return {
    key,
    ...(name !== undefined && { name }),
    ...(driver !== undefined && { driver }),
    ...(Object.keys(driverOpts).length > 0 && { driverOpts }),
    ...(Object.keys(own).length > 0 && { labels: own }),
  };
}
