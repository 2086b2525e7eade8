// What of an instance is not as the file has it by now. Pure.

import type { ContainerSpec } from "./container.ts";
import type { Role } from "./crew.ts";
import { type Images, lacksImage } from "./images.ts";
import { changedFields, type FieldChange, type InstanceSpec, instanceSpec, specHashOf } from "./spec.ts";
import type { Instance } from "./world.ts";

/** An image that is gone from the engine is no change: the instance goes on with it. */
export function driftOf(
  { spec, specHash }: Pick<Instance, "spec" | "specHash">,
  role: Role,
  images: Images | undefined,
): readonly FieldChange[] {
  const wanted = lacksImage(role.container, images) ? withImageOf(spec, instanceSpec(role)) : instanceSpec(role);
  return specHash === specHashOf(wanted) ? [] : changedFields(spec, wanted);
}

/** Another content that was not built yet is a change all the same: its name says so. */
function withImageOf({ container: made }: InstanceSpec, wanted: InstanceSpec): InstanceSpec {
  if (made?.imageId === undefined || wanted.container === undefined) return wanted;
  const { container } = wanted;
  if (container.imageId === undefined) return { ...wanted, container: { ...container, ...ofMade(made) } };
  if (!container.layer || container.layer.image !== made.layer?.image) return wanted;
  return { ...wanted, container: { ...container, layer: made.layer } };
}

function ofMade({ imageId, layer }: ContainerSpec): Pick<ContainerSpec, "imageId" | "layer"> {
  return { ...(imageId !== undefined && { imageId }), ...(layer && { layer }) };
}
