// What of an instance is not as the file has it by now. Pure.
import type { Role } from "./crew.ts";
import { type Images, lacksImage } from "./images.ts";
import { changedFields, type FieldChange, type InstanceSpec, instanceSpec } from "./spec.ts";

/** An image that is gone from the engine is no change: the instance goes on with it. */
export function driftOf(spec: InstanceSpec, role: Role, images: Images | undefined): readonly FieldChange[] {
  const wanted = instanceSpec(role);
  if (!spec.container || !lacksImage(role.container, images)) return changedFields(spec, wanted);
  const { imageId: _gone, ...container } = spec.container;
  return changedFields({ ...spec, container }, wanted);
}
