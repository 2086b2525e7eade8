// Services: containers beside an instance or a gate run, in a network of their owner's where each is reached by its name.
// One that everybody shares joins the network of each owner that has it, so that owners do not meet there.
import { canonicalJson } from "../../../model/content.ts";
import type { Mount } from "../../../model/mount.ts";
import { type ServiceOwner, type ServiceSpec, serviceHash } from "../../../model/services.ts";
import { serviceFields } from "../../../model/services-drift.ts";
import {
  createContainer,
  findContainer,
  pauseContainer,
  removeContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from "../containers/containers.ts";
import { described, portBindings } from "../containers/described.ts";
import { hardenedService } from "../containers/hardening.ts";
import type { DockerContext } from "../context.ts";
import { isNetworkGone } from "../errors.ts";
import { imageOf } from "../images/images.ts";
import { fillSecrets, removeSecrets, secretMounts, secretsFolder } from "../instance/secrets.ts";
import { type Labels, label, labelsOf, serviceName, serviceNetworkName } from "../names.ts";
import { ownerLabels } from "../networks/owner-labels.ts";
import { ensureOwnerNetwork, joinOwners, leaveGateNetwork } from "../networks/owner-networks.ts";
import { tidy } from "../tidy.ts";
import { declaredMounts, ensureProjectVolumes, hostBinds, removeVolumesOf } from "../volumes/project-volumes.ts";

export async function createService(context: DockerContext, owner: ServiceOwner, spec: ServiceSpec): Promise<void> {
  const { names, clock } = context;
  const name = serviceName(names, owner, spec.name);
  const { secrets = [] } = spec;
  const whose = { kind: "service", owner, service: spec.name } as const;
  const container = { ...spec.container, volumes: ownVolumes(spec, name) };
  const labels = { ...ownerLabels(owner), [label.service]: spec.name };
  const image = await imageOf(context, container);
  await Promise.all([ensureOwnerNetwork(context, owner), ensureVolumes(context, container.volumes, { name, labels })]);
  const network = serviceNetworkName(names, owner);
  if (secrets.length > 0) {
    // Those of one that is there are what it was made with.
    if (await findContainer(context, name)) return;
    await fillSecrets(context, whose, secrets);
  }
  const own = described(container);
  const { environment, command, entrypoint, hostname } = spec;
  await createContainer(context, {
    ...own,
    name,
    Image: image.id,
    ...(container.user !== undefined && { User: container.user }),
    ...(container.workingDir !== undefined && { WorkingDir: container.workingDir }),
    ...(entrypoint && { Entrypoint: [...entrypoint] }),
    ...(command && { Cmd: [...command] }),
    ...(hostname !== undefined && { Hostname: hostname }),
    Env: Object.entries(environment).map(([variable, value]) => `${variable}=${value}`),
    Labels: {
      ...own.Labels,
      ...labelsOf(names, "service", {
        ...labels,
        [label.specHash]: serviceHash(spec),
        [label.spec]: canonicalJson(serviceFields(spec)),
        ...(secrets.length > 0 && { [label.secrets]: canonicalJson(secrets) }),
        [label.made]: `${clock.nowMs()}`,
      }),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [spec.name] } } },
    HostConfig: {
      ...hardenedService(spec, network),
      ...portBindings(container),
      Binds: [...hostBinds(container)],
      Mounts: [...secretMounts(names, whose, secrets), ...declaredMounts(names, container)],
    },
  });
}

interface Copy {
  readonly name: string;
  readonly labels: Labels;
}

/** Only those that are a copy's own bear its labels, and go with it. */
async function ensureVolumes(context: DockerContext, mounts: readonly Mount[], { name, labels }: Copy): Promise<void> {
  const isOwn = (mount: Mount) => mount.kind === "volume" && mount.volume.name?.startsWith(`${name}.`) === true;
  await ensureProjectVolumes(context, { volumes: mounts.filter(isOwn) }, labels);
  await ensureProjectVolumes(context, { volumes: mounts.filter((mount) => !isOwn(mount)) });
}

/** Data of one copy are no other's: a volume that has no name of its own is named after the container. */
function ownVolumes({ shared, container: { volumes = [] } }: ServiceSpec, name: string): readonly Mount[] {
  return volumes.map((mount) => {
    if (shared || mount.kind !== "volume" || mount.volume.external || mount.volume.name !== undefined) return mount;
    return { ...mount, volume: { ...mount.volume, name: `${name}.${mount.volume.key}` } };
  });
}

export async function startService(context: DockerContext, owner: ServiceOwner, service: string): Promise<void> {
  const name = serviceName(context.names, owner, service);
  await ensureOwnerNetwork(context, owner);
  if (owner.kind === "project") await joinOwners(context, service);
  try {
    await startContainer(context, name);
  } catch (error) {
    // Its network was made anew, which to it is another one: the next look finds none, and it is made anew.
    if (isNetworkGone(error)) return await removeContainer(context, name);
    // A frozen one. It is not asked about before: frozen in the middle of a health check it keeps whoever asks for as long as
    // that check may take (engine 20.10: 30 s), which is all the time that a question has.
    if (!(await unpauseContainer(context, name))) throw error;
  }
}

/** How often it is looked whether what begins in one has begun, and how long between two looks. */
const beginning = { looks: 50, betweenMs: 20 };

/** Not while a health check of it begins: frozen in that, it cannot be let go on for as long as the check may take (engine 20.10). */
export async function pauseService(context: DockerContext, owner: ServiceOwner, service: string): Promise<void> {
  const name = serviceName(context.names, owner, service);
  for (let n = 1; n < beginning.looks && (await beginsSomething(context, name)); n += 1)
    await context.clock.sleep(beginning.betweenMs, new AbortController().signal);
  await pauseContainer(context, name);
}

async function beginsSomething(context: DockerContext, name: string): Promise<boolean> {
  const engine = await context.engine();
  const { ExecIDs } = (await findContainer(context, name)) ?? {};
  const pids = (ExecIDs ?? []).map(async (id) => (await engine.getExec(id).inspect()).Pid);
  const seen = await Promise.allSettled(pids);
  return seen.some((each) => each.status === "fulfilled" && each.value === 0);
}

export async function removeService(context: DockerContext, owner: ServiceOwner, service: string): Promise<void> {
  const name = serviceName(context.names, owner, service);
  await stopContainer(context, name);
  const found = await findContainer(context, name);
  await removeContainer(context, name);
  const hasSecrets = found?.Mounts.some(({ Destination }) => Destination === secretsFolder) === true;
  if (hasSecrets) await removeSecrets(context, { kind: "service", owner, service });
  if (owner.kind === "gate") {
    await removeVolumesOf(context, { [label.key]: owner.key, [label.service]: service });
    await leaveGateNetwork(context, owner.key);
  }
  await tidy(context);
}
