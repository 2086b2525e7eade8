// crew volumes: the project's volumes, what each holds, and whose containers it is in. Changes nothing.
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { volumesText } from "../ui/projects.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { mustBeThere, mustHaveContainers, servicesThere } from "./known-role.ts";
import { openLastGood } from "./project/project.ts";

export interface VolumesFlags extends GlobalFlags {
  readonly format: string;
  readonly quiet?: boolean;
}

export async function volumes(invocation: Invocation, flags: VolumesFlags, names: readonly string[]): Promise<number> {
  const { crew, engine } = await openLastGood(invocation, flags);
  mustHaveContainers(crew, "volumes");
  if (names.length > 0) {
    const seen = await engine.runtime.observe();
    mustBeThere(crew, names, [...seen.instances.keys(), ...servicesThere(seen)]);
  }
  const all = (await engine.runtime.volumes?.()) ?? [];
  const rows = all.filter(
    ({ role = "", usedBy }) => names.length === 0 || [role, ...usedBy].some((each) => names.includes(each)),
  );
  const { data } = createOutput({ ...invocation, color: flags.color });
  if (flags.quiet) data.write(rows.map(({ name }) => `${name}\n`).join(""));
  else data.write(flags.format === "json" ? `${jsonText(rows, 2)}\n` : volumesText(rows, data.format()));
  await data.flush();
  return 0;
}
