// Which beads `crew bead list` shows: the filters that people know from `bd list`. Pure.
import type { Bead } from "../../model/bead.ts";

/** All that are given must hold. */
export interface BeadWish {
  /** One or more, separated by commas. */
  readonly status?: string;
  readonly type?: string;
  readonly label?: readonly string[];
  /** The bead that it is directly part of. */
  readonly parent?: string;
  readonly assignee?: string;
}

export function isWished(bead: Bead, { status, type, label = [], parent, assignee }: BeadWish): boolean {
  return (
    isAmong(bead.status, status) &&
    isAmong(bead.type, type) &&
    label.every((each) => bead.labels.includes(each)) &&
    (parent === undefined || bead.parent === parent) &&
    (assignee === undefined || (bead.assignee ?? "") === assignee)
  );
}

function isAmong(value: string, wished: string | undefined): boolean {
  return wished === undefined || wished.split(",").includes(value);
}
