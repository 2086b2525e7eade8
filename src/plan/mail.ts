// What goes into and comes out of the mailboxes: orders out, reports in, each acknowledged once it is safe. Pure.
import { formatOrderId, mailId, orderIdOfMail } from "../model/names.ts";
import type { Operation } from "../model/plan.ts";
import type { Order } from "../model/records.ts";
import type { Instance, Mail } from "../model/world.ts";
import { operation, operationId, type PlanContext } from "./context.ts";
import { assigneeOf } from "./orders.ts";

export function planMail(context: PlanContext): readonly Operation[] {
  const working = workingOrders(context);
  const outgoing = [...working.values()].flatMap((order) => [...deliver(order, context), ...claim(order, context)]);
  const incoming = [...context.world.runtime.instances.values()].flatMap((instance) =>
    instance.mail === "unreadable"
      ? []
      : [...collect(instance, instance.mail, context), ...withdraw(instance, instance.mail, working, context)],
  );
  return [...outgoing, ...incoming];
}

/** Orders that stand: the latest of a bead or a move that is at work. */
function workingOrders({ survey }: PlanContext): ReadonlyMap<string, Order> {
  const states = [...survey.leaves, ...survey.upward].map((each) => each.state);
  const orders = states.flatMap((state) => (state.kind === "working" ? [state.order] : []));
  return new Map(orders.map((order) => [formatOrderId(order.id), order]));
}

function deliver(order: Order, { world, options }: PlanContext): readonly Operation[] {
  const instance = world.runtime.instances.get(order.role);
  if (!instance || instance.mail === "unreadable") return [];
  const { status, inbox, outbox } = instance.mail;
  const id = formatOrderId(order.id);
  const isInHand =
    status.order === id || inbox.includes(mailId(order.id)) || outbox.some((report) => report.order === id);
  const isSetupToRetry = status.phase === "setup-failed" && status.order === id && status.sinceMs < options.startedAtMs;
  if ((isInHand && !isSetupToRetry) || (isSetupToRetry && inbox.includes(mailId(order.id)))) return [];
  const cause = isSetupToRetry ? "its setup is tried again" : "not delivered";
  return [
    operation(id, { kind: "order.deliver", order }, { cause, needs: [operationId("instance.start", order.role)] }),
  ];
}

function claim(order: Order, { survey }: PlanContext): readonly Operation[] {
  const bead = survey.beads.get(order.id.subject);
  const assignee = assigneeOf(order.role);
  if (!bead || (bead.status === "in_progress" && bead.assignee === assignee)) return [];
  return [operation(bead.id, { kind: "bead.claim", bead: bead.id, assignee }, { cause: `given to ${order.role}` })];
}

/** A report of an order that this role was never given is left where it is: nothing in it is believed. */
function collect(instance: Instance, mail: Mail, { world }: PlanContext): readonly Operation[] {
  const known = new Map(world.repository.orders.map((order) => [formatOrderId(order.id), order]));
  const pinned = new Set(world.repository.reports.map((report) => formatOrderId(report.id)));
  return mail.outbox.flatMap((report): readonly Operation[] => {
    const order = known.get(report.order);
    if (!order || order.role !== instance.role) return [];
    const name = mailId(order.id);
    if (!pinned.has(report.order)) {
      return [
        operation(
          report.order,
          { kind: "report.import", order, report },
          { cause: `${instance.role} reported ${report.state}` },
        ),
      ];
    }
    if (mail.inbox.includes(`ack-${name}`)) return [];
    return [
      operation(report.order, { kind: "mail.ack", role: instance.role, mail: name }, { cause: "the report is pinned" }),
    ];
  });
}

function withdraw(
  instance: Instance,
  mail: Mail,
  working: ReadonlyMap<string, Order>,
  { world }: PlanContext,
): readonly Operation[] {
  const held = new Set([
    ...mail.inbox,
    ...(mail.status.order === undefined ? [] : [mail.status.order.replace("/", "+")]),
  ]);
  return [...held].flatMap((name): readonly Operation[] => {
    const id = orderIdOfMail(name);
    const text = id && formatOrderId(id);
    const order = world.repository.orders.find((each) => formatOrderId(each.id) === text);
    const isReported = world.repository.reports.some((report) => formatOrderId(report.id) === text);
    if (!order || !text || order.role !== instance.role || working.has(text) || isReported) return [];
    if (mail.outbox.some((report) => report.order === text) || mail.inbox.includes(`withdraw-${name}`)) return [];
    return [operation(text, { kind: "order.withdraw", order }, { cause: "its bead needs no work any more" })];
  });
}
