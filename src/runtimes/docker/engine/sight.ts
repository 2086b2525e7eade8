// Says in a few words which engine was found. One call beside the first asking; changes nothing.

import { translated } from "../errors.ts";
import { endpointName } from "./address.ts";
import { connect } from "./connect.ts";
import { findEndpoint } from "./endpoint.ts";
import type { Surroundings } from "./surroundings.ts";

/** `Docker 28.2.2 at unix:///var/run/docker.sock (default)`; a CrewError where none is found or reached. */
export async function engineSight(around: Surroundings, signal: AbortSignal): Promise<string> {
  const endpoint = findEndpoint(around);
  const docker = await connect(endpoint, { environment: around.environment, signal });
  const { Version, Components = [] } = await docker.version().catch((error: unknown) => {
    throw translated(error, `The version of ${endpointName(endpoint)}`);
  });
  // Podman speaks the same API, and names itself among its parts.
  const name = Components.some((each) => each.Name === "Podman Engine") ? "Podman" : "Docker";
  return `${name} ${Version} at ${endpointName(endpoint)} (${endpoint.from})`;
}
