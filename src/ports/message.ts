// What crew puts into a role's mailbox. Plain data; its text formats are the agents' side's.

/** One message to a role's mailbox. */
export type Message =
  | {
      readonly kind: "order";
      /** A mail id (`mailId`). */
      readonly id: string;
      readonly header: OrderHeader;
      readonly prompt: string;
      /** Snapshot for the agent's `bd`: a JSON array, one issue of the exchange format a line. */
      readonly beads: string;
      /** The same beads as `bd show` gives them. */
      readonly shown: string;
      /** Shell text that runs the agent, the prompt on its stdin. */
      readonly agent: string;
      readonly setup?: string;
      /** Files on which what setup makes depends: it runs again when one changes. */
      readonly setupKey?: readonly string[];
      readonly check?: string;
    }
  /** The report of this order is safe: it may be removed from the outbox. */
  | { readonly kind: "ack"; readonly id: string }
  /** Stop work on this order, keep what is there, and report it as withdrawn. */
  | { readonly kind: "withdraw"; readonly id: string };

export interface OrderHeader {
  /** Formatted order id. */
  readonly order: string;
  readonly bead: string;
  readonly title: string;
  readonly kind: string;
  readonly start: string;
  readonly merge?: string;
  readonly branch: string;
  /** Turns at most in this order. */
  readonly maxTurns: number;
  readonly turnTimeoutSeconds: number;
}
