// Opens the way to a Docker engine. Loads the library only now: no command that needs no engine waits for it.
import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { inspect } from "node:util";
import type Dockerode from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { Clock } from "../../../ports/clock.ts";
import { type Endpoint, endpointName } from "./address.ts";
import { inTime } from "./in-time.ts";
import { throughSsh } from "./ssh.ts";
import { unreachable } from "./unreachable.ts";

/** What is spoken to: all that reaches an engine goes through one. */
export type Engine = Dockerode;

export interface ConnectOptions {
  /** For the host's `ssh`: its PATH, HOME and SSH_AUTH_SOCK. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborted when the command is to end: the first asking at once, all others soon. */
  readonly signal?: AbortSignal;
  /** Absent: nothing else limits the time of an asking. */
  readonly clock?: Clock;
}

export interface Way {
  /** Not asked yet. */
  readonly engine: Engine;
  /** One call: the engine is asked whether it is there. `needs-you` where it cannot be reached. */
  readonly reach: () => Promise<Engine>;
}

/** No version of the engine's API is chosen: each takes paths without one for its newest. */
export async function wayTo(
  endpoint: Endpoint,
  { environment, signal = new AbortController().signal, clock }: ConnectOptions,
): Promise<Way> {
  const { default: Docker } = await import("dockerode");
  const name = `${endpointName(endpoint)} (${endpoint.from})`;
  const engine = new Docker({ ...nothing, ...optionsFor(endpoint, environment) } as Dockerode.DockerOptions);
  if (clock) inTime(engine, { clock, signal, engine: name });
  const ping = engine.ping.bind(engine) as (options: { abortSignal: AbortSignal }) => Promise<unknown>;
  const reach = async () => {
    try {
      await ping({ abortSignal: signal });
      return engine;
    } catch (error) {
      throw error instanceof CrewError ? error : unreachable(error, name);
    }
  };
  return { engine, reach };
}

/** `needs-you` where the engine cannot be reached. */
export async function connect(endpoint: Endpoint, options: ConnectOptions): Promise<Engine> {
  return await (await wayTo(endpoint, options)).reach();
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

/** The library reads DOCKER_HOST and its like by itself: every option is given, so that only the endpoint counts. */
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

function optionsFor(endpoint: Endpoint, environment: ConnectOptions["environment"]): Options {
  switch (endpoint.kind) {
    case "unix":
      return { protocol: "http", socketPath: endpoint.socket, agent: untold(new Agent(unnamed)) };
    case "tcp": {
      const { host, port, path, tls } = endpoint;
      const agent = tls
        ? new TlsAgent({ keepAlive: true, ca: tls.ca, cert: tls.cert, key: tls.key, rejectUnauthorized: tls.verify })
        : new Agent(unnamed);
      // docker-modem's `version` is what stands before every path; its `pathPrefix` is lost on the way.
      return { protocol: tls ? "https" : "http", host, port, version: path.slice(1), agent: untold(agent) };
    }
    case "ssh":
      // The name is never looked up: ssh finds the way.
      return { protocol: "http", host: "docker.example.com", port: 80, agent: throughSsh(endpoint, environment) };
  }
}

/** Node works out a name for TLS before each call, also where there is none: finding that out takes it milliseconds. */
const unnamed = { keepAlive: true, servername: "" };

/** docker-modem writes out all that it is given before each call, for a log that nobody reads: sockets and all. */
function untold(agent: Agent): Agent {
  return Object.assign(agent, { [inspect.custom]: () => "agent" });
}
