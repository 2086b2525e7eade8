// A bead with what a person changed of it; the same for every tracker. Pure.
import type { Bead } from "../model/bead.ts";
import type { BeadChange } from "../ports/tracker.ts";

/** Undefined where it is so already. */
export function changedBead(bead: Bead, change: BeadChange): Bead | undefined {
  const { addLabels = [], removeLabels = [], parent: newParent, ...texts } = change;
  const { parent: oldParent, ...rest } = bead;
  const parent = newParent === undefined ? oldParent : (newParent ?? undefined);
  const labels = [...new Set([...bead.labels, ...addLabels])].filter((label) => !removeLabels.includes(label));
  const changed: Bead = { ...rest, ...texts, labels, ...(parent !== undefined && { parent }) };
  const isSame =
    Object.entries(texts).every(([name, value]) => bead[name as keyof typeof texts] === value) &&
    labels.join("\0") === bead.labels.join("\0") &&
    parent === oldParent;
  return isSame ? undefined : changed;
}
