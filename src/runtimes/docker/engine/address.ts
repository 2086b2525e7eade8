// Where a Docker engine answers. Knows nothing of how it is found or talked to.

export type Endpoint = Address & {
  /** What named it: `DOCKER_HOST`, `context work`, `/home/me/.docker/run/docker.sock`. */
  readonly from: string;
};

export type Address =
  | { readonly kind: "unix"; readonly socket: string }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      /** In front of every path that is asked for; empty or beginning with a slash. */
      readonly path: string;
      /** Absent: plain HTTP. */
      readonly tls?: Tls;
    }
  | {
      readonly kind: "ssh";
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** The engine's socket on that host, where it is not its `docker` program's default. */
      readonly socket?: string;
    };

/** PEM texts. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False: whoever answers is believed (SkipTLSVerify). */
  readonly verify: boolean;
}

/** As DOCKER_HOST would name it; nothing in it is secret. */
export function endpointName(endpoint: Address): string {
  switch (endpoint.kind) {
    case "unix":
      return `unix://${endpoint.socket}`;
    case "tcp":
      return `tcp://${bracketed(endpoint.host)}:${endpoint.port}${endpoint.path}`;
    case "ssh": {
      const { user, host, port, socket = "" } = endpoint;
      return `ssh://${user === undefined ? "" : `${user}@`}${bracketed(host)}${port === undefined ? "" : `:${port}`}${socket}`;
    }
  }
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
