// What goes into and comes out of the mailboxes: orders out, reports in, each acknowledged once it is safe. Pure.

import { declaredRole } from "../merge/targets.ts";
import { isStuck } from "../model/instance.ts";
import { formatOrderId, mailId, orderIdOfMail } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { Order } from "../model/records.ts";
import type { Instance, Mail, MailReport, Phase, World } from "../model/world.ts";
import { limitMetBy } from "./agents.ts";
import { allowedTo } from "./allowance.ts";
import { operation, operationId, type PlanContext } from "./context.ts";
import { isHeld } from "./holds.ts";
import { tellAtWork } from "./messages.ts";
import { assigneeOf } from "./orders.ts";

export function planMail(context: PlanContext): readonly Operation[] {
  const working = workingOrders(context);
  const records = recordsOf(context.world);
  const outgoing = [...working.values()].flatMap((order) => [...deliver(order, context), ...claim(order, context)]);
  const incoming = [...context.world.runtime.instances.values()].flatMap((instance) =>
    instance.mail === "unreadable"
      ? []
      : [
          ...collectReports(instance, records, context.crew.protect),
          ...acknowledge(instance, instance.mail, records),
          ...withdraw({ instance, mail: instance.mail, working, records }),
        ],
  );
  return [...outgoing, ...incoming];
}

/** Reports that are to be imported. One of an order that this role was never given is left where it is: nothing in it is believed. */
export function collectReports(
  instance: Instance,
  records: MailRecords,
  protect: readonly string[],
): readonly Operation[] {
  return reportsOf(instance, records)
    .filter(({ report }) => !records.pinned.has(report.order))
    .map(({ order, report }) => {
      const cause = `${instance.role} reported ${report.state}`;
      const body = { kind: "report.import", order, report, ...(protect.length > 0 && { protect }) } as const;
      return operation(report.order, body, { cause });
    });
}

export interface MailRecords {
  /** By formatted order id. */
  readonly orders: ReadonlyMap<string, Order>;
  /** Formatted ids of the orders whose report is pinned. */
  readonly pinned: ReadonlySet<string>;
}

export function recordsOf({ repository }: World): MailRecords {
  return {
    orders: new Map(repository.orders.map((order) => [formatOrderId(order.id), order])),
    pinned: new Set(repository.reports.map((report) => formatOrderId(report.id))),
  };
}

/** Orders that stand: the latest of a bead or a move that is at work. */
function workingOrders({ survey }: PlanContext): ReadonlyMap<string, Order> {
  const states = [...survey.leaves, ...survey.upward].map((each) => each.state);
  const orders = states.flatMap((state) => (state.kind === "working" ? [state.order] : []));
  return new Map(orders.map((order) => [formatOrderId(order.id), order]));
}

/**
 * A role that the file no longer has takes no order, not even one that was issued already; nor does one whose credential has
 * met a limit, by whomever. Whoever was given it before, and has not asked its model yet, is told to wait as well.
 */
function deliver(order: Order, { crew, world, options }: PlanContext): readonly Operation[] {
  const instance = world.runtime.instances.get(order.role);
  const role = declaredRole(crew, order.role);
  if (!instance || instance.mail === "unreadable" || !role || isHeld(order.role, world)) return [];
  const { status, inbox, outbox } = instance.mail;
  const id = formatOrderId(order.id);
  const limit = limitMetBy(role, { crew, world });
  if (limit) {
    const isAbout = status.order === id && asksLater.includes(status.phase);
    if (!instance.running || !isAbout || limit.untilMs <= (status.limitUntilMs ?? 0)) return [];
    const body = { kind: "order.deliver", order, left: allowedTo(order, { crew, world }), limit } as const;
    return [operation(id, body, { cause: `${limit.role} has met the limit of ${role.credential?.variable}` })];
  }
  const isReported = outbox.some((report) => report.order === id);
  const told = isReported || !instance.running ? [] : tellAtWork(order, instance, { world });
  const isInHand = status.order === id || inbox.includes(mailId(order.id));
  const waitsForPerson = instance.running && isStuck(status.phase) && status.order === id;
  const isToRetry = waitsForPerson && status.sinceMs < options.startedAtMs;
  if (isReported || (isInHand && !isToRetry)) return told;
  const what = status.phase === "refused" ? "its agent" : "its setup";
  const cause = isToRetry ? `${what} is tried again` : "not delivered";
  const needs = [operationId("instance.start", order.role)];
  return [
    operation(id, { kind: "order.deliver", order, left: allowedTo(order, { crew, world }) }, { cause, needs }),
    ...told,
  ];
}

/** With an order in hand, and no program under way that would meet the limit by itself. */
const asksLater: readonly Phase[] = ["starting", "setup", "checking"];

/** What a person set aside, or took, while the order was out stays as the person left it. */
function claim(order: Order, { survey }: PlanContext): readonly Operation[] {
  const bead = survey.beads.get(order.id.subject);
  const assignee = assigneeOf(order.role);
  const isCrews = bead?.status === "in_progress" && (bead.assignee ?? "").startsWith("crew/");
  if (!bead || (bead.status !== "open" && !isCrews) || (isCrews && bead.assignee === assignee)) return [];
  return [operation(bead.id, { kind: "bead.claim", bead: bead.id, assignee }, { cause: `given to ${order.role}` })];
}

function acknowledge(instance: Instance, mail: Mail, records: MailRecords): readonly Operation[] {
  return reportsOf(instance, records).flatMap(({ order, report }) => {
    const name = mailId(order.id);
    if (!records.pinned.has(report.order) || mail.inbox.includes(`ack-${name}`)) return [];
    const body = { kind: "mail.ack", role: instance.role, mail: name } as const;
    return [operation(report.order, body, { cause: "the report is pinned" })];
  });
}

/** One for each order that was given to this role. */
function reportsOf({ role, mail }: Instance, { orders }: MailRecords) {
  const found = new Map<string, { readonly order: Order; readonly report: MailReport }>();
  for (const report of mail === "unreadable" ? [] : mail.outbox) {
    const order = orders.get(report.order);
    if (order?.role === role && !found.has(report.order)) found.set(report.order, { order, report });
  }
  return [...found.values()];
}

interface Withdrawing {
  readonly instance: Instance;
  readonly mail: Mail;
  readonly working: ReadonlyMap<string, Order>;
  readonly records: MailRecords;
}

/** What a person reported in the role's place, too: it would be done again for nothing, with the next order behind it. */
function withdraw({ instance, mail, working, records }: Withdrawing): readonly Operation[] {
  const inHand = mail.status.order === undefined ? [] : [mail.status.order.replace("/", "+")];
  return [...new Set([...mail.inbox, ...inHand])].flatMap((name): readonly Operation[] => {
    const id = orderIdOfMail(name);
    const text = id === undefined ? "" : formatOrderId(id);
    const order = records.orders.get(text);
    if (!order || order.role !== instance.role || working.has(text)) return [];
    if (mail.outbox.some((report) => report.order === text) || mail.inbox.includes(`withdraw-${name}`)) return [];
    const isPinned = records.pinned.has(text);
    // The status names an order a little longer than the inbox holds it.
    if (isPinned && !mail.inbox.includes(name)) return [];
    const cause = isPinned ? "it is reported already" : "its bead needs no work any more";
    return [operation(text, { kind: "order.withdraw", order }, { cause })];
  });
}
