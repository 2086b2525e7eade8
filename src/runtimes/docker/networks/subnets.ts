// Addresses for owners' networks where an engine has many networks: of those that choose none, each takes one of about 30 ranges
// that an engine has by default. From then on a project's networks share one such range, in small parts.
import type Dockerode from "dockerode";
import type { NetworkCreateOptions, NetworkInspectInfo } from "dockerode";
import type { DockerContext } from "../context.ts";
import { isForbidden, isNotFound } from "../errors.ts";
import { isOwn, label } from "../names.ts";

/** Up to so many there is no need to be sparing. */
const many = 16;
/** Of each part: 61 containers. */
const prefix = 26;
/** Others may be as quick, each time. */
const tries = 20;

export async function createNetwork(context: DockerContext, options: NetworkCreateOptions): Promise<void> {
  const engine = await context.engine();
  let all = await engine.listNetworks();
  if (all.length < many) return void (await engine.createNetwork(options));
  for (let n = 1; ; n += 1) {
    const part = partOf(context, all) ?? partIn(await freeRange(engine, options), all);
    if (part === undefined) return void (await engine.createNetwork(options));
    try {
      const Labels = { ...options.Labels, [label.range]: part.range };
      await engine.createNetwork({ ...options, Labels, IPAM: { Config: [{ Subnet: part.subnet }] } });
      return;
    } catch (error) {
      // It overlaps with what somebody made since.
      if (!isForbidden(error) || n === tries) throw error;
      all = await engine.listNetworks();
    }
  }
}

interface Part {
  readonly range: string;
  readonly subnet: string;
}

/** In a range that the project has already. */
function partOf({ names }: DockerContext, all: readonly NetworkInspectInfo[]): Part | undefined {
  const own = all.filter(({ Labels }) => isOwn(names, Labels)).flatMap(({ Labels }) => Labels?.[label.range] ?? []);
  for (const range of new Set(own)) {
    const part = partIn(range, all);
    if (part) return part;
  }
  return undefined;
}

function partIn(range: string | undefined, all: readonly NetworkInspectInfo[]): Part | undefined {
  const whole = blockIn(range ?? "");
  if (range === undefined || whole === undefined) return undefined;
  const taken = all.flatMap(({ IPAM }) => IPAM?.Config ?? []).flatMap(({ Subnet }) => blockIn(Subnet ?? "") ?? []);
  const size = 2 ** (32 - prefix);
  for (let from = whole.from; from + size <= whole.to; from += size) {
    if (taken.every((block) => block.to <= from || from + size <= block.from))
      return { range, subnet: `${addressOf(from)}/${prefix}` };
  }
  return undefined;
}

/** One that the engine gives to a network is nobody else's on its machine: asked of a network that goes at once. */
async function freeRange(engine: Dockerode, options: NetworkCreateOptions): Promise<string | undefined> {
  const Name = `${options.Name}.range`;
  // Of a crew that was killed in between.
  for (const left of await engine.listNetworks({ filters: { name: [Name] } }))
    if (left.Name === Name) await engine.getNetwork(left.Id).remove();
  const { id } = await engine.createNetwork({ ...options, Name });
  const network = engine.getNetwork(id);
  try {
    const { IPAM } = (await network.inspect()) as NetworkInspectInfo;
    return IPAM?.Config?.map(({ Subnet }) => Subnet).find((subnet) => blockIn(subnet ?? "") !== undefined);
  } finally {
    await network.remove().catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

interface Block {
  readonly from: number;
  /** The first address after it. */
  readonly to: number;
}

/** Undefined for whatever is no range of IPv4. */
export function blockIn(subnet: string): Block | undefined {
  const found = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(subnet);
  if (!found) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, length = 0] = found.slice(1).map(Number);
  const size = 2 ** (32 - length);
  const from = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return { from, to: from + size };
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
