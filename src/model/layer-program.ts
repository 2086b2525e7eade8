// How an agent's program that is npm's comes into an image that has no Node: installed in another image, and taken from there with the
// Node that it runs on, where it runs on one. Pure.
import type { Program } from "./program.ts";

export type Libc = "glibc" | "musl";

/** What starts programs of that kind, on each processor. */
export const loaders: Readonly<Record<Libc, readonly string[]>> = {
  glibc: ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"],
  musl: ["/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"],
};

/** The oldest Debian whose Node that is: what is built for it runs on all that are newer. */
export const nodeImages: Readonly<Record<Libc, string>> = { glibc: "node:24-bookworm-slim", musl: "node:24-alpine" };

/** One that crew knows a package of. */
export type InstalledProgram = Required<Program>;

export const programFolder = "/usr/local/lib/crew-agent";

/**
 * `repositoryId`: for labels of what is left of it, which the engine keeps for the next time. Where Node and packages come from
 * are arguments: they change nothing in what comes out.
 */
export function programStage(
  { name, package: npm }: InstalledProgram,
  libc: Libc,
  repositoryId: string,
): readonly string[] {
  const manifest = JSON.stringify({ private: true, allowScripts: { [npm.name]: true } });
  const script = [
    `mkdir -p ${programFolder}; cd ${programFolder}`,
    `printf '%s\\n' '${manifest}' > package.json`,
    `npm install --no-save --no-audit --no-fund --loglevel=error ${npm.name}@${npm.version}`,
    `program=$(readlink -f node_modules/.bin/${name})`,
    // Most are programs of the processor's own by now.
    `if [ "$(head -c 2 "$program")" = '#!' ]; then cp "$(command -v node)" node; ${nodeStart}; else ln -s "$program" start; fi`,
    "chmod -R a+rX .",
  ].join("; ");
  return [
    `ARG NODE_IMAGE=${nodeImages[libc]}`,
    "FROM $NODE_IMAGE AS agent",
    "ARG NPM_CONFIG_REGISTRY",
    "USER root",
    `RUN ${JSON.stringify(["/bin/sh", "-ec", script])}`,
    `LABEL dev.crew.kind=build dev.crew.repository=${repositoryId}`,
  ];
}

const nodeStart = `printf '#!/bin/sh\\nexec ${programFolder}/node "%s" "$@"\\n' "$program" > start; chmod a+x start`;

export interface Place {
  /** Folder on PATH. */
  readonly bin: string;
  /** Shell text that comes first. */
  readonly before: readonly string[];
}

export function programSteps({ name }: Program, place: Place): readonly string[] {
  const script = placed(name, `${programFolder}/start`, place).join("; ");
  return [`COPY --from=agent ${programFolder} ${programFolder}`, `RUN ${JSON.stringify(["/bin/sh", "-ec", script])}`];
}

/** Tried once where it is to run: whatever it lacks there fails the build. */
export function placed(name: string, start: string, { bin, before }: Place): readonly string[] {
  const home = "/tmp/crew-agent-home";
  return [
    ...before,
    `mkdir -p ${bin}; ln -sf ${start} ${bin}/${name}`,
    `mkdir ${home}; HOME=${home} ${bin}/${name} --version < /dev/null; rm -rf ${home}`,
  ];
}
