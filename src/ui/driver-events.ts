// Turns what the driver does into events: one for each operation, one for each pass after which something is different,
// one for the end. Holds only what it needs to tell a difference; decides nothing.
import type { CrewError } from "../errors.ts";
import type { Driven } from "../execute/driver.ts";
import type { Failure } from "../execute/failures.ts";
import type { Crew } from "../model/crew.ts";
import type {
  CrewEvent,
  EndEvent,
  EpicState,
  EventError,
  FailureState,
  OperationEvent,
  PassEvent,
} from "../model/event.ts";
import type { Operation } from "../model/plan.ts";
import type { World } from "../model/world.ts";
import { epicState, gateStates } from "./epic-state.ts";
import { operationLine } from "./operation-line.ts";
import { operationNews } from "./operation-news.ts";
import { queueEntries } from "./queue-state.ts";
import { roleStates } from "./role-state.ts";
import type { Seen } from "./seen.ts";

export interface DriverEventsOptions {
  readonly nowMs: () => number;
  readonly emit: (event: CrewEvent) => void;
  /** The file as it is before the first pass; absent for `down`. */
  readonly crew?: Crew;
}

/** Hooks for `walk` and `drive`, and what is to be called after each pass and at the end. */
export interface DriverEvents {
  readonly onStart: (operation: Operation) => void;
  readonly onDone: (operation: Operation) => void;
  readonly onFailed: (operation: Operation, error: CrewError) => void;
  readonly onPass: (seen: Seen) => void;
  readonly onEnd: (driven: Driven) => void;
}

export function driverEvents({ nowMs, emit, crew }: DriverEventsOptions): DriverEvents {
  let known: { readonly crew?: Crew; readonly world?: World } = crew ? { crew } : {};
  let epic: EpicState | undefined;
  let last = "";
  const tell = (operation: Operation, state: OperationEvent["state"]) => ({
    ...operationEvent(operation, { state, at: nowMs(), ...known }),
  });
  return {
    onStart: (operation) => emit(tell(operation, "started")),
    onDone: (operation) => emit(tell(operation, "done")),
    onFailed: (operation, error) => emit({ ...tell(operation, "failed"), ...failedWith(operation, error) }),
    onPass: (seen) => {
      const event = passEvent(seen, nowMs());
      known = seen;
      epic = event.epic;
      const text = JSON.stringify({ ...event, at: 0 });
      if (text === last) return;
      last = text;
      emit(event);
    },
    onEnd: (driven) => emit({ ...endEvent(driven, nowMs()), ...(epic && { epic }) }),
  };
}

interface Telling {
  readonly state: OperationEvent["state"];
  readonly at: number;
  readonly crew?: Crew;
  readonly world?: World;
}

function operationEvent(operation: Operation, telling: Telling): OperationEvent {
  const { state, at } = telling;
  const { id, kind, cause } = operation;
  const news = operationNews(operation, telling);
  const begun = state === "started" ? ({ mark: "going", text: begins(operation), isDetail: true } as const) : {};
  return { type: "operation", at, state, id, kind, cause, ...news, ...begun };
}

function passEvent(seen: Seen, at: number): PassEvent {
  const { outlook, inFlight, attention } = seen.plan;
  return {
    type: "pass",
    at,
    outlook,
    inFlight,
    epic: epicState(seen),
    roles: roleStates(seen),
    gates: gateStates(seen),
    queue: queueEntries(seen),
    attention,
  };
}

function endEvent({ outlook, attention, failures }: Driven, at: number): EndEvent {
  return { type: "end", at, outlook, attention, failures: failures.map(failureState) };
}

export function failureState({ operation, error, tries, nextAtMs }: Failure): FailureState {
  const { id, kind } = operation;
  return { id, kind, text: couldNot(operation), tries, nextAtMs, error: eventError(error) };
}

function failedWith(
  operation: Operation,
  error: CrewError,
): Pick<OperationEvent, "mark" | "text" | "isDetail" | "error"> {
  // A lost race is no failure: the next pass sees the new value.
  return { mark: "trouble", text: couldNot(operation), isDetail: error.code === "conflict", error: eventError(error) };
}

export function couldNot(operation: Operation): string {
  return `could not ${begins(operation)}`;
}

function begins(operation: Operation): string {
  const { verb, about } = operationLine(operation);
  return `${verb} ${about}`;
}

function eventError({ code, message, hint, at }: CrewError): EventError {
  return { code, message, ...(hint !== undefined && { hint }), ...(at !== undefined && { at }) };
}
