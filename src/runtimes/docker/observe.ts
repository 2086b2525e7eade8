// What is there of a project on the engine: one call for its containers, one for its volumes, one for images, one for all
// mailboxes unless these are left, and one for each gate that has ended. Changes nothing; whatever an agent made of its slot comes out as a value.
import type { ContainerInfo } from "dockerode";
import { builtName } from "../../model/built-name.ts";
import type { WantedImages } from "../../model/images.ts";
import type { GateRun, Instance, MailStatus, RuntimeState } from "../../model/world.ts";
import type { Look } from "../../ports/look.ts";
import { findContainer } from "./containers/containers.ts";
import { type DockerContext, inside } from "./context.ts";
import { type EarlyLists, takeLists } from "./early-lists.ts";
import { observeGate } from "./gates/gates.ts";
import { ensureHub } from "./hub.ts";
import { imageLooks } from "./images/image-looks.ts";
import { presentImages } from "./images/images.ts";
import { layersIn } from "./images/layers.ts";
import { setupsIn } from "./images/setups.ts";
import { environmentFiles, specIn } from "./instance/instance-files.ts";
import { mailOfRoles, takeEarly } from "./mail/early-mail.ts";
import { type Entries, keptIn, mailOf, textOf } from "./mail/slots.ts";
import { label } from "./names.ts";
import { servicesById } from "./services/states.ts";

/** A look during which the hub goes is taken again: to it, all mail is gone. */
const tries = 5;

export async function observe(
  context: DockerContext,
  wanted: WantedImages = { images: [] },
  { leavesMail }: Look = { leavesMail: false },
): Promise<RuntimeState> {
  for (let n = 1; ; n += 1) {
    const seen = await look(context, { wanted, leavesMail });
    if (n === tries || !(await wasHubLost(context, seen))) return await stateOf(context, seen);
  }
}

type Seen = Awaited<ReturnType<typeof look>>;

async function look(context: DockerContext, { wanted, leavesMail }: Look & { readonly wanted: WantedImages }) {
  context.fresh.clear();
  delete context.listed.last;
  const early = takeEarly(context);
  const lists = takeLists(context);
  const [containers, volumes, images] = await Promise.all([
    lists.containers(),
    lists.volumes(),
    wantedPresent(context, wanted, lists),
  ]);
  context.listed.last = {
    containers: new Map(containers.map((each) => [each.Names[0]?.slice(1) ?? "", each])),
    volumes: new Map(volumes.map((each) => [each.name, each])),
  };
  const of = (kind: string) => containers.filter(({ Labels }) => Labels[label.kind] === kind);
  const [roles, hub] = [of("role"), of("hub")[0]?.Id];
  // A person may have removed it: nobody's mail would be known.
  if (roles.length > 0 && hub === undefined) await ensureHub(context);
  const slots = leavesMail ? undefined : await mailOfRoles(context, roles, early);
  const setups = { containers: of("setup"), images: images?.all ?? [] };
  const [gates, services] = [of("gate"), of("service")];
  return { roles, hub, gates, services, setups, volumes, images: images?.known, slots };
}

/** Undefined: none is wanted. */
async function wantedPresent(
  context: DockerContext,
  { images: names, builds = {}, looks = [], programs = [] }: WantedImages,
  lists: EarlyLists,
) {
  const seen = await Promise.all(
    Object.entries(builds).map(async ([placeholder, build]) => {
      const content = await context.contents.of(build);
      const { repositoryId } = context.names;
      return content === undefined ? [] : [[placeholder, builtName(build, { repositoryId, content })] as const];
    }),
  );
  const builtNames = new Map(seen.flat());
  const wanted = [...names, ...builtNames.values()];
  if (wanted.length === 0 && Object.keys(builds).length === 0) return undefined;
  const all = await lists.images();
  const images = new Map([...presentImages(all, wanted), ...layersIn(context.names, all)]);
  const ids = looks.flatMap((name) => images.get(builtNames.get(name) ?? name) ?? []);
  const found = await imageLooks(context, [...new Set(ids)], programs);
  return {
    all,
    known: { images, ...(builtNames.size > 0 && { builtNames }), ...(found.size > 0 && { looks: found }) },
  };
}

/** Asked of the engine only where a mailbox is empty, as none ever is whose agent left it alone. */
async function wasHubLost(context: DockerContext, { hub, slots }: Seen): Promise<boolean> {
  const isDoubtful = hub !== undefined && [...(slots?.values() ?? [])].some(({ size }) => size === 0);
  return isDoubtful && (await findContainer(context, context.names.hub))?.Id !== hub;
}

async function stateOf(context: DockerContext, seen: Seen): Promise<RuntimeState> {
  const { roles, gates, services, volumes, images, slots } = seen;
  const [runs, setups, beside] = await Promise.all([
    Promise.all(gates.map(async (container): Promise<GateRun> => await observeGate(context, container))),
    setupsIn(context, seen.setups),
    servicesById(context, services),
  ]);
  const instances = roles.map((container) => instanceOf(container, slots?.get(container.Labels[label.slot] ?? "")));
  noteAwake(context, instances);
  noteKept(context, roles, slots);
  return {
    ...(!slots && { isMailLeft: true }),
    instances: new Map(instances.map((instance) => [instance.role, instance])),
    volumes: new Set(volumes.flatMap(({ kind, role }) => (kind === "role" && role !== undefined ? [role] : []))),
    ...images,
    ...((images || setups.runs.size > 0) && { setups }),
    ...(services.length > 0 && { services: beside }),
    gates: new Map(runs.map((run) => [run.key, run])),
  };
}

/** As the engine says it: `Exited (127) 3 seconds ago`. Whoever was killed may well begin the next time. */
function stillbornIn({ State, Status }: ContainerInfo, entries: Entries | undefined): string | undefined {
  const exitCode = Number(/^Exited \((\d+)\)/.exec(Status)?.[1] ?? 0);
  if (State !== "exited" || exitCode === 0 || exitCode > 128 || !entries || entries.has("status")) return undefined;
  return `its supervisor ended with ${exitCode} before it began`;
}

function instanceOf(container: ContainerInfo, entries: Entries | undefined): Instance {
  const { Labels, State } = container;
  const role = Labels[label.role] ?? "";
  const environment = textOf(entries?.get(environmentFiles.json), 262_144);
  const mail = mailOf(entries);
  const stillborn = stillbornIn(container, entries);
  const isPaused = State === "paused";
  return {
    role,
    spec: specIn(role, Labels[label.spec], environment),
    specHash: Labels[label.specHash] ?? "",
    running: State === "running" || isPaused,
    ...(isPaused && { paused: true }),
    ...(mail !== "unreadable" && mail.status.beganMs !== undefined && { startedAtMs: mail.status.beganMs }),
    ...(stillborn !== undefined && { stillborn }),
    ...(mail !== "unreadable" && isFull(mail.status) && { isEngineFull: true }),
    mail,
  };
}

/** As the supervisor says it of its folder, which is a volume. */
function isFull({ phase, detail }: MailStatus): boolean {
  return phase === "broken" && detail === `no space is left on the disk of ${inside.home}`;
}

/** A signal that comes before the supervisor is ready for it would end it. What it said before it was started last tells nothing. */
function noteAwake({ awake }: DockerContext, instances: readonly Instance[]): void {
  awake.clear();
  for (const { role, running, paused, mail } of instances) {
    const isReady = mail !== "unreadable" && !["starting", "stopping", "stopped"].includes(mail.status.phase);
    if (running && paused !== true && isReady) awake.add(role);
  }
}

/** Told anew by each look; what is removed after it takes nothing from what it saw. */
function noteKept({ kept }: DockerContext, roles: readonly ContainerInfo[], slots: Seen["slots"]): void {
  kept.clear();
  for (const { Labels, State } of roles) {
    const slot = Labels[label.slot] ?? "";
    const seen = State === "exited" ? keptIn(slots?.get(slot)) : undefined;
    if (seen) kept.set(slot, seen);
  }
}
