// Reads an engine's address as the docker client takes it: DOCKER_HOST, or the host of a context.
// Source: docker/cli 28, opts/hosts.go (parseDockerDaemonHost) and cli/connhelper/ssh (newSpec).
import { CrewError } from "../../../errors.ts";
import type { Address } from "./address.ts";

const defaultSocket = "/var/run/docker.sock";
const plainPort = 2375;

/** `invalid` for what is no address, and for a named pipe. Without a scheme it is TCP. */
export function parseHost(text: string, from: string): Address {
  const refuse = (why: string): never => {
    throw new CrewError("invalid", `${from}: ${why}.`, {
      hint: "An engine is named by unix:///path, tcp://host:port or ssh://user@host",
    });
  };
  const [, scheme = "tcp", rest = ""] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case "unix":
      return { kind: "unix", socket: rest === "" ? defaultSocket : rest };
    case "tcp":
      return tcpAddress(rest, refuse);
    case "ssh":
      return sshAddress(rest, refuse);
    case "npipe":
      return refuse("crew reaches no engine through a named pipe");
    default:
      return refuse(`${scheme}:// is no address of an engine`);
  }
}

type Refuse = (why: string) => never;

/** The host is localhost and the port 2375 (also with TLS), where they are not named. */
function tcpAddress(rest: string, refuse: Refuse): Address {
  const url = parsed("tcp", /^(:|\/|$)/.test(rest) ? `localhost${rest}` : rest, refuse);
  if (url.username !== "" || url.password !== "") return refuse("tcp:// takes no user");
  const port = portOf(url, refuse) ?? plainPort;
  return { kind: "tcp", host: hostOf(url), port, path: url.pathname.replace(/\/+$/, "") };
}

function sshAddress(rest: string, refuse: Refuse): Address {
  const url = parsed("ssh", rest, refuse);
  if (url.hostname === "") return refuse("ssh:// names no host");
  if (url.password !== "") return refuse("ssh:// takes no password: use a key");
  const host = hostOf(url);
  const user = decodeURIComponent(url.username);
  // ssh would take them for options.
  if (host.startsWith("-") || user.startsWith("-")) return refuse("neither host nor user begins with a dash");
  const port = portOf(url, refuse);
  const socket = decodeURIComponent(url.pathname);
  return {
    kind: "ssh",
    host,
    ...(user !== "" && { user }),
    ...(port !== undefined && { port }),
    ...(/[^/]/.test(socket) && { socket }),
  };
}

function parsed(scheme: string, rest: string, refuse: Refuse): URL {
  const text = `${scheme}://${rest}`;
  if (!URL.canParse(text) || !isEncoded(text)) return refuse(`${scheme}://${withoutPassword(rest)} is no address`);
  const url = new URL(text);
  if (url.search !== "" || url.hash !== "") return refuse(`${scheme}:// takes neither ? nor #`);
  return url;
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}

function portOf({ port }: URL, refuse: Refuse): number | undefined {
  if (port === "0") return refuse("0 is no port");
  return port === "" ? undefined : Number(port);
}

/** Without an IPv6 address's brackets. */
function hostOf({ hostname }: URL): string {
  return decodeURIComponent(hostname).replace(/^\[(.*)\]$/, "$1");
}

function withoutPassword(rest: string): string {
  return rest.replace(/^[^@]*@/, "");
}
