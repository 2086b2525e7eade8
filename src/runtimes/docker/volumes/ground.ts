// What every container of a role stands on: its slot, crew's scripts, the shared objects. Put back where a person removed it;
// where all is there, this only asks. Knows no container.
import { readFileSync } from "node:fs";
import type { NewVolume } from "../../../ports/runtime.ts";
import type { NewEntry } from "../archive.ts";
import { type DockerContext, inside } from "../context.ts";
import { hubPath, inHub, isInHub, putIntoVolumes } from "../hub.ts";
import { slotsFolder } from "../mail/slots.ts";
import { type Labels, label, labelsOf, roleName, slotVolumeName } from "../names.ts";
import type { Ground, Slot } from "./ground-data.ts";
import { ensureShared } from "./objects.ts";
import { boundTo, ensureVolume, findVolume } from "./volumes.ts";

/** Undefined where the role has no volume. */
export async function ensureGround(context: DockerContext, role: string): Promise<Ground | undefined> {
  const fresh = context.fresh.get(role);
  if (fresh) return fresh.ground;
  const labels = (await findVolume(context, roleName(context.names, role)))?.Labels;
  const slot = labels?.[label.slot];
  if (labels === undefined || slot === undefined) return undefined;
  await Promise.all([ensureShared(context, labels[label.start]), ensureSlotFolder(context, labels)]);
  return { role, slot, labels, slotVolume: await ensureSlotVolume(context, { role, slot }) };
}

/** The volume that mounts just this slot into the instance. */
export async function ensureSlotVolume(context: DockerContext, { role, slot }: Slot): Promise<Ground["slotVolume"]> {
  const { names } = context;
  const { Mountpoint } = await ensureVolume(context, names.mail, labelsOf(names, "mail"));
  const labels = labelsOf(names, "mail", { [label.role]: role, [label.slot]: slot });
  const options = boundTo(`${Mountpoint}/${slotsFolder}/${slot}`);
  await ensureVolume(context, slotVolumeName(names, role), labels, options);
  return { labels, options };
}

/** The instance is nobody that is known yet: whoever it runs as may write in its own slot, which nobody else sees. */
const anybody = 0o777;

/** An empty mailbox, and what the clone is made from where there is none yet. */
export function slotEntries(
  { source }: DockerContext,
  { branch, start }: Pick<NewVolume, "branch" | "start">,
  slot: string,
): readonly NewEntry[] {
  const at = `${slotsFolder}/${slot}`;
  const folders = ["", "/inbox", "/inbox/new", "/inbox/cur", "/inbox/msg", "/outbox"];
  const made = { format: `${source.objectFormat}\n`, alternates: `${inside.objects}\n`, branch, commit: start };
  const shallow = source.shallowFile === undefined ? {} : { shallow: readFileSync(source.shallowFile, "utf8") };
  return [
    { name: `${slotsFolder}/` },
    ...folders.map((folder) => ({ name: `${at}${folder}/`, mode: anybody })),
    { name: `${at}/source/` },
    ...Object.entries({ ...made, ...shallow }).map(([name, content]) => ({ name: `${at}/source/${name}`, content })),
  ];
}

/** What was in it is delivered again, and done again. */
async function ensureSlotFolder(context: DockerContext, labels: Labels): Promise<void> {
  const { [label.slot]: slot = "", [label.branch]: branch = "", [label.start]: start = "" } = labels;
  if (await isInHub(context, `${hubPath.mail}/${slotsFolder}/${slot}`)) return;
  const lost = { name: `${slotsFolder}/${slot}/lost`, content: "" };
  await putIntoVolumes(context, inHub(hubPath.mail, [...slotEntries(context, { branch, start }, slot), lost]));
}
