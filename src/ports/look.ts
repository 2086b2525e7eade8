// How instances are looked at, and what of a look may be begun before it. Plain data.

/** What was begun serves for so long: whoever announced a look may have had to wait for something before taking it. */
export const soonMs = 2_000;

export interface Look {
  /** Mailboxes need not be read where that takes its time. */
  readonly leavesMail: boolean;
}

/** Reading all mailboxes; the lists, for a look that leaves mailboxes and that nothing comes before; or only the way there. */
export type Expected = "mail" | "lists" | "way";
