// crew images: what the instances of roles are made from. Changes nothing.
import type { ContainerSpec } from "../model/container.ts";
import { madeOf } from "../model/images.ts";
import { jsonText } from "../ui/clean.ts";
import { createOutput } from "../ui/output.ts";
import { type ImageRow, imagesText } from "../ui/projects.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { mustHaveContainers } from "./known-role.ts";
import { openLastGood } from "./project/project.ts";
import { mustBeRoles } from "./said.ts";

export interface ImagesFlags extends GlobalFlags {
  readonly format: string;
  readonly quiet?: boolean;
}

export async function images(invocation: Invocation, flags: ImagesFlags, roles: readonly string[]): Promise<number> {
  const { crew, engine } = await openLastGood(invocation, flags);
  mustBeRoles(crew, roles);
  mustHaveContainers(crew, "images");
  const { instances } = await engine.runtime.observe();
  const rows = [...instances.values()].flatMap(({ role, spec: { container } }): readonly ImageRow[] =>
    container && (roles.length === 0 || roles.includes(role))
      ? [{ role, image: container.image, id: madeOf(container) ?? "", ...added(container) }]
      : [],
  );
  rows.sort((a, b) => (a.role < b.role ? -1 : 1));
  const { data } = createOutput({ ...invocation, color: flags.color });
  if (flags.quiet) data.write([...new Set(rows.map(({ id }) => id))].map((id) => `${id}\n`).join(""));
  else data.write(flags.format === "json" ? `${jsonText(rows, 2)}\n` : imagesText(rows, data.format()));
  await data.flush();
  return 0;
}

function added({ layer }: ContainerSpec): Pick<ImageRow, "added"> {
  return layer ? { added: layer.adds } : {};
}
