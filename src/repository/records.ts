// Orders and reports as commits, facts and verdicts as JSON: how they are written and read back. Pure; where they lie is
// the layout's business. What cannot be read is an error that says so, never left out.
import { CrewError } from "../errors.ts";
import { formatOrderId, type Oid, type OrderId, parseOrderId } from "../model/names.ts";
import type { Order, OrderKind, Report, ReportState } from "../model/records.ts";
import { type Said, saidKinds } from "../model/said.ts";
import { parseSpent, spentLine } from "../model/spent.ts";
import type { Commit } from "./objects.ts";
import { messageText, oneLine } from "./text.ts";

const orderKinds: readonly OrderKind[] = ["bead", "mend", "conflict", "refused", "rejected", "failed", "retry"];
const billings = ["subscription", "per token"] as const;
const reportStates: readonly ReportState[] = ["done", "failed", "unresolved", "refused", "withdrawn"];

export function orderMessage(order: Order): string {
  return recordMessage(order.words, [
    ["Order", formatOrderId(order.id)],
    ["Kind", order.kind],
    ["Role", order.role],
    ["Start", order.start],
    ["Merge", order.merge],
    ["Counts", order.counts ? "yes" : "no"],
    ["Turns", order.turns === undefined ? undefined : String(order.turns)],
    ["Share", order.share && shareText(order.share)],
    ["Billing", order.billing],
    ["Tells", order.tells?.join(" "), listLimit],
    ["Issued", String(order.issuedAtMs)],
    ["Cause", oneLine(order.cause, 2_000)],
  ]);
}

/** `id` is what the ref says. */
export function parseOrder(commit: Commit, id: OrderId, ref: string): Order {
  const header = headerOf(commit, ref);
  const merge = header.optional("Merge");
  const tells = header.optional("Tells");
  const order = {
    id: header.orderId("Order", id),
    kind: header.oneOf("Kind", orderKinds),
    role: header.text("Role"),
    start: header.text("Start"),
    ...(merge === undefined ? {} : { merge }),
    cause: header.text("Cause"),
    words: header.body,
    counts: header.oneOf("Counts", ["yes", "no"] as const) === "yes",
    ...(header.optional("Turns") === undefined ? {} : { turns: header.number("Turns") }),
    ...shareIn(header.optional("Share"), ref),
    ...(header.optional("Billing") !== undefined && { billing: header.oneOf("Billing", billings) }),
    ...(tells !== undefined && { tells: tells.split(" ") }),
    issuedAtMs: header.number("Issued"),
  };
  if (commit.parents.join() !== pinsOf(order).join()) throw malformed(ref, "its parents are not its start and merge");
  return order;
}

/** `2.5 3600`: dollars and seconds; `-` for what has no limit. */
function shareText({ usd, seconds }: NonNullable<Order["share"]>): string {
  return `${usd ?? "-"} ${seconds ?? "-"}`;
}

function shareIn(text: string | undefined, ref: string): Pick<Order, "share"> {
  if (text === undefined) return {};
  const [, usd, seconds] = /^(-|\d{1,12}(?:\.\d{1,4})?) (-|\d{1,15})$/.exec(text) ?? [];
  if (usd === undefined || seconds === undefined) throw malformed(ref, `its share is ${JSON.stringify(text)}`);
  return {
    share: { ...(usd !== "-" && { usd: Number(usd) }), ...(seconds !== "-" && { seconds: Number(seconds) }) },
  };
}

/** What an order's commit has as parents. */
export function pinsOf(order: Pick<Order, "start" | "merge">): readonly Oid[] {
  return [...new Set(order.merge === undefined ? [order.start] : [order.start, order.merge])];
}

export function reportMessage(report: Report): string {
  return recordMessage(report.detail, [
    ["Report", formatOrderId(report.id)],
    ["Role", report.role],
    ["State", report.state],
    ["Turns", String(report.turns)],
    ["Spent", report.spent && spentLine(report.spent)],
    ["One-sided", report.oneSided ? "yes" : "no"],
    ["Reaches", report.reaches?.join(" "), listLimit],
    ["Protects", report.protects && JSON.stringify(report.protects), listLimit],
    ["Doubts", report.doubts && JSON.stringify(report.doubts), listLimit],
    ["Own", report.own === "many" ? "many" : report.own && exactJson(report.own), listLimit],
    ["Told", report.told?.join(" "), listLimit],
    ["Note", oneLine(report.note, 2_000)],
    ["Said", report.said && JSON.stringify(report.said), saidLimit],
  ]);
}

export function parseReport(commit: Commit, id: OrderId, ref: string): Report {
  const header = headerOf(commit, ref);
  const [reported, ...others] = commit.parents;
  const reaches = header.optional("Reaches");
  const protects = header.optional("Protects");
  const doubts = header.optional("Doubts");
  const own = header.optional("Own");
  const told = header.optional("Told");
  const said = header.optional("Said");
  if (reported === undefined || others.length > 0) throw malformed(ref, "it does not have one parent");
  return {
    id: header.orderId("Report", id),
    role: header.text("Role"),
    state: header.oneOf("State", reportStates),
    commit: reported,
    tree: commit.tree,
    turns: header.number("Turns"),
    ...spentIn(header.optional("Spent"), ref),
    note: header.text("Note"),
    detail: header.body,
    oneSided: header.oneOf("One-sided", ["yes", "no"] as const) === "yes",
    ...(reaches !== undefined && { reaches: reaches.split(" ") }),
    ...(protects !== undefined && { protects: listOf(protects, ref) }),
    ...(doubts !== undefined && { doubts: listOf(doubts, ref) }),
    ...(own !== undefined && { own: own === "many" ? own : listOf(own, ref) }),
    ...(told !== undefined && { told: told.split(" ") }),
    ...(said !== undefined && { said: saidOf(said, ref) }),
  };
}

function spentIn(text: string | undefined, ref: string): Pick<Report, "spent"> {
  if (text === undefined) return {};
  const spent = parseSpent(text);
  if (!spent) throw malformed(ref, `what was spent is ${JSON.stringify(text)}`);
  return { spent };
}

/** Whatever a line would not hold as it is stands escaped. */
function exactJson(list: readonly string[]): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(list).replace(/[\u007f-\uffff]/g, escaped);
}

function listOf(text: string, ref: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((each) => typeof each === "string")) return list;
  } catch {
    // Said below.
  }
  throw malformed(ref, `${text} is no list`);
}

export function malformed(ref: string, why: string): CrewError {
  return new CrewError("internal", `The record at ${ref} cannot be read: ${why}.`, {
    hint: `crew did not write it like this. git show ${ref} shows it; please report it.`,
    at: ref,
  });
}

/** A hundred paths, and what they need as JSON; thousands of reports. */
const listLimit = 100_000;

/** More than all that a report can carry (agents/mailbox.ts). */
const saidLimit = 200_000;

function saidOf(text: string, ref: string): readonly Said[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every(isSaid)) return list;
  } catch {
    // Said below.
  }
  throw malformed(ref, "what the agent said is no list of it");
}

function isSaid(value: unknown): value is Said {
  const { kind, bead, text } = (value ?? {}) as Partial<Record<keyof Said, unknown>>;
  return saidKinds.some((each) => each === kind) && typeof bead === "string" && typeof text === "string";
}

type HeaderLine = readonly [name: string, value: string | undefined, limit?: number];

/** A record's commit message: header lines, then the body. */
export function recordMessage(body: string, header: readonly HeaderLine[]): string {
  const lines = header.flatMap(([name, value, limit = 2_000]) =>
    value === undefined ? [] : [`${name}: ${oneLine(value, limit)}`],
  );
  return `${lines.join("\n")}\n\n${messageText(body)}\n`;
}

interface Header {
  readonly body: string;
  optional(name: string): string | undefined;
  text(name: string): string;
  number(name: string): number;
  oneOf<T extends string>(name: string, values: readonly T[]): T;
  orderId(name: string, expected: OrderId): OrderId;
}

export function headerOf(commit: Commit, ref: string): Header {
  const end = commit.message.indexOf("\n\n");
  if (end < 0) throw malformed(ref, "it has no header");
  const values = new Map<string, string>();
  for (const line of commit.message.slice(0, end).split("\n")) {
    const [, name, value] = /^([A-Za-z-]+): ?(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw malformed(ref, `${JSON.stringify(line)} is no header line`);
    if (values.has(name)) throw malformed(ref, `${name} is there twice`);
    values.set(name, value);
  }
  const text = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw malformed(ref, `${name} is missing`);
    return value;
  };
  return {
    body: commit.message.slice(end + 2).replace(/\n$/, ""),
    optional: (name) => values.get(name),
    text,
    number: (name) => {
      if (!/^\d+$/.test(text(name))) throw malformed(ref, `${name} is not a number`);
      return Number(text(name));
    },
    oneOf: (name, known) => {
      const value = known.find((candidate) => candidate === text(name));
      if (value === undefined) throw malformed(ref, `${name} is ${JSON.stringify(text(name))}`);
      return value;
    },
    orderId: (name, expected) => {
      const id = parseOrderId(text(name));
      if (!id || formatOrderId(id) !== formatOrderId(expected))
        throw malformed(ref, `it is the record of ${text(name)}`);
      return id;
    },
  };
}
