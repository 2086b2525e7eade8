// Beads as `crew bead` prints them. Pure text; what people or agents wrote is made clean for a terminal.

import { compareIds } from "../merge/tree.ts";
import type { Bead } from "../model/bead.ts";
import { clean } from "./clean.ts";

/** One line for each bead, in natural order of ids. */
export function beadListText(beads: readonly Bead[]): string {
  const sorted = [...beads].sort((a, b) => compareIds(a.id, b.id));
  const width = Math.max(0, ...sorted.map((bead) => bead.id.length));
  return sorted
    .map((bead) => {
      const who = bead.assignee === undefined || bead.status === "closed" ? "" : `  (${bead.assignee})`;
      return `${mark(bead)} ${bead.id.padEnd(width)}  P${bead.priority} ${bead.type.padEnd(7)} ${clean(bead.title)}${who}\n`;
    })
    .join("");
}

export function beadText(bead: Bead): string {
  const fields: readonly (readonly [string, string])[] = [
    ["Status", `${bead.status}${bead.closeReason === undefined ? "" : ` (${bead.closeReason})`}`],
    ["Type", `${bead.type}, priority ${bead.priority}`],
    ["Assignee", bead.assignee ?? ""],
    ["Parent", bead.parent ?? ""],
    ["Blocked by", bead.blockedBy.join(", ")],
    ["Labels", bead.labels.join(", ")],
  ];
  const texts: readonly (readonly [string, string])[] = [
    ["Description", bead.description],
    ["Acceptance", bead.acceptance],
    ["Notes", bead.notes],
  ];
  return [
    `${bead.id}  ${clean(bead.title)}`,
    ...fields.flatMap(([name, value]) => (value === "" ? [] : [`  ${name.padEnd(10)}  ${clean(value)}`])),
    ...texts.flatMap(([name, value]) =>
      value === "" ? [] : ["", name, ...value.split("\n").map((line) => `  ${clean(line)}`)],
    ),
    ...(bead.comments.length === 0 ? [] : ["", "Comments"]),
    ...bead.comments.map(
      (comment) => `  ${comment.createdAt.slice(0, 16).replace("T", " ")}  ${comment.author}: ${clean(comment.text)}`,
    ),
    "",
  ].join("\n");
}

function mark(bead: Bead): string {
  if (bead.status === "closed") return "✓";
  return bead.status === "in_progress" ? "→" : "·";
}
