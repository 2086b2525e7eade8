// How further packages come into an image, by the program that it has for that. Pure.

interface Packages {
  /** Shell text around the names. */
  readonly install: (names: readonly string[]) => string;
  readonly git: readonly string[];
}

/** The first that is there counts. */
const all = {
  "apt-get": {
    install: (names) =>
      `export DEBIAN_FRONTEND=noninteractive; apt-get update; apt-get install -y --no-install-recommends ${names.join(" ")}; rm -rf /var/lib/apt/lists/*`,
    git: ["git", "ca-certificates"],
  },
  apk: { install: (names) => `apk add --no-cache ${names.join(" ")}`, git: ["git"] },
  dnf: { install: (names) => `dnf install -y ${names.join(" ")}; dnf clean all`, git: ["git-core"] },
  microdnf: { install: (names) => `microdnf install -y ${names.join(" ")}; microdnf clean all`, git: ["git-core"] },
  yum: { install: (names) => `yum install -y ${names.join(" ")}; yum clean all`, git: ["git"] },
} as const satisfies Record<string, Packages>;

export type PackageProgram = keyof typeof all;

export const packagePrograms = Object.keys(all) as readonly PackageProgram[];

export function gitInstalled(by: PackageProgram): string {
  return all[by].install(all[by].git);
}

export function installed(by: PackageProgram, names: readonly string[]): string {
  return all[by].install(names);
}
