// What crew puts into a role's mailbox. Plain data; its text formats are the agents' side's.
import type { BudgetLeft } from "../model/spent.ts";

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
      /** awk program that reads what the agent says; absent: its exit code is all that counts. */
      readonly reader?: string;
      readonly setup?: string;
      /** Files on which what setup makes depends: it runs again when one changes. */
      readonly setupKey?: readonly string[];
      readonly check?: string;
    }
  /** What a person says to the agent at work on the order of mail id `to`. */
  | {
      readonly kind: "tell";
      /** The message's own. */
      readonly id: string;
      readonly to: string;
      readonly words: string;
      /** Its turn is cut short for it. */
      readonly isUrgent: boolean;
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
  /** Of the agent, where it is a preset's: it must be there, and its session goes on from turn to turn. */
  readonly program?: string;
  /** Shell text that sets the files which that notes in what it used as the positional parameters. */
  readonly record?: string;
  /** The agent's program is run so that it hears between two tools what a person says. */
  readonly hearsAtTools?: true;
  /** Turns at most in this order. */
  readonly maxTurns: number;
  readonly turnTimeoutSeconds: number;
  /** For so long a preset's program may say nothing. */
  readonly silenceSeconds?: number;
  /** What it has of the budgets that count for it: once it has used so much, no further turn begins. */
  readonly left?: BudgetLeft;
  /** Epoch seconds: its credential's limit is known to end then, and nothing is asked of the model before. */
  readonly limitUntilSeconds?: number;
}
