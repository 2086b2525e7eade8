// Why an instance can do nothing for the moment, whatever its phase is. Pure.
import type { Instance } from "./world.ts";

/** For people, one line. Undefined for one that can work, and for one whose mailbox cannot be read: nobody knows. */
export function whyBroken({ mail, withoutRoom, stillborn }: Instance): string | undefined {
  if (stillborn !== undefined) return stillborn;
  if (mail === "unreadable") return undefined;
  if (withoutRoom !== undefined) return `no space is left on the disk of ${withoutRoom}`;
  return mail.status.phase === "broken" ? mail.status.detail : undefined;
}
