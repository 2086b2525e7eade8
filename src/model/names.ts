// Names and identifiers, and how they are written. Pure.

/** A git object id, full length, lower-case hex. */
export type Oid = string;

/** What stands at a path, as a tree has it: `100644 <oid>`; of mode 000000: nothing, any more. */
export type TreeEntry = string;

/** The name of a tip: `epic`, or a role that others merge into. `epic` is reserved as a role name. */
export type TipName = string;

export const epicTip: TipName = "epic";

/** What an order is about: a bead's id, or `up/<role>` for that role's move upward. */
export type Subject = string;

export interface OrderId {
  readonly subject: Subject;
  /** 1 and up. */
  readonly round: number;
  /** 1 and up: the n-th order of the round. */
  readonly attempt: number;
}

/** `shop-12.1.2`: subject, round, attempt. */
export function formatOrderId(id: OrderId): string {
  return `${id.subject}.${id.round}.${id.attempt}`;
}

export function parseOrderId(text: string): OrderId | undefined {
  const match = /^(.+)\.([1-9]\d*)\.([1-9]\d*)$/.exec(text);
  if (!match?.[1] || !match[2] || !match[3]) return undefined;
  return { subject: match[1], round: Number(match[2]), attempt: Number(match[3]) };
}

/** The order's name as one file name: `/` of `up/<role>` becomes `+`, which no ref-safe role name holds. */
export function mailId(id: OrderId): string {
  return formatOrderId(id).replace("/", "+");
}

export function orderIdOfMail(text: string): OrderId | undefined {
  return parseOrderId(text.replace("+", "/"));
}

export function upwardSubject(role: string): Subject {
  return `up/${role}`;
}

/** The role of an upward move's subject; undefined for a bead's. */
export function upwardRole(subject: Subject): string | undefined {
  return subject.startsWith("up/") ? subject.slice("up/".length) : undefined;
}

/** Title in lower case without a leading `[…]`, other runs → `-`, at most 40 characters. May be empty. */
export function slugOf(title: string): string {
  return title
    .replace(/^\s*\[[^\]]*\]\s*/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

/** The first seven digits, as people read them. */
export function shortOid(oid: Oid): string {
  return oid.slice(0, 7);
}
