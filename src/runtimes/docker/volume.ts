// A role's volume and its slot for mail. The clone in it is made by the instance itself when it starts first: nothing runs
// here. The role's volume is made last: where it is, the slot is.
import { randomBytes } from "node:crypto";
import { CrewError } from "../../errors.ts";
import type { NewVolume } from "../../ports/runtime.ts";
import { findContainer, listContainers, removeContainer } from "./containers.ts";
import { type DockerContext, inside } from "./context.ts";
import { ensureSlotVolume, slotEntries } from "./ground.ts";
import { ensureHub, hubPath, putIntoHub } from "./hub.ts";
import { label, labelsOf, roleName, secretsVolumeName, slotVolumeName } from "./names.ts";
import { shareCommits } from "./objects.ts";
import { runReader } from "./reader.ts";
import { workKept } from "./slots.ts";
import { tidy } from "./tidy.ts";
import { ensureVolume, findVolume, removeVolumeNamed } from "./volumes.ts";

export async function createVolume(context: DockerContext, volume: NewVolume): Promise<void> {
  const { names } = context;
  const { role } = volume;
  if (await findVolume(context, roleName(names, role))) return;
  await ensureHub(context);
  const slot = `${role}@${randomBytes(4).toString("hex")}`;
  await Promise.all([shareCommits(context, [volume.start]), makeSlot(context, volume, slot)]);
  await ensureVolume(
    context,
    roleName(names, role),
    labelsOf(names, "role", {
      [label.role]: role,
      [label.slot]: slot,
      [label.branch]: volume.branch,
      [label.start]: volume.start,
    }),
  );
}

async function makeSlot(context: DockerContext, volume: NewVolume, slot: string): Promise<void> {
  const { role } = volume;
  await putIntoHub(context, hubPath.mail, slotEntries(context, volume, slot));
  // Of one that was only begun: another slot.
  await removeVolumeNamed(context, slotVolumeName(context.names, role));
  await ensureSlotVolume(context, { role, slot });
}

export async function removeVolume(context: DockerContext, role: string): Promise<void> {
  const { names } = context;
  const name = roleName(names, role);
  if (await findContainer(context, name)) {
    throw new CrewError("failed", `${role} has an instance: its volume is not removed.`, { hint: "crew down" });
  }
  const slot = (await findVolume(context, name))?.Labels[label.slot];
  if (slot === undefined) return;
  await endLeftReaders(context, role);
  if (!(context.kept.get(slot) ?? (await workKept(context, slot)))) await mustHoldNoRepository(context, role);
  await removeVolumeNamed(context, secretsVolumeName(names, role));
  // What is left of it when this is broken off is nobody's slot any more, and goes with the next.
  await removeVolumeNamed(context, name);
  await removeVolumeNamed(context, slotVolumeName(names, role));
  await tidy(context);
}

/** Those of a crew that was killed: what they mount cannot be removed, and nobody waits for what they say. */
async function endLeftReaders(context: DockerContext, role: string): Promise<void> {
  for (const { Labels, Names } of await listContainers(context)) {
    const isLeft = Labels[label.kind] === "reader" && Labels[label.role] === role;
    if (isLeft) await removeContainer(context, Names[0]?.slice(1) ?? "");
  }
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
