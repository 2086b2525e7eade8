// A role's or a gate's container keys → what its container is made of. Pure.
import type { ContainerSpec } from "../model/container.ts";
import { sizeBytes } from "./sizes.ts";

/** A role that the file gives no limits: enough for a compiler, and not for the machine's last page. */
const defaults = { cpus: 2, memoryBytes: 4 * 1024 ** 3, pids: 512 } as const;

/** Keys as they were written, checked by the schema. Undefined: without an image there is no container. */
export function containerOf(keys: Readonly<Record<string, unknown>>): ContainerSpec | undefined {
  const { image, user, cpus, mem_limit: memory, pids_limit: pids, read_only: readOnly } = keys;
  if (typeof image !== "string") return undefined;
  return {
    image,
    ...(typeof user === "string" && { user }),
    cpus: cpus === undefined ? defaults.cpus : Number(cpus),
    memoryBytes: memory === undefined ? defaults.memoryBytes : sizeBytes(String(memory)),
    pids: pids === undefined ? defaults.pids : Number(pids),
    readOnly: readOnly === true,
  };
}
