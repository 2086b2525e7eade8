// What of a repository's projects is on an engine, byte for byte: who has volumes with work, and what else lies there. Looks, and
// removes what it is told to; whose refs are gone is for others to say.
import type Dockerode from "dockerode";
import { isNotFound, translated } from "./errors.ts";
import { label } from "./names.ts";

export interface EngineThing {
  readonly kind: "container" | "volume" | "network";
  readonly name: string;
  /** What the engine says it holds; a volume that it has not measured holds nothing. */
  readonly bytes: number;
}

export interface EngineProject {
  readonly project: string;
  /** Roles with a volume: work may be in it. */
  readonly roles: readonly string[];
  readonly things: readonly EngineThing[];
}

type Labelled = { readonly Labels?: Readonly<Record<string, string>> | null };

export async function engineProjects(engine: Dockerode, repositoryId: string): Promise<readonly EngineProject[]> {
  const isOurs = ({ Labels }: Labelled) => Labels?.[label.repository] === repositoryId;
  try {
    const [usage, containers, { Volumes }, networks] = await Promise.all([
      // Only the sizes of volumes are in it alone, and the engine refuses to measure twice at once.
      (engine.df() as Promise<Usage>).catch((): Usage => ({})),
      engine.listContainers({ all: true, size: true }) as Promise<readonly Sized[]>,
      engine.listVolumes(),
      engine.listNetworks(),
    ]);
    // It measures none that stands for a folder of another one, whose bytes are that one's.
    const sizes = new Map((usage.Volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size ?? 0]));
    const found = [
      ...containers
        .filter((each) => isOurs(each))
        .map((each) => ({
          labels: each.Labels,
          thing: { kind: "container", name: each.Names[0]?.slice(1) ?? "", bytes: each.SizeRw ?? 0 } as const,
        })),
      ...(Volumes ?? [])
        .filter((each) => isOurs(each))
        .map((each) => ({
          labels: each.Labels,
          thing: { kind: "volume", name: each.Name, bytes: Math.max(0, sizes.get(each.Name) ?? 0) } as const,
        })),
      ...networks
        .filter((each) => isOurs(each as Labelled))
        .map((each) => ({
          labels: each.Labels,
          thing: { kind: "network", name: each.Name, bytes: 0 } as const,
        })),
    ];
    const names = new Set(found.flatMap(({ labels }) => labels?.[label.project] ?? []));
    return [...names].sort().map((project) => {
      const own = found.filter(({ labels }) => labels?.[label.project] === project);
      const roles = own.flatMap(({ labels, thing }) =>
        thing.kind === "volume" && labels?.[label.kind] === "role" ? (labels[label.role] ?? []) : [],
      );
      return { project, roles: [...new Set(roles)].sort(), things: own.map(({ thing }) => thing).sort(byKindAndName) };
    });
  } catch (error) {
    throw translated(error, "what the engine holds");
  }
}

/** The engine lists in no order. */
function byKindAndName(a: EngineThing, b: EngineThing): number {
  return `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1;
}

type Sized = Labelled & { readonly Names: readonly string[]; readonly SizeRw?: number };

interface Usage {
  readonly Volumes?: readonly { readonly Name: string; readonly UsageData?: { readonly Size: number } }[] | null;
}

/** Containers come before what they use. */
export async function removeThings(engine: Dockerode, things: readonly EngineThing[]): Promise<void> {
  const order = ["container", "volume", "network"] as const;
  for (const { kind, name } of [...things].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))) {
    try {
      if (kind === "container") await engine.getContainer(name).remove({ force: true });
      else if (kind === "volume") await engine.getVolume(name).remove();
      else await engine.getNetwork(name).remove();
    } catch (error) {
      if (!isNotFound(error)) throw translated(error, `${kind} ${name}`);
    }
  }
}
