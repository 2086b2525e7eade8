// What agents said through their `bd`, brought to the tracker: a comment by the role for each, then the mark that they are
// told. Pure.
import { ancestors } from "../merge/tree.ts";
import { type Bead, metadataKeys } from "../model/bead.ts";
import { formatOrderId } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { Report } from "../model/records.ts";
import type { Said } from "../model/said.ts";
import { operation, type PlanContext } from "./context.ts";
import { assigneeOf } from "./orders.ts";
import { proposalOf } from "./proposals.ts";

/** Words of an order to move a tip up have no bead to stand on: they stay in its report. */
export function planWords(context: PlanContext): readonly Operation[] {
  const subjects = new Set(context.world.repository.reports.flatMap(({ id, said }) => (said ? [id.subject] : [])));
  return [...context.survey.tree.depth.keys()].flatMap((id) => {
    const bead = subjects.has(id) ? context.survey.beads.get(id) : undefined;
    return bead ? tell(bead, context) : [];
  });
}

function tell(bead: Bead, context: PlanContext): readonly Operation[] {
  const told = timeOf(bead.metadata[metadataKeys.said] ?? "");
  const untold = context.world.repository.reports
    .filter(({ id, said = [] }) => id.subject === bead.id && said.length > 0 && isLater([id.round, id.attempt], told))
    .sort((a, b) => a.id.round - b.id.round || a.id.attempt - b.id.attempt);
  const last = untold.at(-1);
  if (!last) return [];
  const comments = untold.flatMap((report) => commentsOn(report, context));
  const value = `${last.id.round}.${last.id.attempt}`;
  const mark = operation(
    `${bead.id}:said`,
    { kind: "bead.mark", bead: bead.id, key: metadataKeys.said, value },
    { cause: `what ${last.role} said is told`, needs: comments.map(({ id }) => id) },
  );
  return [...comments, mark];
}

function commentsOn({ id, role, said = [] }: Report, { survey }: PlanContext): readonly Operation[] {
  return said.map((each, n) => {
    const bead = isInSight(each.bead, id.subject, survey) ? each.bead : id.subject;
    const body = { kind: "bead.comment", bead, author: assigneeOf(role), text: wordsOf(each) } as const;
    const order = formatOrderId(id);
    return operation(`${bead}:${order}:${n + 1}`, body, { cause: `${role} said so in order ${order}` });
  });
}

/** The bead in hand, what it is part of below the epic, and what it waited for: nothing else is its agent's to speak about. */
function isInSight(bead: string, subject: string, { beads, tree }: PlanContext["survey"]): boolean {
  const own = beads.get(subject);
  if (!tree.depth.has(bead) || !own) return false;
  return bead === subject || own.blockedBy.includes(bead) || ancestors(tree, subject, beads).includes(bead);
}

function wordsOf({ kind, text }: Said): string {
  switch (kind) {
    case "note":
      return text;
    case "blocked":
      return `Question: ${text}`;
    case "close":
      return `Done: ${text}`;
    case "proposal": {
      const { title, description } = proposalOf(text);
      return `Proposes a bead: ${title}${description === "" ? "" : `. ${description}`}`;
    }
  }
}

/** `<round>.<attempt>`; what is none is before the first. */
function timeOf(text: string): readonly [round: number, attempt: number] {
  const [, round, attempt] = /^(\d{1,9})\.(\d{1,9})$/.exec(text) ?? [];
  return round === undefined || attempt === undefined ? [0, 0] : [Number(round), Number(attempt)];
}

function isLater(
  [round, attempt]: readonly [number, number],
  [thenRound, thenAttempt]: readonly [number, number],
): boolean {
  return round > thenRound || (round === thenRound && attempt > thenAttempt);
}
