// The set-up part of `crew up -d`: beads, tips, branches and instances, in this process; the driver does the rest.
import { CrewError } from "../../errors.ts";
import { pass } from "../../execute/pass.ts";
import type { Crew } from "../../model/crew.ts";
import type { Note, Operation, OperationKind, Plan } from "../../model/plan.ts";
import { serviceId } from "../../model/services.ts";
import type { PlanOptions } from "../../plan/context.ts";
import { attentionLines } from "../../ui/attention.ts";
import { driverEvents } from "../../ui/driver-events.ts";
import { type Line, renderLines, span, type TextFormat, wrapped } from "../../ui/lines.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { eventsFile } from "../project/opened.ts";
import { overWords } from "../project/work-context.ts";
import type { Converging } from "./converge.ts";
import { crashHook } from "./crash.ts";
import { isDriver } from "./drivers.ts";
import { eventWriter } from "./events.ts";
import { openPlainProgress } from "./plain-progress.ts";

const setUpKinds: ReadonlySet<OperationKind> = new Set([
  "bead.create",
  "bead.link",
  "project.record",
  "start.pin",
  "tip.create",
  "tip.follow",
  "branch.show",
  "image.pull",
  "image.build",
  "setup.start",
  "volume.create",
  "instance.create",
  "instance.start",
  "instance.stop",
  "instance.remove",
  "service.create",
  "service.start",
  "service.remove",
  "report.import",
  "rescue.import",
]);

/** Each pass plans from what the last one made, services one after another; a few more mean that something undoes them. */
const passesAtMost = 5;

/** How many times as long as anybody else the project's driver is waited for. */
const waitsAtMost = 10;

interface SettingUp extends Converging {
  /** What is said once all is set up. */
  readonly done: string;
  /** A driver is there: it takes what is in mailboxes. */
  readonly isDriven?: boolean;
  /** False: instances are made, and not started. */
  readonly starts?: boolean;
  /** Told before the first thing is made. */
  readonly onBegin?: () => void;
  /** Told once something was made, before it is looked at again. */
  readonly onMade?: () => void;
}

export interface SetUp {
  /** `complete`: nothing needs a driver. `refused`: the project carries another epic, or the one that is named is not there. */
  readonly result: "done" | "complete" | "refused";
  /** Nothing was made, and nothing is to be done by anybody. */
  readonly isQuiet: boolean;
}

export async function setUp(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, planOptions: wished, command, done, isDriven = false, starts = true, onBegin, onMade }: SettingUp,
): Promise<SetUp> {
  const { engine, crew } = project;
  const { progress, sink } = await openPlainProgress(invocation, flags, project);
  const write = eventWriter(eventsFile(project));
  const events = driverEvents({
    nowMs: () => engine.clock.nowMs(),
    crew,
    emit: (event) => {
      write(event);
      progress.show(event);
    },
  });
  const onStart = (operation: Operation) => {
    onBegin?.();
    events.onStart(operation);
  };
  const memory = new Map();
  const isDue = ({ kind }: Operation) =>
    setUpKinds.has(kind) && (starts || !["instance.start", "service.start"].includes(kind));
  let planOptions = wished;
  let waits = 0;
  for (let n = 0; n < passesAtMost + servicesIn(crew); n++) {
    const { world, plan, walked } = await pass(engine, crew, {
      ...events,
      onStart,
      crash: crashHook(invocation),
      planOptions,
      memory,
      command,
      lockTimeoutMs: flags.lockTimeout * 1000,
      // It makes what this command would make: many roles take longer than anybody else is waited for.
      isWaitedFor: async (holder) => {
        waits += 1;
        return waits <= waitsAtMost && (await isDriver(project, holder));
      },
      signal: invocation.signal,
      // Once something was made, a driver begins.
      leavesMail: isDriven || (n > 0 && onMade !== undefined),
      isDue,
    });
    planOptions = withoutMade(planOptions, walked?.done ?? []);
    const failed = walked?.failed.find(({ error }) => error.code !== "conflict");
    if (failed)
      throw new CrewError(failed.error.code, `${failed.operation.id}: ${failed.error.message}`, {
        cause: failed.error,
        ...(failed.error.hint !== undefined && { hint: failed.error.hint }),
      });
    if (!walked || walked.done.length === 0) {
      const result = resultOf(plan);
      sink.write(wordsOf(result, plan, { format: sink.format(), done }));
      // What is in the mail of who is at work, this command has not seen.
      const isQuiet = n === 0 && plan.operations.length === 0 && !(world.runtime.isMailLeft && plan.inFlight);
      return { result, isQuiet };
    }
    if (planOptions.recreate === undefined && planOptions.recreateServices === undefined) onMade?.();
  }
  throw new CrewError("failed", "The set-up does not settle: something undoes what crew makes", { hint: "crew plan" });
}

/** What was made anew, or brought, because a person said so is not again. */
function withoutMade(
  { recreate, recreateServices, refresh, ...others }: PlanOptions,
  done: readonly Operation[],
): PlanOptions {
  const brought = done.flatMap((each) =>
    each.kind === "image.pull" || each.kind === "image.build" ? [each.image] : [],
  );
  const made = done.flatMap((each) => {
    if (each.kind === "instance.create") return [each.spec.role];
    return each.kind === "instance.remove" ? [each.role] : [];
  });
  const left = recreate?.filter((role) => !made.includes(role)) ?? [];
  const gone = done.flatMap((each) => {
    if (each.kind === "service.create") return [serviceId(each.owner, each.spec.name)];
    return each.kind === "service.remove" ? [serviceId(each.owner, each.service)] : [];
  });
  const leftServices = recreateServices?.filter((id) => !gone.includes(id)) ?? [];
  return {
    ...others,
    ...(left.length > 0 && { recreate: left }),
    ...(leftServices.length > 0 && { recreateServices: leftServices }),
    ...(refresh && { refresh: { ...refresh, done: [...refresh.done, ...brought] } }),
  };
}

function resultOf({ outlook, attention }: Plan): SetUp["result"] {
  if (outlook === "complete") return "complete";
  return attention.some(({ kind }) => ["other-epic", "other-tracker", "other-runtime"].includes(kind))
    ? "refused"
    : "done";
}

interface Telling extends Pick<SettingUp, "done"> {
  readonly format: TextFormat;
}

function wordsOf(result: SetUp["result"], plan: Plan, { format, done }: Telling): string {
  switch (result) {
    case "complete":
      return `Nothing to do: ${overWords(plan)}.\n`;
    case "refused":
      return renderLines(attentionLines(plan.attention), format);
    case "done":
      return `${renderLines(plan.notes.filter(({ isPutOff }) => isPutOff).map(putOffLine), format)}${done}`;
  }
}

/** A person who sees nothing done about what is not as the file has it is told why. */
function putOffLine({ subject, cause }: Note): Line {
  return wrapped(2, span("= ", "dim"), `${subject}: ${cause}`);
}

function servicesIn({ roles, gates }: Crew): number {
  return [...roles, ...gates].reduce((count, { services = [] }) => count + services.length, 0);
}
