// A role's container: made, and stopped with its work kept. The volume, and all work in it, outlives it.
import type { ContainerInspectInfo } from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { ContainerSpec } from "../../../model/container.ts";
import { canonicalJson } from "../../../model/content.ts";
import { type InstanceSpec, specHashOf } from "../../../model/spec.ts";
import type { StopOptions } from "../../../ports/ending.ts";
import { archiveOf } from "../archive.ts";
import {
  createContainer,
  findContainer,
  killContainer,
  pauseContainer,
  removeContainer,
  stopContainer,
  unpauseContainer,
} from "../containers/containers.ts";
import { described, portBindings } from "../containers/described.ts";
import { hardened } from "../containers/hardening.ts";
import { type DockerContext, inside } from "../context.ts";
import { isNotFound, translated } from "../errors.ts";
import { hubPath, inHub, putIntoVolumes } from "../hub.ts";
import { imageOf, mustBeUsable, mustHold } from "../images/images.ts";
import { setupImage } from "../images/setup-images.ts";
import { forgetKept, mailOf, readSlots, workKept } from "../mail/slots.ts";
import { label, labelsOf, roleName } from "../names.ts";
import { sharedLabel } from "../networks/owner-networks.ts";
import { ensureNetworks, firstEndpoint, mustHaveExternalNetworks, networkNames } from "../networks/project-networks.ts";
import { ensureGround, ensureSlotVolume } from "../volumes/ground.ts";
import { roleMounts } from "../volumes/mounts.ts";
import { scriptPath } from "../volumes/objects.ts";
import {
  declaredMounts,
  ensureProjectVolumes,
  hostBinds,
  mustHaveExternalVolumes,
} from "../volumes/project-volumes.ts";
import { findVolume } from "../volumes/volumes.ts";
import { furniture } from "./furniture.ts";
import { environmentFiles, specIn, specLabel } from "./instance-files.ts";
import { readerRecord } from "./reader.ts";
import { rescue } from "./rescue.ts";
import { fillSecrets, secretMounts } from "./secrets.ts";

export async function createInstance(context: DockerContext, spec: InstanceSpec, warm?: string): Promise<void> {
  const { names, assets } = context;
  const { role, secrets = [] } = spec;
  const name = roleName(names, role);
  const container = mustHaveContainer(spec);
  const [{ image, ground }] = await Promise.all([
    furnish(context, spec, container),
    ensureNetworks(context, container),
    ensureProjectVolumes(context, container),
  ]);
  const [network = names.network] = networkNames(names, container);
  if (secrets.length > 0) {
    // Those of one that is there are what it was made with.
    if (await findContainer(context, name)) return;
    await fillSecrets(context, { kind: "role", role }, secrets);
  }
  const labels = {
    [label.role]: role,
    [label.slot]: ground.slot,
    [label.spec]: specLabel(spec),
    ...sharedLabel(spec.services),
  };
  const own = described(container);
  const kept = await setupImage(context, warm);
  const isNew = await createContainer(context, {
    ...own,
    ...firstEndpoint(names, role, container),
    name,
    Image: kept ?? image.id,
    User: image.user,
    WorkingDir: container.workingDir ?? inside.home,
    Entrypoint: ["/bin/sh", "-c", `. ${inside.mail}/${environmentFiles.shell} && exec /bin/sh "$0" "$1"`],
    Cmd: [scriptPath(assets, "supervisor.sh"), inside.home],
    Labels: {
      ...own.Labels,
      ...labelsOf(names, "role", { ...labels, [label.specHash]: specHashOf(spec), [label.hashVersion]: "1" }),
    },
    HostConfig: {
      ...hardened(container, network),
      ...portBindings(container),
      Binds: [...hostBinds(container)],
      Mounts: [
        ...roleMounts(names, ground),
        ...secretMounts(names, { kind: "role", role }, secrets),
        ...declaredMounts(names, container),
      ],
    },
  });
  if (!isNew) return;
  await mustHold(context, { image: container.image, id: image.id, name }).catch(async (error: unknown) => {
    await removeContainer(context, name);
    throw error;
  });
}

async function furnish(context: DockerContext, spec: InstanceSpec, container: ContainerSpec) {
  const { role } = spec;
  const fresh = context.fresh.get(role);
  if (fresh?.furnished?.specHash === specHashOf(spec)) return { image: fresh.furnished.image, ground: fresh.ground };
  const [image, ground] = await Promise.all([imageOf(context, container), ensureGround(context, role)]);
  if (!ground) throw new CrewError("failed", `${role} has no volume for its instance.`, { hint: "crew up" });
  await putIntoVolumes(context, furniture(context, spec, { slot: ground.slot, image }));
  return { image, ground };
}

/** Its image, and what is somebody else's: asked before the one that it replaces is ended. */
async function mustTake(context: DockerContext, spec: InstanceSpec, found?: ContainerInspectInfo): Promise<void> {
  const container = mustHaveContainer(spec);
  // What runs has shown that the engine takes it.
  if (!found?.State.Running || !isSame(container, found)) await mustBeUsable(context, container);
  await mustHaveExternalVolumes(context, container);
  await mustHaveExternalNetworks(context, container);
}

function isSame(container: ContainerSpec, { Config }: ContainerInspectInfo): boolean {
  const made = specIn("", Config.Labels[label.spec]).container;
  return made !== undefined && canonicalJson(made) === canonicalJson(container);
}

function mustHaveContainer({ role, container }: InstanceSpec) {
  if (container) return container;
  throw new CrewError("invalid", `${role} has no image to run in.`, {
    hint: "write image: … into the role, or into defaults",
  });
}

async function slotOf(context: DockerContext, role: string): Promise<string | undefined> {
  const name = roleName(context.names, role);
  return context.listed.last?.volumes.get(name)?.slot ?? (await findVolume(context, name))?.Labels[label.slot];
}

/** The supervisor ends its agent and makes the rescue; what it cannot do in time is done from here. */
export async function stopInstance(
  context: DockerContext,
  { role, graceMs, next, leavesRescue }: StopOptions & { readonly role: string },
): Promise<void> {
  const name = roleName(context.names, role);
  const found = await findContainer(context, name);
  if (next) await mustTake(context, next, found);
  // What a person's command writes to its end may come after the supervisor's own rescue.
  const hasGuests = ((found as { readonly ExecIDs?: readonly string[] | null } | undefined)?.ExecIDs ?? []).length > 0;
  await stopContainer(context, name, graceMs);
  const slot = await slotOf(context, role);
  if (slot === undefined) return;
  if (hasGuests) await forgetKept(context, slot);
  if (leavesRescue) return;
  const kept = await workKept(context, slot);
  if (kept) {
    context.kept.set(slot, kept);
    if (next && found?.State.Running) await noteUsed(context, role, found);
    return;
  }
  context.kept.delete(slot);
  const mail = mailOf((await readSlots(context, [slot])).get(slot));
  // In an image in which nothing ever began no rescue would either.
  const isBegun = mail === "unreadable" || mail.status.phase !== "starting";
  if (next && !isBegun) {
    const record = readerRecord(role, await imageOf(context, mustHaveContainer(next)));
    await putIntoVolumes(context, inHub(hubPath.mail, record));
  }
  await rescue(context, role);
}

/** Its supervisor ended in peace: it had sh and git, its slot and the objects. What replaces it finds them there. */
async function noteUsed(context: DockerContext, role: string, { Config, Image }: ContainerInspectInfo): Promise<void> {
  context.proven.add(Image);
  const labels = (await findVolume(context, roleName(context.names, role)))?.Labels;
  const slot = labels?.[label.slot];
  const hasScripts = Config.Cmd.includes(scriptPath(context.assets, "supervisor.sh"));
  if (!hasScripts || labels === undefined || slot === undefined || slot !== Config.Labels[label.slot]) return;
  const slotVolume = await ensureSlotVolume(context, { role, slot });
  context.fresh.set(role, { ground: { role, slot, labels, slotVolume }, isNew: false });
}

export async function killInstance(
  context: DockerContext,
  { role, signal }: { readonly role: string; readonly signal: NodeJS.Signals },
): Promise<void> {
  const name = roleName(context.names, role);
  if (!(await killContainer(context, name, signal)) || signal !== "SIGKILL") return;
  // An end that a person wanted does not count towards quarantine: supervisor.sh counts those that leave its own mark.
  const entry = { name: "alive", content: "killed\n", mode: 0o666 };
  try {
    const container = (await context.engine()).getContainer(name);
    await container.putArchive(archiveOf([entry]), { path: `${inside.home}/state` });
  } catch (error) {
    // Killed before it had made the folder, it left no mark either.
    if (!isNotFound(error)) throw translated(error, `container ${name}`);
  }
}

export async function pauseInstance(context: DockerContext, role: string): Promise<void> {
  await pauseContainer(context, roleName(context.names, role));
}

export async function resumeInstance(context: DockerContext, role: string): Promise<void> {
  await unpauseContainer(context, roleName(context.names, role));
}
