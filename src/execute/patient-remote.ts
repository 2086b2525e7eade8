// A remote that may take minutes, as the driver sees it: what was begun goes on beside its passes. Decides nothing.
import { CrewError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Remote } from "../ports/remote.ts";

/** How long one pass waits for the remote. */
const patienceMs = 2_000;

/**
 * One thing at a time. What takes longer is a `conflict` for this pass, which is no failure, and goes on; how it ended is
 * told to the next one that asks for the same. `signal` ends it.
 */
export function patientRemote(remote: Remote, clock: Clock, signal: AbortSignal): Remote {
  let running: Promise<void> | undefined;
  /** By what was asked: something else that is asked meanwhile is not told, and takes nothing away. */
  const failures = new Map<string, { readonly error: unknown }>();
  const once = async (about: string, begin: () => Promise<void>): Promise<void> => {
    const told = failures.get(about);
    failures.delete(about);
    if (told) throw told.error;
    if (running) throw stillAtIt();
    let isWaitedFor = true;
    const work = begin()
      .catch((error: unknown) => {
        if (isWaitedFor) throw error;
        failures.set(about, { error });
      })
      .finally(() => {
        running = undefined;
      });
    running = work;
    const waiting = new AbortController();
    const patience = clock.sleep(patienceMs, waiting.signal).then(() => {
      isWaitedFor = false;
      throw stillAtIt();
    });
    try {
      await Promise.race([work, patience]);
    } finally {
      patience.catch(() => undefined);
      waiting.abort();
    }
  };
  return {
    push: (project, push) => once("push", () => remote.push(project, { ...push, signal })),
    look: (project, look) => once("look", () => remote.look(project, { ...look, signal })),
    propose: (project, proposal) => once("propose", () => remote.propose(project, { ...proposal, signal })),
  };
}

function stillAtIt(): CrewError {
  return new CrewError("conflict", "The remote has not answered yet; crew goes on meanwhile.");
}
