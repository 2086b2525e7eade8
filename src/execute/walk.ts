// Walks a plan: every operation once its needs are met, a few at a time. A failed operation blocks its dependents only.
// Carries no decision.
import { CrewError, machineError } from "../errors.ts";
import type { Operation } from "../model/plan.ts";

/** Operations under way at once. */
const maxAtOnce = 12;

export interface WalkHooks {
  /** Called before and after the effect of each operation; a test's crash happens here. */
  readonly crash?: (point: "before" | "after", operation: Operation) => void;
  readonly onStart?: (operation: Operation) => void;
  readonly onDone?: (operation: Operation) => void;
  readonly onFailed?: (operation: Operation, error: CrewError) => void;
}

export interface Walked {
  readonly done: readonly Operation[];
  readonly failed: readonly { readonly operation: Operation; readonly error: CrewError }[];
  /** Not tried: something they need failed, or the walk was aborted. */
  readonly skipped: readonly Operation[];
}

export interface WalkOptions extends WalkHooks {
  readonly perform: (operation: Operation) => Promise<void>;
  /** Aborted: what is under way is finished, nothing new is begun. */
  readonly signal: AbortSignal;
}

export async function walk(operations: readonly Operation[], options: WalkOptions): Promise<Walked> {
  const waiting = new Set(operations);
  const running = new Map<Operation, Promise<void>>();
  const done: Operation[] = [];
  const failed: { operation: Operation; error: CrewError }[] = [];
  const isDone = new Set<string>();
  const known = new Set(operations.map((operation) => operation.id));

  const run = async (operation: Operation) => {
    try {
      options.onStart?.(operation);
      options.crash?.("before", operation);
      await options.perform(operation);
      options.crash?.("after", operation);
      done.push(operation);
      isDone.add(operation.id);
      options.onDone?.(operation);
    } catch (cause) {
      const error = asCrewError(cause, operation);
      failed.push({ operation, error });
      options.onFailed?.(operation, error);
    }
  };

  while (true) {
    for (const operation of waiting) {
      if (running.size >= maxAtOnce || options.signal.aborted) break;
      const isReady = operation.needs.every((id) => isDone.has(id) || !known.has(id));
      if (!isReady || isLaneTaken(operation, running)) continue;
      waiting.delete(operation);
      // Removed later than it is added, even when it ends without having waited for anything.
      const ended = run(operation).finally(() => running.delete(operation));
      running.set(operation, ended);
    }
    if (running.size === 0) return { done, failed, skipped: [...waiting] };
    await Promise.race(running.values());
  }
}

/** A tracker takes one write at a time; creations that wait together may go into one. */
function isLaneTaken({ kind }: Operation, running: ReadonlyMap<Operation, Promise<void>>): boolean {
  const isTogether = (other: Operation) => kind === "bead.create" && other.kind === kind;
  return (
    kind.startsWith("bead.") &&
    [...running.keys()].some((other) => other.kind.startsWith("bead.") && !isTogether(other))
  );
}

function asCrewError(cause: unknown, operation: Operation): CrewError {
  if (cause instanceof CrewError) return cause;
  const known = machineError(cause);
  if (known) return known;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new CrewError("internal", `${operation.id} failed: ${message}`, {
    cause,
    hint: "This is crew's fault: please report it.",
  });
}
