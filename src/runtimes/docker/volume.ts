// A role's volume and its slot for mail. The clone in it is made by the instance itself when it starts first: nothing runs
// here. The role's volume is made last: where it is, the slot is.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { CrewError } from "../../errors.ts";
import type { NewVolume } from "../../ports/runtime.ts";
import type { NewEntry } from "./archive.ts";
import { findContainer } from "./containers.ts";
import { type DockerContext, inside } from "./context.ts";
import { ensureHub, hubPath, putIntoHub } from "./hub.ts";
import { label, labelsOf, roleName, slotVolumeName } from "./names.ts";
import { shareCommits } from "./objects.ts";
import { runReader } from "./reader.ts";
import { isWorkKept, slotsFolder } from "./slots.ts";
import { tidy } from "./tidy.ts";
import { ensureVolume, findVolume, removeVolumeNamed } from "./volumes.ts";

export async function createVolume(context: DockerContext, volume: NewVolume): Promise<void> {
  const { names } = context;
  const { role } = volume;
  if (await findVolume(context, roleName(names, role))) return;
  await ensureHub(context);
  await shareCommits(context, [volume.start]);
  const slot = `${role}@${randomBytes(4).toString("hex")}`;
  await putIntoHub(context, hubPath.mail, slotEntries(context, volume, slot));
  // Of one that was only begun: another slot.
  await removeVolumeNamed(context, slotVolumeName(names, role));
  await ensureSlotVolume(context, { role, slot });
  await ensureVolume(
    context,
    roleName(names, role),
    labelsOf(names, "role", { [label.role]: role, [label.slot]: slot }),
  );
}

/** The volume that mounts just this slot into the instance. */
export async function ensureSlotVolume(
  context: DockerContext,
  { role, slot }: { readonly role: string; readonly slot: string },
): Promise<void> {
  const { names } = context;
  const { Mountpoint } = await ensureVolume(context, names.mail, labelsOf(names, "mail"));
  const labels = labelsOf(names, "mail", { [label.role]: role, [label.slot]: slot });
  await ensureVolume(context, slotVolumeName(names, role), labels, `${Mountpoint}/${slotsFolder}/${slot}`);
}

/** The instance is nobody that is known yet: whoever it runs as may write in its own slot, which nobody else sees. */
const anybody = 0o777;

function slotEntries({ source }: DockerContext, { branch, start }: NewVolume, slot: string): readonly NewEntry[] {
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

export async function removeVolume(context: DockerContext, role: string): Promise<void> {
  const { names } = context;
  const name = roleName(names, role);
  if (await findContainer(context, name)) {
    throw new CrewError("failed", `${role} has an instance: its volume is not removed.`, { hint: "crew down" });
  }
  const slot = (await findVolume(context, name))?.Labels[label.slot];
  if (slot === undefined) return;
  if (!(await isWorkKept(context, slot))) await mustHoldNoRepository(context, role);
  await removeVolumeNamed(context, slotVolumeName(names, role));
  await removeVolumeNamed(context, name);
  await tidy(context);
}

/** A rescue keeps no repository inside the work tree: git would note its commit and leave the objects behind. */
async function mustHoldNoRepository(context: DockerContext, role: string): Promise<void> {
  const script = `[ ! -d "$1/work" ] || find "$1/work" -mindepth 2 -name .git -prune -print | head -n 1`;
  const run = await runReader(context, { role, script, args: [inside.home] });
  const nested = run?.output.trim().replace(/\/\.git$/, "") ?? "";
  if (nested === "") return;
  throw new CrewError("needs-you", `${role} holds a repository of its own, which no rescue keeps: ${nested}`, {
    at: `volume ${roleName(context.names, role)}`,
    hint: "Copy what you need out of it and remove it, then type the same command again",
  });
}
