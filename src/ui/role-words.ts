// A role's phase and order in the words that status, ps and progress share. Pure.
import type { Mark, RoleState } from "../model/event.ts";

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

/** `shop-3`, and for an order that answers a report also why and which attempt: `shop-3 · mend, 2 of 3`. */
export function orderWords({ order }: RoleState): string {
  if (!order) return "";
  const attempt = order.attempt === "" ? "" : `, ${order.attempt}`;
  return order.kind === "bead" ? order.subject : `${order.subject} · ${order.kind}${attempt}`;
}

/** The whole of it: `working shop-3 · mend, 2 of 3 · turn 1`, `idle: shop-4 waits for shop-3`. */
export function phaseWords(state: RoleState): string {
  const { phase, order, detail } = state;
  const turn = order && order.turn > 0 ? ` · turn ${order.turn}` : "";
  const work = order ? ` ${orderWords(state)}${turn}` : "";
  return `${phaseWord(phase)}${work}${detail === "" ? "" : `: ${detail}`}`;
}

export function roleMark({ phase, done, total }: RoleState): Mark {
  switch (phase) {
    case "setup":
    case "working":
    case "checking":
    case "reporting":
      return "going";
    case "setup-failed":
    case "broken":
    case "unreadable":
      return "trouble";
    case "idle":
    case "stopped":
      return total > 0 && done === total ? "done" : "waiting";
    case "starting":
    case "stopping":
    case "not-created":
    case "not-running":
      return "waiting";
  }
}
