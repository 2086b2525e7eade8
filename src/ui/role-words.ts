// A role's phase and order in the words that status, ps and progress share. Pure.
import type { Mark, OrderState, RoleState } from "../model/event.ts";

export function phaseWord(phase: RoleState["phase"]): string {
  switch (phase) {
    case "not-created":
      return "not created";
    case "not-running":
      return "not running";
    case "unreadable":
      return "mailbox unreadable";
    case "setup-failed":
      return "setup failed";
    default:
      return phase;
  }
}

/** Why the order was given, where it answers a report: `mend 2 of 3`. Empty for a bead's first order. */
export function orderWords({ kind, attempt }: OrderState): string {
  return kind === "bead" ? "" : [kind, attempt].filter((part) => part !== "").join(" ");
}

/** The whole of it: `working shop-3: mend 2 of 3, turn 1`, `idle: shop-4 waits for shop-3`. */
export function phaseWords({ phase, order, detail }: RoleState): string {
  const subject = order ? ` ${order.subject}` : "";
  const turn = order && order.turn > 0 ? `turn ${order.turn}` : "";
  const notes = [order ? orderWords(order) : "", turn, detail].filter((part) => part !== "").join(", ");
  return `${phaseWord(phase)}${subject}${notes === "" ? "" : `: ${notes}`}`;
}

export function roleMark({ phase, done, total }: RoleState): Mark {
  switch (phase) {
    case "setup":
    case "working":
    case "attached":
    case "checking":
    case "reporting":
      return "going";
    case "setup-failed":
    case "refused":
    case "broken":
    case "unreadable":
    case "quarantined":
      return "trouble";
    case "idle":
    case "paused":
    case "stopped":
      return total > 0 && done === total ? "done" : "waiting";
    case "limited":
    case "starting":
    case "stopping":
    case "not-created":
    case "not-running":
      return "waiting";
  }
}
