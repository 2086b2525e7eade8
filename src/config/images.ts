// A container is made of an image: whoever is to run in one names it. Pure.
import type { Canonical } from "./canonical.ts";
import type { Finding } from "./problem.ts";
import { keySpanOf, type Mapping } from "./tree.ts";

/** Roles and gates without an image of their own, or one that is built. */
export function withoutImage(tree: Mapping, canonical: Canonical): readonly Finding[] {
  if (canonical.runtime === "process") return [];
  const isBuilt = (keys: object) => ["image", "build", "devcontainer"].some((key) => key in keys);
  const roles = Object.entries(canonical.roles).flatMap(([name, role]) =>
    isBuilt(role)
      ? []
      : [{ at: keySpanOf(tree, ["roles", name]), message: `role ${name} has no image to run in: ${wayOut}` }],
  );
  const gates = Object.entries(canonical.gates).filter(([, gate]) => !isBuilt(gate));
  const [first] = gates;
  if (!first) return roles;
  const message = `gate ${first[0]} has no image to run in: ${wayOut}`;
  return [...roles, { at: keySpanOf(tree, ["gates"]), message }];
}

const wayOut = "write image: … into defaults, or choose runtime: process";
