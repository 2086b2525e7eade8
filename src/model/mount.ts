// What a role's container sees of volumes and folders beside its own. Plain data, canonical.

export type Mount =
  | {
      readonly kind: "volume";
      readonly volume: NamedVolume;
      readonly target: string;
      readonly readOnly: boolean;
      /** A new volume is not filled with what the image has there. */
      readonly noCopy?: true;
    }
  | {
      readonly kind: "bind";
      /** Absolute path on the engine's machine. */
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      /** Where there is no such folder, none is made. */
      readonly mustExist?: true;
      readonly selinux?: "z" | "Z";
    }
  | { readonly kind: "tmpfs"; readonly target: string; readonly sizeBytes?: number; readonly mode?: number };

/** A volume of the file. */
export interface NamedVolume {
  readonly key: string;
  /** On the engine; absent: the project's own name for the key. */
  readonly name?: string;
  /** It is somebody's own: neither made nor removed. */
  readonly external?: true;
  readonly driver?: string;
  readonly driverOpts?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** In Compose's short form. */
export function mountWords(mount: Mount): string {
  switch (mount.kind) {
    case "volume": {
      const { key, name, external, driver, driverOpts } = mount.volume;
      const details = [
        ...(name === undefined || name === key ? [] : [name]),
        ...(external ? ["external"] : []),
        ...(driver === undefined ? [] : [driver]),
        ...Object.entries(driverOpts ?? {}).map(([option, value]) => `${option}=${value}`),
      ];
      const mode = [...(mount.readOnly ? ["ro"] : []), ...(mount.noCopy ? ["nocopy"] : [])].join();
      return `${key}:${mount.target}${mode && `:${mode}`}${details.length === 0 ? "" : ` (${details.join(" ")})`}`;
    }
    case "bind": {
      const mode = [...(mount.readOnly ? ["ro"] : []), ...(mount.selinux ? [mount.selinux] : [])].join();
      return `${mount.source}:${mount.target}${mode && `:${mode}`}${mount.mustExist ? " (must exist)" : ""}`;
    }
    case "tmpfs": {
      const { target, sizeBytes, mode } = mount;
      const options = [
        ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`]),
        ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
      ].join();
      return `tmpfs:${target}${options && `:${options}`}`;
    }
  }
}
