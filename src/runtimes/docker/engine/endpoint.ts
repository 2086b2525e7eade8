// Finds the engine as the docker client does (docker/cli 28, cli/command/cli.go: resolveContextName), and where nothing
// names one also where rootless Docker, Docker Desktop and Podman listen. Reads files; asks no engine.
import { join } from "node:path";
import { CrewError } from "../../../errors.ts";
import type { Endpoint } from "./address.ts";
import { contextEndpoint, currentContext } from "./docker-context.ts";
import { parseHost } from "./docker-host.ts";
import type { Surroundings } from "./surroundings.ts";
import { type TlsFiles, tlsOf } from "./tls-files.ts";

/** `invalid` where what names an engine is wrong, `needs-you` where nothing names one and none is found. */
export function findEndpoint(around: Surroundings): Endpoint {
  const { DOCKER_HOST: host = "", DOCKER_CONTEXT: context = "" } = around.environment;
  const directory = configDirectory(around);
  if (host.trim() !== "") return fromEnvironment(host.trim(), "DOCKER_HOST", around);
  const name = context === "" ? currentContext(directory, around) : { name: context, from: "DOCKER_CONTEXT" };
  if (name && name.name !== "default") return contextEndpoint(name, directory, around) ?? firstSocket(around);
  if (wantsTls(around)) return fromEnvironment("tcp://localhost:2376", "DOCKER_TLS_VERIFY", around);
  return firstSocket(around);
}

function fromEnvironment(host: string, from: string, around: Surroundings): Endpoint {
  const address = parseHost(host, from);
  if (address.kind !== "tcp" || !wantsTls(around)) return { ...address, from };
  return { ...address, tls: tlsOf(certificates(around), around), from };
}

/** As the client: anything that is not empty means yes, also "0". */
function wantsTls({ environment: { DOCKER_TLS = "", DOCKER_TLS_VERIFY = "" } }: Surroundings): boolean {
  return DOCKER_TLS !== "" || DOCKER_TLS_VERIFY !== "";
}

function certificates(around: Surroundings): TlsFiles {
  const { DOCKER_CERT_PATH = "", DOCKER_TLS_VERIFY = "" } = around.environment;
  const folder = DOCKER_CERT_PATH === "" ? configDirectory(around) : DOCKER_CERT_PATH;
  return { folder, from: "DOCKER_CERT_PATH", verify: DOCKER_TLS_VERIFY !== "", needsCa: true };
}

function configDirectory({ environment: { DOCKER_CONFIG = "" }, home }: Surroundings): string {
  return DOCKER_CONFIG === "" ? join(home, ".docker") : DOCKER_CONFIG;
}

/** The client's default first; a symbolic link that leads nowhere, as Docker Desktop leaves one, is not there. */
function firstSocket(around: Surroundings): Endpoint {
  const { environment, home, uid } = around;
  const runtime = environment.XDG_RUNTIME_DIR || (uid === undefined ? undefined : `/run/user/${uid}`);
  const sockets = [
    "/var/run/docker.sock",
    ...(runtime === undefined ? [] : [join(runtime, "docker.sock")]),
    join(home, ".docker/run/docker.sock"),
    join(home, ".docker/desktop/docker.sock"),
    ...(runtime === undefined ? [] : [join(runtime, "podman/podman.sock")]),
    "/run/podman/podman.sock",
  ];
  const socket = sockets.find((each) => around.exists(each));
  if (socket !== undefined) return { kind: "unix", socket, from: "default" };
  throw new CrewError("needs-you", `No Docker engine was found: there is no ${sockets.join(", no ")}.`, {
    hint: "Start Docker, or set DOCKER_HOST, or put `runtime: process` into the crew file",
  });
}
