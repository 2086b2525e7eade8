// A role's volume and its slot for mail. The clone in it is made by the instance itself when it starts first: nothing runs
// here. The role's volume is made last: where it is, the slot is.
import { randomBytes } from "node:crypto";
import { CrewError } from "../../../errors.ts";
import { type InstanceSpec, specHashOf } from "../../../model/spec.ts";
import type { NewVolume } from "../../../ports/runtime.ts";
import { findContainer, listContainers, removeContainer } from "../containers/containers.ts";
import { type DockerContext, inside } from "../context.ts";
import { hubPath, inHub } from "../hub.ts";
import { imageOf } from "../images/images.ts";
import { furniture } from "../instance/furniture.ts";

import { runReader } from "../instance/reader.ts";
import { removeSecrets } from "../instance/secrets.ts";
import { emptySlot, workKept } from "../mail/slots.ts";
import { type Labels, label, labelsOf, roleName, secretsVolumeName, slotVolumeName } from "../names.ts";
import { ensureNetworks } from "../networks/project-networks.ts";
import { tidy } from "../tidy.ts";
import { ensureSlotVolume, slotEntries } from "./ground.ts";
import type { Ground, Slot } from "./ground-data.ts";
import { shareCommits } from "./objects.ts";
import { ensureVolume, findVolume, removeVolumeNamed } from "./volumes.ts";

export async function createVolume(context: DockerContext, volume: NewVolume): Promise<void> {
  const { names } = context;
  const { role } = volume;
  if (await findVolume(context, roleName(names, role))) return;
  const slot = `${role}@${randomBytes(4).toString("hex")}`;
  const entries = inHub(hubPath.mail, slotEntries(context, volume, slot));
  const next = await furnitureOf(context, volume.next, slot);
  const [slotVolume] = await Promise.all([
    makeSlotVolume(context, { role, slot }),
    shareCommits(context, [volume.start], [...entries, ...(next?.entries ?? [])]),
    beginNetworks(context, volume.next),
  ]);
  const labels = labelsOf(names, "role", {
    [label.role]: role,
    [label.slot]: slot,
    [label.branch]: volume.branch,
    [label.start]: volume.start,
  });
  const made = await ensureVolume(context, roleName(names, role), labels);
  if (made.Labels[label.slot] !== slot) return;
  const furnished = next && { specHash: next.specHash, image: next.image };
  context.fresh.set(role, { ground: { role, slot, labels, slotVolume }, isNew: true, ...(furnished && { furnished }) });
}

/** What cannot be had is the making of the instance's to find, and to say. */
async function furnitureOf(context: DockerContext, spec: InstanceSpec | undefined, slot: string) {
  if (!spec?.container) return undefined;
  try {
    const image = await imageOf(context, spec.container);
    return { image, entries: furniture(context, spec, { slot, image }), specHash: specHashOf(spec) };
  } catch {
    return undefined;
  }
}

/** The engine takes its time over one. */
async function beginNetworks(context: DockerContext, spec: InstanceSpec | undefined): Promise<void> {
  if (spec?.container) await ensureNetworks(context, spec.container).catch(() => undefined);
}

async function makeSlotVolume(context: DockerContext, slot: Slot): Promise<Ground["slotVolume"]> {
  // Of one that was only begun: another slot.
  await removeVolumeNamed(context, slotVolumeName(context.names, slot.role));
  return await ensureSlotVolume(context, slot);
}

export async function removeVolume(context: DockerContext, role: string): Promise<void> {
  const name = roleName(context.names, role);
  const { containers, volumes } = context.listed.last ?? {};
  // One that came since keeps the engine from removing what is mounted in it.
  if (containers?.has(name) !== false && (await findContainer(context, name))) {
    throw new CrewError("failed", `${role} has an instance: its volume is not removed.`, { hint: "crew down" });
  }
  const slot = volumes?.get(name)?.slot ?? (await findVolume(context, name))?.Labels[label.slot];
  if (slot === undefined) return;
  context.fresh.delete(role);
  // With the last instance a network goes, over which an engine takes its time. What has to be looked into needs what is shared.
  await Promise.all([context.kept.has(slot) && tidy(context), removeOwn(context, { role, slot })]);
  if (!(await tidy(context))) await emptySlot(context, slot);
}

async function removeOwn(context: DockerContext, { role, slot }: Slot): Promise<void> {
  const { names, listed } = context;
  await endLeftReaders(context, role);
  if (!(context.kept.get(slot) ?? (await workKept(context, slot)))) await mustHoldNoRepository(context, role);
  const secrets = secretsVolumeName(names, { kind: "role", role });
  if (listed.last?.volumes.has(secrets) !== false) await removeSecrets(context, { kind: "role", role });
  // What is left of it when this is broken off is nobody's slot any more, and goes with the last role.
  await removeVolumeNamed(context, roleName(names, role));
  await removeVolumeNamed(context, slotVolumeName(names, role));
}

/** Those of a crew that was killed: what they mount cannot be removed, and nobody waits for what they say. */
async function endLeftReaders(context: DockerContext, role: string): Promise<void> {
  const labels = { [label.kind]: "reader", [label.role]: role };
  const listed = context.listed.last?.containers.values();
  const left = listed
    ? [...listed].filter(({ Labels }) => hasAll(Labels, labels))
    : await listContainers(context, labels);
  for (const { Id } of left) await removeContainer(context, Id);
}

function hasAll(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** A rescue keeps no repository inside the work tree: git would note its commit and leave the objects behind. */
async function mustHoldNoRepository(context: DockerContext, role: string): Promise<void> {
  const script = `[ ! -d "$1/work" ] || find "$1/work" -mindepth 2 -name .git -prune -print | head -n 1`;
  const run = await runReader(context, { role, script, args: [inside.home] });
  if (run && run.exitCode !== 0) {
    throw new CrewError("failed", `The volume of ${role} cannot be looked through: ${run.complaint}`, {
      hint: "Type the same command again",
    });
  }
  const nested = run?.output.trim().replace(/\/\.git$/, "") ?? "";
  if (nested === "") return;
  throw new CrewError("needs-you", `${role} holds a repository of its own, which no rescue keeps: ${nested}`, {
    at: `volume ${roleName(context.names, role)}`,
    hint: "Copy what you need out of it and remove it, then type the same command again",
  });
}
