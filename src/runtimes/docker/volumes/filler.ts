// Writes into a volume that no container of crew's runs with yet: through a container of nothing at all that never starts and is
// gone afterwards.
import { randomBytes } from "node:crypto";
import { archiveOf, type NewEntry } from "../archive.ts";
import { createContainer, listContainers, removeContainer } from "../containers/containers.ts";
import type { DockerContext } from "../context.ts";
import { translated } from "../errors.ts";
import { ensureHub, hubImageName } from "../hub.ts";
import { type Labels, label, labelsOf } from "../names.ts";
import { volumeMount } from "./volumes.ts";

const target = "volume";

export interface Filling {
  readonly volume: string;
  /** Its own. */
  readonly labels: Labels;
  /** Below the volume's root; an empty name is that root. */
  readonly entries: readonly NewEntry[];
}

/** Of a crew that was killed: what they mount cannot be removed. */
export async function endFillers(context: DockerContext, volume: string): Promise<void> {
  const left = await listContainers(context, { [label.kind]: "reader" });
  const names = left.map(({ Names }) => Names[0]?.slice(1) ?? "");
  for (const name of names.filter((each) => each.startsWith(`${volume}.filler-`))) await removeContainer(context, name);
}

export async function fillVolume(context: DockerContext, { volume, labels, entries }: Filling): Promise<void> {
  await ensureHub(context);
  const name = `${volume}.filler-${randomBytes(4).toString("hex")}`;
  await createContainer(context, {
    name,
    Image: hubImageName,
    Cmd: ["never-run"],
    Labels: { ...labelsOf(context.names, "reader") },
    HostConfig: { NetworkMode: "none", Mounts: [volumeMount({ name: volume, at: `/${target}`, labels })] },
  });
  try {
    const placed = entries.map((entry) => ({ ...entry, name: `${target}/${entry.name}` }));
    await (await context.engine()).getContainer(name).putArchive(archiveOf(placed), { path: "/" });
  } catch (error) {
    throw translated(error, `volume ${volume}`);
  } finally {
    await removeContainer(context, name);
  }
}
