// What people tell agents: into the order in hand, else with the role's next one. Pure. A message is heard once a report
// says that a prompt held it, or an order's words hold it; both are pinned, so it is heard once.

import { hearing, type MessageFact } from "../model/message.ts";
import { mailId } from "../model/names.ts";
import type { Note, Operation } from "../model/plan.ts";
import type { Order } from "../model/records.ts";
import type { Instance, RepositoryState } from "../model/world.ts";
import { operation, type PlanContext } from "./context.ts";

interface Message extends MessageFact {
  readonly id: string;
}

/** Those for the role that nobody has heard, the oldest first. */
function unheard(
  role: string,
  { facts, orders, reports }: Pick<RepositoryState, "facts" | "orders" | "reports">,
): readonly Message[] {
  if (facts.messages.size === 0) return [];
  const heard = new Set([...orders.flatMap(({ tells = [] }) => tells), ...reports.flatMap(({ told = [] }) => told)]);
  return [...facts.messages]
    .flatMap(([id, message]) => (message.role === role && !heard.has(id) ? [{ ...message, id }] : []))
    .sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
}

/** So that nothing a person said is lost without a word. */
export function messageNotes({ crew, world: { repository } }: Pick<PlanContext, "crew" | "world">): readonly Note[] {
  return crew.roles.flatMap(({ name }) =>
    unheard(name, repository).map(({ words }) => ({
      subject: `role ${name}`,
      cause: `has not heard yet what a person told it: ${beginningOf(words)}`,
    })),
  );
}

const longest = 60;

function beginningOf(words: string): string {
  const line = words.trim().split("\n", 1)[0] ?? "";
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** Into the mailbox of whoever has the order in hand; with the order in the inbox alone it would come too late to be cut short. */
export function tellAtWork(
  order: Order,
  instance: Instance,
  { world }: Pick<PlanContext, "world">,
): readonly Operation[] {
  if (instance.mail === "unreadable") return [];
  const { inbox, status } = instance.mail;
  if (!inbox.includes(mailId(order.id))) return [];
  return unheard(order.role, world.repository).flatMap(({ id, ...message }) => {
    if (inbox.includes(`tell-${id}`)) return [];
    const heard = hearing(message, status);
    return [operation(id, { kind: "mail.tell", order, id, message, heard }, { cause: "a person told it" })];
  });
}

/**
 * Into the words of an order that is given out. What lies in the mailbox for an order before it, or is among what a report
 * there was told, may have been heard: where it was not, it is told at work.
 */
export function tellWith<T extends Pick<Order, "role" | "words" | "cause">>(
  order: T,
  { world }: Pick<PlanContext, "world">,
): T & Pick<Order, "tells"> {
  const mail = world.runtime.instances.get(order.role)?.mail;
  const isInMail = (id: string) =>
    mail !== undefined &&
    mail !== "unreadable" &&
    (mail.inbox.includes(`tell-${id}`) || mail.outbox.some(({ told = [] }) => told.includes(id)));
  const messages = unheard(order.role, world.repository).filter(({ id }) => !isInMail(id));
  if (messages.length === 0) return order;
  const said = messages.map(({ words }) => `A person says: ${words.trim()}`);
  return {
    ...order,
    words: [...said, ...(order.words === "" ? [] : [order.words])].join("\n\n"),
    cause: `${order.cause}; told what a person said`,
    tells: messages.map(({ id }) => id),
  };
}
