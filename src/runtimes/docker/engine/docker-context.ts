// Reads the docker client's contexts from disk. Source: docker/cli 28, cli/context/store: a context lies under the SHA-256
// of its name, `meta/<id>/meta.json` and `tls/<id>/docker/*.pem`.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { CrewError } from "../../../errors.ts";
import type { Endpoint } from "./address.ts";
import { parseHost } from "./docker-host.ts";
import type { Surroundings } from "./surroundings.ts";
import { readPlain, tlsOf } from "./tls-files.ts";

export interface ContextName {
  readonly name: string;
  /** Who names it: `DOCKER_CONTEXT`, or the path of a file. */
  readonly from: string;
}

/** The context that the client's settings name; undefined where they name none. */
export function currentContext(directory: string, around: Surroundings): ContextName | undefined {
  const path = join(directory, "config.json");
  const name = field(readJson(path, around), "currentContext");
  if (name === undefined || name === "") return undefined;
  if (typeof name !== "string") throw broken(path, "currentContext is no text");
  return { name, from: path };
}

/** Undefined where the context leaves the host to the client's default. */
export function contextEndpoint(
  { name, from }: ContextName,
  directory: string,
  around: Surroundings,
): Endpoint | undefined {
  const id = createHash("sha256").update(name).digest("hex");
  const path = join(directory, "contexts/meta", id, "meta.json");
  const meta = readJson(path, around);
  if (meta === undefined) {
    const hint = `docker context ls shows which there are; docker context use default takes none`;
    throw new CrewError("invalid", `There is no docker context ${name}, which ${from} names.`, { hint, at: path });
  }
  const docker = field(field(meta, "Endpoints"), "docker");
  if (docker === undefined) throw broken(path, `the context ${name} has no engine`);
  const host = field(docker, "Host") ?? "";
  if (typeof host !== "string") throw broken(path, "Endpoints.docker.Host is no text");
  if (host.trim() === "") return undefined;
  const as = `context ${name}`;
  const address = parseHost(host.trim(), as);
  if (address.kind !== "tcp") return { ...address, from: as };
  const verify = field(docker, "SkipTLSVerify") !== true;
  const folder = join(directory, "contexts/tls", id, "docker");
  const tls = tlsOf({ folder, from: as, verify, needsCa: false }, around);
  // As the client: a context with neither files nor SkipTLSVerify is plain HTTP.
  const isPlain = verify && tls.ca === undefined && tls.cert === undefined;
  return isPlain ? { ...address, from: as } : { ...address, tls, from: as };
}

function readJson(path: string, around: Surroundings): unknown {
  const text = readPlain(path, around);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken(path, "this is no JSON", cause);
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function broken(path: string, why: string, cause?: unknown): CrewError {
  return new CrewError("invalid", `${path}: ${why}.`, { at: path, hint: "Mend it, or set DOCKER_HOST", cause });
}
