// How services are, as the list of containers has it; asked about one by one only where that says too little. Changes nothing.
import type { ContainerInfo } from "dockerode";
import { type ServiceState, serviceId } from "../../../model/services.ts";
import { findContainer } from "../containers/containers.ts";
import type { DockerContext } from "../context.ts";
import { label } from "../names.ts";
import { ownerIn } from "../networks/owner-labels.ts";

export async function servicesById(
  context: DockerContext,
  containers: readonly ContainerInfo[],
): Promise<ReadonlyMap<string, ServiceState>> {
  const states = await Promise.all(containers.map((container) => stateOfService(context, container)));
  return new Map(states.map((state) => [serviceId(state.owner, state.name), state]));
}

async function stateOfService(
  context: DockerContext,
  { Id, Labels, State, Status }: ContainerInfo,
): Promise<ServiceState> {
  const health = await healthOf(context, { Id, State, Status });
  const listed = State === "exited" || State === "dead" ? /^Exited \((\d+)\)/.exec(Status)?.[1] : undefined;
  // The list says when it was made, not when it began; and it may have been started since.
  const ended = listed === undefined ? undefined : (await findContainer(context, Id))?.State;
  const isAgain = ended?.Running === true;
  const exitCode = ended?.ExitCode ?? listed;
  return {
    owner: ownerIn(Labels),
    name: Labels[label.service] ?? "",
    specHash: Labels[label.specHash] ?? "",
    ...fieldsIn(Labels[label.spec]),
    ...secretsIn(Labels[label.secrets]),
    running: ["running", "paused", "restarting"].includes(State) || isAgain,
    ...(State === "paused" && { paused: true }),
    ...(exitCode !== undefined && !isAgain && { exitCode: Number(exitCode) }),
    // It ends again and again, or began just now: nobody has anything of it yet.
    ...((State === "restarting" || isAgain) && { health: "starting" as const }),
    ...(health !== undefined && { health }),
    createdAtMs: Number(Labels[label.made] ?? 0),
    ...(ended && !isAgain && { startedAtMs: Date.parse(ended.StartedAt) }),
  };
}

/** As often as an engine lets a check fail where nobody says how often. */
const usualRetries = 3;

/** Of one that was frozen, or is being stopped, the engine says that it is unhealthy, whatever its checks said: nobody knows. */
async function healthOf(
  context: DockerContext,
  { Id, State, Status }: Pick<ContainerInfo, "Id" | "State" | "Status">,
): Promise<ServiceState["health"]> {
  const said = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(Status)?.[1] as ServiceState["health"];
  if (said !== "unhealthy" || State !== "running") return said;
  const found = await findContainer(context, Id);
  const failed = found?.State.Health?.FailingStreak ?? 0;
  return failed < (found?.Config.Healthcheck?.Retries || usualRetries) ? "starting" : said;
}

/** Made by a crew that wrote none down, it has none. */
function fieldsIn(text: string | undefined): Pick<ServiceState, "fields"> {
  const fields = parsed<NonNullable<ServiceState["fields"]>>(text);
  return fields ? { fields } : {};
}

function secretsIn(text: string | undefined): Pick<ServiceState, "secrets"> {
  const secrets = parsed<NonNullable<ServiceState["secrets"]>>(text);
  return secrets ? { secrets } : {};
}

function parsed<T>(text = "null"): T | undefined {
  try {
    return (JSON.parse(text) as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}
