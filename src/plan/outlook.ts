// Whether anything is still going on, and if not, whether that is the end. Pure.
import { isStuck, whyBroken } from "../model/instance.ts";
import { formatOrderId } from "../model/names.ts";
import type { Operation, Outlook } from "../model/plan.ts";
import { jobsAmong, progressOf, servicesIn } from "../model/services.ts";
import { isSelected, type PlanContext } from "./context.ts";
import { isHeld } from "./holds.ts";
import { landing } from "./landing.ts";

export function outlookOf(operations: readonly Operation[], context: PlanContext): Outlook {
  // Looking at the remote now and then is no work.
  if (operations.some(({ kind }) => kind !== "remote.fetch") || isInFlight(context)) return "working";
  const state = landing(context).kind;
  if (state === "proposed") return "proposed";
  if (state === "unapproved") return "landable";
  return state === "landed" && context.survey.epic?.status === "closed" ? "complete" : "settled";
}

/**
 * An order that a living role has in hand or will find in its mail, a person at a session, a running gate, a service that starts.
 * Where no mail was read, any order that is out.
 */
export function isInFlight(context: PlanContext): boolean {
  const { world, survey } = context;
  const orders = [...survey.leaves, ...survey.upward].flatMap(({ state }) =>
    state.kind === "working" ? [state.order] : [],
  );
  const isWorking = orders.some((order) => {
    const instance = world.runtime.instances.get(order.role);
    if (world.runtime.isMailLeft) return true;
    if (!instance || instance.mail === "unreadable" || !isSelected(order.role, context)) return false;
    if (isHeld(order.role, world) || instance.paused) return false;
    // Its report lies there: what is left of it is crew's own to do.
    if (instance.mail.outbox.some((report) => report.order === formatOrderId(order.id))) return false;
    // `stopped` in a living role is left from its last run: it is about to go on.
    return instance.running && whyBroken(instance) === undefined && !isStuck(instance.mail.status.phase);
  });
  const isAttached = [...world.runtime.instances.values()].some(
    ({ running, paused, mail }) => running && !paused && mail !== "unreadable" && mail.status.phase === "attached",
  );
  const jobs = jobsAmong([...context.crew.roles, ...context.crew.gates].flatMap(({ services = [] }) => services));
  const isStarting = servicesIn(world.runtime).some(
    (state) => progressOf(state) === "starting" || (state.running && jobs.has(state.name)),
  );
  const runs = [...world.runtime.gates.values(), ...(world.runtime.setups?.runs.values() ?? [])];
  return isWorking || isAttached || isStarting || runs.some((run) => run.running);
}
