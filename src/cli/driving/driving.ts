// Drives a project in this process: the lease, the hooks that report progress and crash on demand, and the wake-up.
import { existsSync } from "node:fs";
import { CrewError } from "../../errors.ts";
import { type Driven, type DriveOptions, drive } from "../../execute/driver.ts";
import type { Passed } from "../../execute/pass.ts";
import { patientBeads } from "../../execute/patient-beads.ts";
import { patientRemote } from "../../execute/patient-remote.ts";
import { survey } from "../../merge/survey.ts";
import type { CrewEvent } from "../../model/event.ts";
import type { PlanOptions } from "../../plan/context.ts";
import { epicPlace } from "../../plan/epic.ts";
import { driverEvents } from "../../ui/driver-events.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Invocation } from "../invocation.ts";
import { eventsFile, type Project } from "../project/opened.ts";
import { crashHook } from "./crash.ts";
import { upAgain } from "./drivers.ts";
import { eventWriter } from "./events.ts";

export interface Driving {
  readonly planOptions: PlanOptions;
  readonly until: "settled" | "complete";
  /** The command as people typed it: shown to those who find the project driven. */
  readonly command: string;
  readonly onEvent: (event: CrewEvent) => void;
  /** Told once nobody else can drive the project. */
  readonly onDriving?: () => void;
}

/** Throws `locked` where somebody else drives the project. */
export async function driveHere(
  invocation: Invocation,
  flags: GlobalFlags,
  { project, ...driving }: Driving & { readonly project: Project },
): Promise<Driven> {
  const { beads, remote, clock } = project.engine;
  const patient = { beads: patientBeads(beads, clock), remote: patientRemote(remote, clock, invocation.signal) };
  const engine = { ...project.engine, ...patient };
  const lease = engine.repository.lease(engine.project, "driver");
  const taken = await lease.acquire(driving.command);
  if (!taken.held)
    throw new CrewError("locked", `Somebody drives this project already (pid ${taken.by.pid})`, { hint: "crew up" });
  driving.onDriving?.();
  const events = reporting(project, driving);
  const changes = watchChanges(invocation, project);
  try {
    const driven = await drive(engine, {
      ...driving,
      ...events,
      onPass: (passed) => {
        if (passed.plan.outlook !== "complete") changes.begin();
        events.onPass(passed);
      },
      lockTimeoutMs: flags.lockTimeout * 1000,
      signal: invocation.signal,
      currentCrew: currentCrew(project),
      changed: changes.next,
      takeWake: changes.takeWake,
      isGone: () => !existsSync(project.commonDir),
      onRest: events.onEnd,
      crash: crashHook(invocation),
    });
    events.onEnd(driven);
    return driven;
  } finally {
    changes.end();
    // This process ends: a lease that cannot be given back is nobody's.
    await lease.release().catch(() => undefined);
  }
}

function reporting({ engine, crew, ...project }: Project, { onEvent, planOptions }: Driving) {
  const write = eventWriter(eventsFile({ ...project, engine }));
  const emit = (event: CrewEvent) => {
    write(event);
    onEvent(event);
  };
  const events = driverEvents({ nowMs: () => engine.clock.nowMs(), emit, crew });
  const onPass = ({ crew, world, plan }: Passed) =>
    events.onPass({
      crew,
      world,
      plan,
      survey: survey(crew, world, { epic: epicPlace(crew, world).id, ...planOptions }),
    });
  return { ...events, onPass };
}

/** The file as it stands, and when a person last said `up` beside this driver. */
function currentCrew(project: Project): DriveOptions["currentCrew"] {
  const file = project.file.follow(project.crew, project.engine.clock);
  const beganAtMs = project.engine.clock.nowMs();
  let removeOrphans = false;
  return async () => {
    const current = await file();
    const said = upAgain(project);
    // A wish stands as long as this driver: an orphan at work goes after its turn.
    const isNew = said.atMs >= beganAtMs;
    removeOrphans ||= said.removeOrphans && isNew;
    return {
      ...current,
      changedAtMs: Math.max(current.changedAtMs, said.atMs),
      removeOrphans,
      ...(isNew && { noRecreate: said.noRecreate }),
    };
  };
}

interface Changes {
  /** Looks at the project's folders from here on: not before a first look has shown that there is something to drive. */
  readonly begin: () => void;
  /** Resolves once something changed since the last wait, or the signal aborts. */
  readonly next: (signal: AbortSignal) => Promise<void>;
  /** True once after another command woke us. */
  readonly takeWake: () => boolean;
  readonly end: () => void;
}

/** A mailbox, a gate or the tracker changed, or another command woke us. What changes between two waits is not lost. */
function watchChanges(invocation: Invocation, { engine }: Project): Changes {
  const watching = new AbortController();
  let hasChanged = false;
  let resolve: (() => void) | undefined;
  const notify = () => {
    hasChanged = true;
    resolve?.();
  };
  let isWoken = false;
  const forget = invocation.onWake(() => {
    isWoken = true;
    notify();
  });
  let isBegun = false;
  return {
    begin: () => {
      if (isBegun) return;
      isBegun = true;
      // Without the watch the driver still looks every second.
      engine.runtime.watch(notify, watching.signal).catch(() => undefined);
      engine.beads.watch(notify, watching.signal).catch(() => undefined);
    },
    next: async (signal) => {
      if (!hasChanged) {
        await new Promise<void>((done) => {
          resolve = done;
          signal.addEventListener("abort", () => done(), { once: true });
        });
      }
      hasChanged = false;
    },
    takeWake: () => {
      const was = isWoken;
      isWoken = false;
      return was;
    },
    end: () => {
      forget();
      watching.abort();
    },
  };
}
