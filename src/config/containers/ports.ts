// `ports` in Compose's short and long forms → one entry for each port. Pure.
import type { Port } from "../../model/container.ts";

interface LongPort {
  readonly target: number | string;
  readonly published?: number | string;
  readonly host_ip?: string;
  readonly protocol?: string;
}

/** What was checked by `isPort`; each once, by target. */
export function portsOf(value: unknown): readonly Port[] {
  const ports = (value as readonly (string | number | LongPort)[]).flatMap((item) =>
    typeof item === "object" ? [longPort(item)] : (shortPorts(String(item)) ?? []),
  );
  const byText = new Map(ports.map((port) => [JSON.stringify(port), port]));
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, port]) => port);
}

/** Whether the short form says ports that there are. */
export function isPort(text: string): boolean {
  return shortPorts(text) !== undefined;
}

function longPort({ target, published, host_ip: hostIp, protocol = "tcp" }: LongPort): Port {
  const outside = published === undefined || published === "" ? {} : { published: String(published) };
  return { target: Number(target), ...outside, ...(hostIp !== undefined && { hostIp }), protocol };
}

const short = /^(?:(?:(\[[^\]]+\]|[^:]+):)?([0-9]+(?:-[0-9]+)?)?:)?([0-9]+(?:-[0-9]+)?)(?:\/(tcp|udp|sctp))?$/;

/** `[host address:][published:]target[/protocol]`, either a range; of a range of targets the published one is as long. */
function shortPorts(text: string): readonly Port[] | undefined {
  const [, address, outside, inside = "", protocol = "tcp"] = short.exec(text) ?? [];
  const targets = rangeOf(inside);
  const published = outside === undefined ? undefined : rangeOf(outside);
  if (!targets || (outside !== undefined && !published)) return undefined;
  const hostIp = address === undefined ? {} : { hostIp: address.replace(/^\[|\]$/g, "") };
  // One target, and a range of which the engine chooses.
  if (published && targets.length === 1 && published.length > 1) {
    return [{ target: targets[0] ?? 0, published: outside ?? "", ...hostIp, protocol }];
  }
  if (published && published.length !== targets.length) return undefined;
  return targets.map((target, index) => ({
    target,
    ...(published && { published: String(published[index]) }),
    ...hostIp,
    protocol,
  }));
}

function rangeOf(text: string): readonly number[] | undefined {
  const [first = 0, last = first] = text.split("-").map(Number);
  if (text === "" || first < 1 || last > 65_535 || last < first) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
