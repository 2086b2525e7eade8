// What of this machine no container may be given: the repository, the sockets on which engines answer, and what crew keeps of its
// own code. Reads; decides nothing.
import { realpathSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Known } from "../../config/load.ts";
import { findEndpoint } from "../../runtimes/docker/engine/endpoint.ts";
import { surroundings } from "../../runtimes/docker/engine/surroundings.ts";
import { compiledFolder } from "../compiled.ts";
import type { Invocation } from "../invocation.ts";
import type { Place } from "./adapters.ts";

export function hostOf({ topLevel, commonDir }: Place, { environment }: Invocation): NonNullable<Known["host"]> {
  const { uid, homedir } = userInfo();
  const usual = ["/var/run/docker.sock", "/run/podman/podman.sock", `${homedir}/.docker/run/docker.sock`];
  const rootless = [`/run/user/${uid}/docker.sock`, `/run/user/${uid}/podman/podman.sock`];
  return {
    repository: [topLevel, commonDir],
    sockets: [...usual, ...rootless, ...socketOf(environment, homedir)],
    code: [compiledFolder(environment)].filter((each) => each !== undefined),
    real,
  };
}

/** Of the engine that is used; without one nothing will be started. */
function socketOf(environment: Invocation["environment"], home: string): readonly string[] {
  const given = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  try {
    const endpoint = findEndpoint(surroundings(Object.fromEntries(given), home));
    return endpoint.kind === "unix" ? [endpoint.socket] : [];
  } catch {
    return [];
  }
}

/** Of what is not there, as far as there is something. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(real(above), basename(path));
  }
}
