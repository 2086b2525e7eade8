// An order as a test gives it: its agent is a shell text.
import type { OrderMessage } from "../../src/agents/mailbox.ts";

export function order(id: string, agent: string, start: string): OrderMessage {
  return {
    kind: "order",
    id,
    header: {
      order: id,
      bead: id.split(".")[0] ?? "",
      title: "A bead",
      kind: "bead",
      start,
      branch: "feature/dev",
      maxTurns: 1,
      turnTimeoutSeconds: 900,
    },
    prompt: "Do it.\n",
    beads: "[\n]\n",
    shown: "[\n]\n",
    agent,
  };
}
