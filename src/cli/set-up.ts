// The set-up part of `crew up -d`: beads, tips, branches and instances, in this process; the driver does the rest.
import { CrewError } from "../errors.ts";
import { pass } from "../execute/pass.ts";
import type { OperationKind, Plan } from "../model/plan.ts";
import { attentionLines } from "../ui/attention.ts";
import { driverEvents } from "../ui/driver-events.ts";
import { renderLines, type TextFormat } from "../ui/lines.ts";
import type { Converging } from "./converge.ts";
import { crashHook } from "./crash.ts";
import { eventWriter } from "./events.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";
import { eventsFile } from "./opened.ts";
import { openPlainProgress } from "./plain-progress.ts";
import { overWords } from "./work-context.ts";

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
  "volume.create",
  "instance.create",
  "instance.start",
  "instance.stop",
  "instance.remove",
  "report.import",
  "rescue.import",
]);

/** Each pass plans from what the last one made; more than a few mean that something undoes them. */
const passesAtMost = 5;

/** `complete`: nothing needs a driver. `refused`: the project carries another epic, or the one that is named is not there. */
export type SetUp = "done" | "complete" | "refused";

export async function setUp(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, planOptions, command }: Converging,
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
  const memory = new Map();
  for (let n = 0; n < passesAtMost; n++) {
    const { plan, walked } = await pass(engine, crew, {
      ...events,
      crash: crashHook(invocation),
      planOptions,
      memory,
      command,
      lockTimeoutMs: flags.lockTimeout * 1000,
      signal: invocation.signal,
      isDue: (operation) => setUpKinds.has(operation.kind),
    });
    const failed = walked?.failed.find(({ error }) => error.code !== "conflict");
    if (failed)
      throw new CrewError(failed.error.code, `${failed.operation.id}: ${failed.error.message}`, {
        cause: failed.error,
        ...(failed.error.hint !== undefined && { hint: failed.error.hint }),
      });
    if (!walked || walked.done.length === 0) {
      const result = resultOf(plan);
      sink.write(wordsOf(result, plan, sink.format()));
      return result;
    }
  }
  throw new CrewError("failed", "The set-up does not settle: something undoes what crew makes", { hint: "crew plan" });
}

function resultOf({ outlook, attention }: Plan): SetUp {
  if (outlook === "complete") return "complete";
  return attention.some(({ kind }) => ["other-epic", "other-tracker", "other-runtime"].includes(kind))
    ? "refused"
    : "done";
}

function wordsOf(result: SetUp, plan: Plan, format: TextFormat): string {
  switch (result) {
    case "complete":
      return `Nothing to do: ${overWords(plan)}.\n`;
    case "refused":
      return renderLines(attentionLines(plan.attention), format);
    case "done":
      return "Set up. The driver goes on: crew status\n";
  }
}
