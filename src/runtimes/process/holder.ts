// Who has claimed an instance's folder: its supervisor or gate, if one lives. The claim is the agent's to write, so it is
// believed only of a process that carries the marker. Signals nothing.
import { join } from "node:path";
import type { Clock } from "../../ports/clock.ts";
import type { InstanceFolder } from "./folders.ts";
import { isAlive, type ProcessIdentity, parseIdentity } from "./identity.ts";
import { hasMarker } from "./marked.ts";
import { readText } from "./reading.ts";

export interface Holder extends ProcessIdentity {
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
}

export async function holderOf(folder: InstanceFolder): Promise<Holder | undefined> {
  const reading = await readText(join(folder.path, "pid"), 256);
  if (reading.kind !== "text") return undefined;
  const identity = parseIdentity(reading.text);
  if (!identity || !(await isAlive(identity))) return undefined;
  if (!(await hasMarker(identity.pid, { variable: "CREW_INSTANCE", value: folder.marker }))) return undefined;
  return { ...identity, startedAtMs: Math.floor(reading.changedAtMs) };
}

/** Polls until `isReached`; false when `timeoutMs` have passed. */
export async function waitUntil(
  isReached: () => Promise<boolean>,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<boolean> {
  const never = new AbortController().signal;
  const begun = clock.nowMs();
  while (!(await isReached())) {
    if (clock.nowMs() - begun >= timeoutMs) return false;
    await clock.sleep(10, never);
  }
  return true;
}
