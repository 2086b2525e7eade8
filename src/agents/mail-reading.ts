// A mailbox as it was read → its mail. Pure: each runtime reads in its own way, and what it read is an agent's to spoil.
import { orderIdOfMail } from "../model/names.ts";
import type { Mail, MailReport, MailStatus } from "../model/world.ts";
import { parseReport, parseStatus } from "./mailbox.ts";

/** Names and texts, without hidden files. Undefined: there, and not to be read. */
export interface MailEntries {
  /** Of `inbox/new`. An order wanders from there to `cur` to the outbox: read in this order, it is seen at least once. */
  readonly fresh: readonly string[] | undefined;
  readonly current: readonly string[] | undefined;
  readonly outbox: ReadonlyMap<string, string | undefined> | undefined;
  readonly status: string | "absent" | undefined;
}

/** More entries than this in one mailbox folder are not crew's doing. */
export const mostEntries = 1_000;

export function mailIn({ fresh, current, outbox, status: text }: MailEntries): Mail | "unreadable" {
  const reports = reportsIn(outbox);
  const status = statusIn(text);
  if (!fresh || !current || !outbox || !reports || !status) return "unreadable";
  const isWaiting = (name: string) => isEntry(name) && !outbox.has(name);
  return { status, inbox: [...new Set([...fresh, ...current])].filter(isWaiting).sort(), outbox: reports };
}

/** A file that no supervisor would have named so is nobody's mail; one that it would have, and cannot be read, spoils the box. */
function reportsIn(outbox: MailEntries["outbox"]): readonly MailReport[] | undefined {
  if (!outbox) return undefined;
  const reports: MailReport[] = [];
  for (const [name, text] of outbox) {
    if (!isReport(name)) continue;
    const report = text === undefined ? undefined : parseReport(name, text);
    if (!report) return undefined;
    reports.push(report);
  }
  return reports;
}

export function isReport(name: string): boolean {
  return orderIdOfMail(name) !== undefined;
}

function statusIn(text: MailEntries["status"]): MailStatus | undefined {
  if (text === "absent") return { phase: "starting", turn: 0, sinceMs: 0, detail: "", fruitless: 0 };
  return text === undefined ? undefined : parseStatus(text);
}

function isEntry(name: string): boolean {
  return isReport(name) || /^(ack|withdraw|tell)-/.test(name);
}
