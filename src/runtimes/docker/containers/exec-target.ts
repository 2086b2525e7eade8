// What a person names, a role or a service (`backend/db`, `db`), as the container that it is, and what a command in it begins with.
import { posix } from "node:path";
import type { ContainerInspectInfo } from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { ExecRequest } from "../../../ports/runtime.ts";
import { type DockerContext, inside } from "../context.ts";
import { environmentFiles, specIn, supervisorVariables } from "../instance/instance-files.ts";
import { readSlots, textOf } from "../mail/slots.ts";
import { isServiceName, label, roleName, serviceName } from "../names.ts";
import { findVolume } from "../volumes/volumes.ts";
import { findContainer } from "./containers.ts";

/** `backend/db`: a copy of a service; `db`: one that everybody shares, where there is no role of that name. */
export async function containerNamed(context: DockerContext, name: string): Promise<string> {
  const own = roleName(context.names, name);
  const [first = "", second] = name.split("/");
  const owner = second === undefined ? ({ kind: "project" } as const) : ({ kind: "role", role: first } as const);
  const service = serviceName(context.names, owner, second ?? first);
  if (second !== undefined) return service;
  if (await findVolume(context, own)) return own;
  return (await findContainer(context, service)) ? service : own;
}

export interface ExecTarget {
  readonly container: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Absent: where its image has it. */
  readonly directory?: string;
}

/** Throws unless it runs. */
export async function targetOf(context: DockerContext, name: string, { directory }: ExecRequest): Promise<ExecTarget> {
  const container = await containerNamed(context, name);
  const found = await findContainer(context, container);
  const isService = isServiceName(container);
  const [role, service] = name.split("/");
  const release = isService && service === undefined ? "crew up" : `crew unpause ${role}`;
  if (!found) throw new CrewError("failed", `${name} has no instance.`, { hint: "crew up" });
  if (found.State.Paused) throw new CrewError("failed", `${name} is paused.`, { hint: release });
  if (!found.State.Running) {
    throw new CrewError("failed", `${name} is not running.`, { hint: isService ? "crew up" : `crew start ${role}` });
  }
  if (!isService) {
    const environment = await stepVariables(context, { role: name, found });
    return { container, environment, directory: posix.resolve(inside.home, "work", directory ?? ".") };
  }
  const from = found.Config.WorkingDir || "/";
  return { container, environment: {}, ...(directory !== undefined && { directory: posix.resolve(from, directory) }) };
}

interface Found {
  readonly role: string;
  readonly found: ContainerInspectInfo;
}

/** From what crew wrote when it made the instance; the agent may have spoiled it since. */
async function stepVariables(
  context: DockerContext,
  { role, found }: Found,
): Promise<Readonly<Record<string, string>>> {
  const { Labels, Env, Cmd } = found.Config;
  const slot = Labels[label.slot] ?? "";
  const json = textOf((await readSlots(context, [slot])).get(slot)?.get(environmentFiles.json), 262_144);
  const own = specIn(Labels[label.spec] ?? "", Labels[label.specHash] ?? "", json)?.environment;
  if (!own) {
    throw new CrewError("failed", `The environment of ${role} is not as crew wrote it.`, { hint: "crew up" });
  }
  const scripts = posix.dirname(Cmd?.[0] ?? "");
  const { CREW_INSTANCE, CREW_STREAM, ...crews } = supervisorVariables({ role, marker: "", scripts });
  const ofImage = (Env as readonly string[] | null)?.find((each) => each.startsWith("PATH="))?.slice("PATH=".length);
  const path = own.PATH ?? ofImage ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return { TERM: "dumb", ...own, HOME: `${inside.home}/home`, ...crews, PATH: `${scripts}:${path}` };
}
