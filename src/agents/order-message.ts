// An order as the message that goes into a role's mailbox. Pure: everything that travels with it is composed here.
import { CrewError } from "../errors.ts";
import type { Bead } from "../model/bead.ts";
import { type Agent, type Crew, type Role, roleNamed } from "../model/crew.ts";
import { formatOrderId, mailId, upwardRole } from "../model/names.ts";
import type { Order } from "../model/records.ts";
import type { BudgetLeft } from "../model/spent.ts";
import type { RepositoryState, TrackerInfo } from "../model/world.ts";
import type { Message } from "../ports/message.ts";
import { listLines, shownLines } from "./bead-lines.ts";
import { presetLine, recordLine } from "./preset-line.ts";
import { presetOf } from "./preset-of.ts";
import { promptOf } from "./prompt.ts";
import { readerOf } from "./reading/index.ts";

export interface OrderParts {
  readonly crew: Crew;
  readonly order: Order;
  readonly beads: ReadonlyMap<string, Bead>;
  /** Whose shapes the agent's `bd` prints. */
  readonly tracker: Pick<TrackerInfo, "issueShape">;
  readonly repository: Pick<RepositoryState, "reports">;
  readonly left?: BudgetLeft;
  /** Of its credential, met by another role. */
  readonly limit?: { readonly untilMs: number };
}

export function orderMessage({ crew, order, beads, tracker, repository, left, limit }: OrderParts): Message {
  const role = roleNamed(crew, order.role);
  if (!role) throw new CrewError("internal", `order ${formatOrderId(order.id)} names the unknown role ${order.role}`);
  const bead = beads.get(order.id.subject);
  const own = ownBeads(bead, beads);
  const { program, record, ...agent } = agentParts(role);
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
      ...(program !== undefined && { program }),
      ...(record !== undefined && { record }),
      ...(role.hearsAtTools && { hearsAtTools: role.hearsAtTools }),
      maxTurns: Math.min(role.agent.maxAttempts, order.turns ?? role.agent.maxAttempts),
      turnTimeoutSeconds: Math.ceil(role.agent.turnTimeoutMs / 1000),
      ...(program !== undefined && { silenceSeconds }),
      ...(left && { left }),
      ...(limit && { limitUntilSeconds: Math.ceil(limit.untilMs / 1000) }),
    },
    prompt: promptOf({ crew, role, order, beads, reports: repository.reports, ...(bead && { bead }) }),
    beads: listLines(own, tracker.issueShape),
    shown: shownLines(own, beads, tracker.issueShape),
    ...agent,
    ...(role.setup !== undefined && { setup: role.setup }),
    ...(role.setupKey && { setupKey: role.setupKey }),
    ...(role.check !== undefined && { check: role.check }),
  };
}

/**
 * Longer than any program waits for an answer before it says so, or lets a command of its own run (measured: a quarter of an
 * hour), and than most test suites take, during which it has nothing to say.
 */
const silenceSeconds = 1200;

interface AgentParts {
  readonly agent: string;
  readonly reader?: string;
  readonly program?: string;
  readonly record?: string;
}

function agentParts({ name, agent }: Role): AgentParts {
  if (agent.command !== undefined) return { agent: commandLine(agent.command) };
  const preset = presetOf(agent);
  if (!preset) throw new CrewError("internal", `role ${name} has no agent that crew knows`);
  const record = recordLine(preset);
  return {
    agent: presetLine(preset, agent),
    reader: readerOf(preset),
    program: preset.program,
    ...(record !== undefined && { record }),
  };
}

/** A vector becomes a shell line in which every word is quoted. */
function commandLine(command: NonNullable<Agent["command"]>): string {
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
