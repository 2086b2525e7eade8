// The plan: (Crew, World, options) → operations, notes, attention, outlook. Pure, synchronous, total, deterministic.

import { survey } from "../merge/survey.ts";
import type { Attention } from "../model/attention.ts";
import type { Crew } from "../model/crew.ts";
import type { Operation, Plan } from "../model/plan.ts";
import type { World } from "../model/world.ts";
import { agentNotes } from "./agents.ts";
import { planAttention } from "./attention.ts";
import { beadNotes } from "./bead-notes.ts";
import { planBranches } from "./branches.ts";
import { budgetNotes, withBudget } from "./budget.ts";
import { planClosing } from "./closing.ts";
import { closingAttention } from "./closing-attention.ts";
import { type PlanContext, type PlanOptions, withinPlan } from "./context.ts";
import { isComplete, planDown } from "./down.ts";
import { type EpicPlace, epicPlace } from "./epic.ts";
import { gateServices, planGates } from "./gates.ts";
import { planHolds } from "./holds.ts";
import { gateAttention } from "./images.ts";
import { planInstances } from "./instances.ts";
import { planLanding } from "./landing.ts";
import { planMail } from "./mail.ts";
import { planMerges } from "./merges.ts";
import { messageNotes } from "./messages.ts";
import { planOrders } from "./orders.ts";
import { isInFlight, outlookOf } from "./outlook.ts";
import { planPoints } from "./points.ts";
import { planProposal, proposalAttention } from "./proposal.ts";
import { isPush, planPush, pushAttention } from "./push.ts";
import { planServices } from "./services.ts";
import { planSetups } from "./setups.ts";
import { planTracker } from "./tracker.ts";
import { planUndoing } from "./undoing.ts";
import { planWords } from "./words.ts";

export function plan(crew: Crew, given: World, options: PlanOptions): Plan {
  const place = epicPlace(crew, given);
  const holds = () => planHolds(crew, given, options);
  if (place.kind === "done") return finished(place.id, holds());
  if (place.kind === "other" && isComplete(given)) return archiving(given, place);
  if (place.kind === "other" || place.kind === "missing" || place.kind === "moved") {
    return refused(refusalOf(place, crew, given), holds());
  }
  const moved = otherRuntime(crew, given);
  if (moved) return refused(moved, holds());
  const work = survey(crew, given, { epic: place.id, ...options });
  const { world } = work;
  const context: PlanContext = {
    crew: withBudget(work.crew, { world, options }),
    world,
    options,
    epic: place.id,
    survey: work,
  };
  const pushes = planPush(context);
  const isFinished =
    outlookOf([], context) === "complete" && planClosing(context).length === 0 && planWords(context).length === 0;
  if (isFinished) return { ...lastPush(finished(place.id, holds()), pushes), attention: pushAttention(context) };
  const branches = planBranches(context);
  const services = planServices(context);
  const ofGates = gateServices(context);
  const instances = planInstances(context);
  const setups = planSetups(context);
  const orders = planOrders(context);
  const operations = onceEach([
    ...planTracker(context, place),
    ...planPoints(context),
    ...branches.operations,
    ...setups.operations,
    ...services.operations,
    ...instances.operations,
    ...orders.operations,
    ...planMail(context),
    ...planGates(context),
    ...planMerges(context),
    ...planLanding(context),
    ...planProposal(context),
    ...planClosing(context),
    ...planUndoing(context),
    ...planWords(context),
    ...pushes,
  ]);
  return {
    operations,
    notes: [
      ...setups.notes,
      ...services.notes,
      ...ofGates.notes,
      ...instances.notes,
      ...agentNotes(context),
      ...messageNotes(context),
      ...budgetNotes(context),
      ...branches.notes,
      ...orders.notes,
      ...beadNotes(context, operations),
    ],
    attention: [
      ...planAttention(context),
      ...closingAttention(context),
      ...branches.attention,
      ...services.attention,
      ...ofGates.attention,
      ...instances.attention,
      ...orders.attention,
      ...gateAttention(context),
      ...pushAttention(context),
      ...proposalAttention(context),
    ],
    outlook: outlookOf(operations, context),
    ...(pushes.length > 0 && {
      besidesPush: outlookOf(
        operations.filter((each) => !isPush(each)),
        context,
      ),
    }),
    inFlight: isInFlight(context),
  };
}

/** Roles and gates ask for one image alike. */
function onceEach(operations: readonly Operation[]): readonly Operation[] {
  const seen = new Set<string>();
  return withinPlan(operations.filter(({ id }) => !seen.has(id) && seen.add(id)));
}

/** The file names another epic and the last one has landed: it is archived first. */
function archiving(world: World, { id }: EpicPlace): Plan {
  const operations = planDown(world, { volumes: false, isComplete: true });
  const notes = [{ subject: `epic ${id}`, cause: "landed and closed; archived before the next epic begins" }];
  return { operations, notes, attention: [], outlook: "working", inFlight: false };
}

/** Nothing goes on, but a person can still hold back what runs, and let it go. */
function finished(epic: string, operations: readonly Operation[]): Plan {
  const notes = [{ subject: `epic ${epic}`, cause: "landed and closed" }];
  return { operations, notes, attention: [], outlook: operations.length > 0 ? "working" : "complete", inFlight: false };
}

/** All is done but to show it on the remote. */
function lastPush(done: Plan, pushes: readonly Operation[]): Plan {
  if (pushes.length === 0) return done;
  return { ...done, operations: [...done.operations, ...pushes], outlook: "working", besidesPush: done.outlook };
}

/** As where all is finished, but a person is needed. */
function refused(attention: Attention, operations: readonly Operation[]): Plan {
  const outlook = operations.length > 0 ? "working" : "settled";
  return { operations, notes: [], attention: [attention], outlook, inFlight: false };
}

/** What runs now would be left behind: nobody would look for it where the next instances are. */
function otherRuntime({ name, runtime }: Crew, { repository }: World): Attention | undefined {
  const { project } = repository.facts;
  const was = project && (project.runtime ?? "process");
  if (was === undefined || was === runtime) return undefined;
  const reason = `project ${name} runs on ${was}, and the file now says ${runtime}`;
  return { kind: "other-runtime", subject: name, reason, commands: ["crew down", "crew up"] };
}

function refusalOf(place: EpicPlace, { name }: Crew, { repository, tracker }: World): Attention {
  const subject = place.id;
  if (place.kind === "other") {
    const reason = `project ${name} still carries epic ${subject}, and the file now names another one`;
    return { kind: "other-epic", subject, reason, commands: ["crew land", "crew down", `crew -p ${name}-2 up`] };
  }
  if (place.kind === "moved") {
    const was = repository.facts.project?.tracker?.kind ?? "git";
    return {
      kind: "other-tracker",
      subject,
      reason:
        was === tracker.kind
          ? `project ${name} keeps its beads in ${repository.facts.project?.tracker?.workspace}, and those in ${tracker.workspace} lack some of them`
          : `project ${name} keeps its beads in ${was}, and the file now says ${tracker.kind}, which lacks some of them`,
      commands:
        was === tracker.kind
          ? ["bd where", "crew up"]
          : [`crew bead --tracker ${was} export | crew bead --tracker ${tracker.kind} import`, "crew up"],
    };
  }
  return {
    kind: "other-epic",
    subject,
    reason: `there is no bead ${subject}`,
    commands: ["crew bead list", "crew config"],
  };
}
