// crew port: where a port of a role or service can be reached from outside. Changes nothing.
import { CrewError } from "../errors.ts";
import type { PublishedPort } from "../ports/use.ts";
import { createOutput } from "../ui/output.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { kindNamed, mustHaveContainers } from "./known-role.ts";
import { openLastGood } from "./project/project.ts";

export interface PortFlags extends GlobalFlags {
  readonly protocol: string;
}

export async function port(invocation: Invocation, flags: PortFlags, name: string, target: number): Promise<number> {
  const project = await openLastGood(invocation, flags);
  mustHaveContainers(project.crew, "ports");
  const kind = await kindNamed(project, name);
  const all = (await project.engine.runtime.published?.([name]))?.get(name);
  if (!all) {
    const isThere = kind === "role" && (await project.engine.runtime.observe()).instances.has(name);
    const hint = isThere ? `crew start ${name}` : "crew up";
    throw new CrewError("failed", `${name} does not run: none of its ports is published`, { hint });
  }
  const found = all.find((each) => each.target === target && each.protocol === flags.protocol);
  if (!found) throw notPublished(`${target}/${flags.protocol}`, { name, kind, all });
  const { data } = createOutput({ ...invocation, color: flags.color });
  data.write(`${found.address.includes(":") ? `[${found.address}]` : found.address}:${found.published}\n`);
  await data.flush();
  return 0;
}

interface Publishing {
  readonly name: string;
  readonly kind: "role" | "service";
  readonly all: readonly PublishedPort[];
}

function notPublished(wanted: string, { name, kind, all }: Publishing): CrewError {
  const known = [...new Set(all.map(({ target, protocol }) => `${target}/${protocol}`))].join(", ");
  const number = wanted.split("/")[0];
  const hint = known === "" ? `ports: ["${number}"] in the ${kind} publishes it` : `It publishes ${known}`;
  return new CrewError("failed", `${name} does not publish ${wanted}`, { hint });
}
