// Everything that waits for a person, each with its reason and the commands that go on from there. Pure.

import { question } from "../merge/approval.ts";
import { mergeByHand } from "../merge/by-hand.ts";
import type { Leaf } from "../merge/leaves.ts";
import type { Upward } from "../merge/moves.ts";
import { declaredRole } from "../merge/targets.ts";
import type { WorkState } from "../merge/work.ts";
import type { Attention } from "../model/attention.ts";
import { upwardSubject } from "../model/names.ts";
import { baseAttention } from "./base-gates.ts";
import { isClosedBelow, isReopenedParent } from "./closing.ts";
import type { PlanContext } from "./context.ts";
import { holdAttention } from "./holds.ts";
import { landing, landingAttention } from "./landing.ts";
import { mergeAttention } from "./merges.ts";
import { undoAttention } from "./undoing.ts";
import { waitingAttention } from "./waiting.ts";

/** Roles that an unassigned bead is offered to, at most. */
const rolesNamed = 3;

export function planAttention(context: PlanContext): readonly Attention[] {
  const { survey } = context;
  return [
    ...fileAttention(context),
    ...baseAttention(context),
    ...epicAttention(context),
    ...holdAttention(context),
    ...survey.leaves.flatMap((leaf) => leafAttention(leaf, context)),
    ...waitingAttention(context),
    ...reopenedAttention(context),
    ...survey.upward.flatMap((move) => upwardAttention(move, context)),
    ...mergeAttention(context),
    ...undoAttention(context),
    ...landingAttention(context),
  ];
}

/** While the file is missing or invalid the last good one counts, and a person who edits it must hear so. */
function fileAttention({ crew, options }: PlanContext): readonly Attention[] {
  if (options.fileProblem === undefined) return [];
  const reason = `${options.fileProblem}; the file as it was good last is used`;
  return [{ kind: "file", subject: crew.file, reason, commands: ["crew config"] }];
}

function upwardAttention(move: Upward, { crew, world, survey }: PlanContext): readonly Attention[] {
  const { role, target, round, state } = move;
  const what = `moving ${role} up into ${target}`;
  const [from, into] = [role, target].map((name) => world.repository.branches.get(name)?.branch ?? name);
  // Nobody can be given the order that would mend it where the file no longer has the role.
  const isDeclared = declaredRole(crew, role) !== undefined;
  const retry = isDeclared ? `crew retry ${role} -m …` : `git switch ${into} && git merge ${from}`;
  if (state.kind === "blocked") {
    const tip = survey.tips.get(role)?.oid;
    const conflict = mergeByHand({ subject: upwardSubject(role), round, target, tip }, survey);
    const commands = [retry, ...(conflict ? [`crew resolve ${role}`] : [])];
    return [{ kind: "up-blocked", subject: role, reason: `${what} is blocked: ${state.reason}`, commands }];
  }
  if (state.kind !== "approval") return [];
  const reason = `${what} waits for approval: ${state.reason}`;
  const commands = isDeclared ? approvalCommands(role, state) : [`crew diff ${role}`, `crew approve ${role}`, retry];
  return [{ kind: "approval", subject: role, reason, commands }];
}

function approvalCommands(name: string, { noChange, reason }: Extract<WorkState, { readonly kind: "approval" }>) {
  const approve = `crew approve ${name}${noChange ? " --no-change" : ""}`;
  if (reason.startsWith(question)) return [`crew tell ${name} "…"`, approve];
  return [...(noChange ? [] : [`crew diff ${name}`]), approve, `crew reject ${name} -m …`];
}

function epicAttention(context: PlanContext): readonly Attention[] {
  const { survey, epic, world } = context;
  if (world.repository.facts.project === undefined) return [];
  const isClosed = survey.epic?.status === "closed" && landing(context).kind !== "landed";
  if (!survey.epic || isClosed) {
    const reason = `epic ${epic} is ${survey.epic ? "closed" : "gone"}: nothing is handed out or landed`;
    const reopen = survey.epic ? [`crew bead reopen ${epic}`] : [];
    return [{ kind: "epic-closed", subject: epic, reason, commands: [...reopen, "crew down"] }];
  }
  if (survey.leaves.length > 0) return [];
  const reason = `epic ${epic} has no beads: there is nothing to do`;
  return [{ kind: "no-beads", subject: epic, reason, commands: [`crew bead add --parent ${epic} "…"`, "crew up"] }];
}

/** A parent that a person reopened, with nothing open below it, is that person's to close again. */
function reopenedAttention(context: PlanContext): readonly Attention[] {
  const { tree, beads } = context.survey;
  return [tree.epic, ...tree.depth.keys()].flatMap((id): readonly Attention[] => {
    const bead = tree.children.has(id) ? beads.get(id) : undefined;
    if (!bead || !isReopenedParent(bead, context) || !isClosedBelow(bead, context)) return [];
    const reason = `${id} was reopened by a person, and nothing below it is open`;
    const commands = [`crew bead close ${id}`, `crew bead add --parent ${id} "…"`];
    return [{ kind: "held", subject: id, reason, commands }];
  });
}

function leafAttention(leaf: Leaf, { crew, survey }: PlanContext): readonly Attention[] {
  const { bead, role, round, target, state } = leaf;
  const about = { subject: bead.id };
  switch (state.kind) {
    case "blocked":
      return [
        {
          ...about,
          kind: "blocked",
          reason: `${bead.id} is blocked, its attempts are used up: ${state.reason}`,
          commands: [
            `crew retry ${bead.id} -m …`,
            ...(mergeByHand({ subject: bead.id, round, target }, survey) ? [`crew resolve ${bead.id}`] : []),
            ...(state.gates ?? []).map((gate) => `crew logs gate:${gate}`),
            ...(role === undefined ? [] : [`crew logs ${role}`]),
            `crew bead close ${bead.id}`,
          ],
        },
      ];
    case "approval":
      return [
        {
          ...about,
          kind: "approval",
          reason: `${bead.id} waits for approval: ${state.reason}`,
          commands: approvalCommands(bead.id, state),
        },
      ];
    case "unassigned":
      return [
        {
          ...about,
          kind: "unassigned",
          reason: `no role takes ${bead.id} (${bead.title})`,
          commands: [
            ...crew.roles.slice(0, rolesNamed).map(({ name }) => `crew assign ${bead.id} ${name}`),
            `crew bead show ${bead.id}`,
            `crew bead close ${bead.id}`,
          ],
        },
      ];
    case "ambiguous":
      return [
        {
          ...about,
          kind: "ambiguous",
          reason: `${bead.id} is taken by ${state.roles.join(" and ")}: make their filters exclude each other`,
          commands: [...state.roles.map((name) => `crew assign ${bead.id} ${name}`), "crew config"],
        },
      ];
    case "held":
      return [
        {
          ...about,
          kind: "held",
          reason: `${bead.id} is ${bead.status === "in_progress" ? `in progress by ${state.by}` : state.by}, so it is not handed out`,
          commands: [`crew bead reopen ${bead.id}`, `crew bead close ${bead.id}`],
        },
      ];
    case "answering":
    case "closed":
    case "closed-by-person":
    case "merged":
    case "merging":
    case "ready":
    case "undoing":
    case "waiting":
    case "working":
      return [];
  }
}
