// Everything that waits for a person, each with its reason and the commands that go on from there. Pure.

import type { Leaf } from "../merge/leaves.ts";
import type { Attention } from "../model/plan.ts";
import { baseAttention } from "./base-gates.ts";
import type { PlanContext } from "./context.ts";
import { landingAttention } from "./landing.ts";
import { mergeAttention } from "./merges.ts";

export function planAttention(context: PlanContext): readonly Attention[] {
  const { survey } = context;
  return [
    ...baseAttention(context),
    ...epicAttention(context),
    ...survey.leaves.flatMap((leaf) => leafAttention(leaf)),
    ...survey.upward.flatMap(({ role, target, state }): readonly Attention[] =>
      state.kind === "blocked"
        ? [
            {
              kind: "up-blocked",
              subject: role,
              reason: `moving ${role} up into ${target} is blocked: ${state.reason}`,
              commands: [`crew retry ${role} -m …`],
            },
          ]
        : [],
    ),
    ...mergeAttention(context),
    ...landingAttention(context),
  ];
}

function epicAttention({ survey, epic, world }: PlanContext): readonly Attention[] {
  if (world.repository.facts.project === undefined) return [];
  const rounds = world.repository.facts.rounds.get(`${epic}.1`);
  const isPersons =
    survey.epic === undefined || (survey.epic.status === "closed" && !rounds?.closing && !rounds?.closed);
  if (isPersons) {
    const reason = `epic ${epic} was ${survey.epic ? "closed" : "deleted"} by a person: nothing is handed out or landed`;
    return [{ kind: "epic-closed", subject: epic, reason, commands: [`crew bead reopen ${epic}`, "crew down"] }];
  }
  if (survey.leaves.length > 0) return [];
  const reason = `epic ${epic} has no beads: there is nothing to do`;
  return [{ kind: "no-beads", subject: epic, reason, commands: [`crew bead add --parent ${epic} "…"`, "crew up"] }];
}

function leafAttention({ bead, role, state }: Leaf): readonly Attention[] {
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
            ...(role === undefined ? [] : [`crew logs ${role}`]),
            `crew bead close ${bead.id}`,
          ],
        },
      ];
    case "approval": {
      const approve = `crew approve ${bead.id}${state.noChange ? " --no-change" : ""}`;
      return [
        {
          ...about,
          kind: "approval",
          reason: `${bead.id} waits for approval: ${state.reason}`,
          commands: [approve, `crew retry ${bead.id} -m …`],
        },
      ];
    }
    case "unassigned":
      return [
        {
          ...about,
          kind: "unassigned",
          reason: `no role takes ${bead.id} (${bead.title})`,
          commands: [`crew bead show ${bead.id}`, `crew bead close ${bead.id}`],
        },
      ];
    case "ambiguous":
      return [
        {
          ...about,
          kind: "ambiguous",
          reason: `${bead.id} is taken by ${state.roles.join(" and ")}: make their filters exclude each other`,
          commands: ["crew config"],
        },
      ];
    case "held":
      return [
        {
          ...about,
          kind: "held",
          reason: `${bead.id} is held by ${state.by}`,
          commands: [`crew bead reopen ${bead.id}`, `crew bead close ${bead.id}`],
        },
      ];
    case "answering":
    case "closed":
    case "closed-by-person":
    case "merged":
    case "merging":
    case "ready":
    case "waiting":
    case "working":
      return [];
  }
}
