// An order as the message that goes into a role's mailbox. Pure: everything that travels with it is composed here.
import { CrewError } from "../errors.ts";
import type { Bead } from "../model/bead.ts";
import { type Agent, type Crew, type Role, roleNamed } from "../model/crew.ts";
import { formatOrderId, mailId, upwardRole } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import type { TrackerInfo } from "../model/world.ts";
import type { Message } from "../ports/message.ts";
import { listLines, shownLines } from "./bead-lines.ts";
import { promptOf } from "./prompt.ts";

export interface OrderParts {
  readonly crew: Crew;
  readonly order: Order;
  readonly beads: ReadonlyMap<string, Bead>;
  /** Whose shapes the agent's `bd` prints. */
  readonly tracker: Pick<TrackerInfo, "issueShape">;
}

export function orderMessage({ crew, order, beads, tracker }: OrderParts): Message {
  const role = roleNamed(crew, order.role);
  if (!role) throw new CrewError("internal", `order ${formatOrderId(order.id)} names the unknown role ${order.role}`);
  const bead = beads.get(order.id.subject);
  const own = ownBeads(bead, beads);
  return {
    kind: "order",
    id: mailId(order.id),
    header: {
      order: formatOrderId(order.id),
      bead: order.id.subject,
      title: oneLine(bead?.title ?? `Move ${upwardRole(order.id.subject) ?? ""} up into ${role.into}`),
      kind: order.kind,
      start: order.start,
      ...(order.merge !== undefined && { merge: order.merge }),
      branch: role.branch,
      maxTurns: role.agent.maxAttempts,
      turnTimeoutSeconds: Math.ceil(role.agent.turnTimeoutMs / 1000),
    },
    prompt: promptOf({ crew, role, order, beads, ...(bead && { bead }) }),
    beads: listLines(own, tracker.issueShape),
    shown: shownLines(own, beads, tracker.issueShape),
    agent: agentLine(role, role.agent),
    ...(role.setup !== undefined && { setup: role.setup }),
    ...(role.setupKey && { setupKey: role.setupKey }),
    ...(role.check !== undefined && { check: role.check }),
  };
}

/** A vector becomes a shell line in which every word is quoted. */
function agentLine(role: Role, { command }: Agent): string {
  if (command === undefined) throw new CrewError("invalid", `role ${role.name} has no agent command`);
  if (typeof command === "string") return command;
  return command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** The bead, what stands above it and what blocked it: all that its agent has a reason to read. */
function ownBeads(bead: Bead | undefined, beads: ReadonlyMap<string, Bead>): readonly Bead[] {
  const found = new Map<string, Bead>();
  const queue = bead ? [bead] : [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (found.has(next.id)) continue;
    found.set(next.id, next);
    const near = [next.parent, ...(next === bead ? next.blockedBy : [])];
    for (const id of near) {
      const other = id === undefined ? undefined : beads.get(id);
      if (other) queue.push(other);
    }
  }
  return [...found.values()];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
