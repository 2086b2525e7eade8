// Opens the way to a Docker engine. Loads the library only now: no command that needs no engine waits for it.
import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import type Dockerode from "dockerode";
import type { Endpoint } from "./endpoint.ts";

/** The library reads DOCKER_HOST and its like by itself: every option is given, so that only the endpoint counts. */
export async function connect(endpoint: Endpoint): Promise<Dockerode> {
  const { default: Docker } = await import("dockerode");
  return new Docker({ ...nothing, ...optionsFor(endpoint) } as Dockerode.DockerOptions);
}

/** What docker-modem 5 takes; the published types lack `agent`. */
interface Options {
  readonly protocol: "http" | "https";
  readonly agent: Agent;
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number;
  readonly version?: string;
}

const nothing = {
  host: undefined,
  port: undefined,
  socketPath: undefined,
  pathPrefix: undefined,
  version: undefined,
  username: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
  sshOptions: undefined,
};

function optionsFor(endpoint: Endpoint): Options {
  switch (endpoint.kind) {
    case "unix":
      return { protocol: "http", socketPath: endpoint.socket, agent: new Agent({ keepAlive: true }) };
    case "tcp": {
      const { host, port, path, tls } = endpoint;
      const agent = tls
        ? new TlsAgent({ keepAlive: true, ca: tls.ca, cert: tls.cert, key: tls.key, rejectUnauthorized: tls.verify })
        : new Agent({ keepAlive: true });
      // docker-modem's `version` is what stands before every path; its `pathPrefix` is lost on the way.
      return { protocol: tls ? "https" : "http", host, port, version: path.slice(1), agent };
    }
    case "ssh":
      throw new Error("not yet");
  }
}
