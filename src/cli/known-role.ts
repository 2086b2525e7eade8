// Which roles a person may name for something in their instances.
import { roleNamed } from "../model/crew.ts";
import type { ViewedProject } from "./opened.ts";
import { mustBeRoles } from "./said.ts";

/** A role of the file, or one that the file no longer has and whose instance is still there. */
export async function mustBeKnown({ crew, engine }: ViewedProject, role: string): Promise<void> {
  if (roleNamed(crew, role)) return;
  const { instances } = await engine.runtime.observe();
  if (!instances.has(role)) mustBeRoles(crew, [role]);
}
