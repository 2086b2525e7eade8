// Why an instance can do nothing for the moment, whatever its phase is. Pure.
import type { Instance, Phase } from "./world.ts";

/** For people, one line. Undefined for one that can work, and for one whose mailbox cannot be read: nobody knows. */
export function whyBroken({ mail, withoutRoom, isEngineFull, stillborn }: Instance): string | undefined {
  if (stillborn !== undefined) return stillborn;
  if (mail === "unreadable") return undefined;
  if (withoutRoom !== undefined) return `no space is left on the disk of ${withoutRoom}`;
  if (isEngineFull) return "no space is left on the engine's disk";
  return mail.status.phase === "broken" ? mail.status.detail : undefined;
}

/** It goes on when a person has mended what it tells of. */
export function isStuck(phase: Phase): boolean {
  return phase === "setup-failed" || phase === "refused";
}

/** In the middle of an order: what it stands on is not changed. */
export function isAtWork({ mail, running }: Instance): boolean {
  return mail !== "unreadable" && running && atWork.has(mail.status.phase);
}

const atWork: ReadonlySet<Phase> = new Set(["setup", "working", "attached", "checking", "reporting"]);
