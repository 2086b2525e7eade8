// A name held by one living process: a ref to a blob that says who, taken by compare-and-swap. Waits for nobody.
import { CrewError } from "../errors.ts";
import type { Oid } from "../model/names.ts";
import type { Lease, LeaseHolder } from "../ports/repository.ts";
import type { Context, ProcessIdentity } from "./context.ts";
import { recordJson } from "./facts.ts";
import { leaseRef } from "./layout.ts";
import { writeBlob } from "./objects.ts";
import { malformed } from "./records.ts";
import { blobAt, swapRefs } from "./refs.ts";

export function leaseOf(context: Context, project: string, name: string): Lease {
  const ref = leaseRef(project, name);
  // What this process has taken here, so that giving it back is one compare-and-swap.
  let taken: Oid | undefined;
  return {
    acquire: async (command) => {
      const record = recordJson(await ownRecord(context.identity, command));
      taken = await writeBlob(context.view, record);
      return acquire(context, ref, taken);
    },
    release: async () => {
      if (taken !== undefined && (await swapRefs(context, [{ ref, from: taken }]))) return;
      await release(context, ref);
    },
    clear: async () => {
      const left = await readLease(context, ref);
      if (left && !(await lives(context.identity, left.holder))) await swapRefs(context, [{ ref, from: left.oid }]);
    },
    holder: async () => {
      const held = await readLease(context, ref);
      return held && (await lives(context.identity, held.holder)) ? held.holder : undefined;
    },
  };
}

/** Each try that is lost has made somebody else the holder, so that the next one mostly finds a living one. */
const maxTries = 50;

/** `to` is the blob that names this process. */
async function acquire(context: Context, ref: string, to: Oid): ReturnType<Lease["acquire"]> {
  if (await swapRefs(context, [{ ref, to }])) return { held: true };
  for (let tries = 0; tries < maxTries; tries += 1) {
    const now = await readLease(context, ref);
    if (now && (await isOwn(context.identity, now.holder))) return { held: true };
    if (now && (await lives(context.identity, now.holder))) return { held: false, by: now.holder };
    if (await swapRefs(context, [{ ref, from: now?.oid, to }])) return { held: true };
  }
  throw new CrewError("conflict", `${ref} could not be taken: others kept taking it.`, { hint: "Try again.", at: ref });
}

async function release(context: Context, ref: string): Promise<void> {
  const now = await readLease(context, ref);
  if (now && (await isOwn(context.identity, now.holder))) await swapRefs(context, [{ ref, from: now.oid }]);
}

async function readLease(context: Context, ref: string): Promise<{ oid: string; holder: LeaseHolder } | undefined> {
  const blob = await blobAt(context, ref);
  return blob && { oid: blob.oid, holder: parseHolder(blob.text, ref) };
}

export function parseHolder(text: string, ref: string): LeaseHolder {
  const value = readJson(text) as Partial<LeaseHolder> | undefined;
  const { host, pid, startTime, command } = value ?? {};
  if (
    typeof host === "string" &&
    typeof pid === "number" &&
    typeof startTime === "string" &&
    typeof command === "string"
  ) {
    return { host, pid, startTime, command };
  }
  throw malformed(ref, "it does not say who holds it");
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function ownRecord(identity: ProcessIdentity, command: string): Promise<LeaseHolder> {
  return { host: identity.host, pid: identity.pid, startTime: await ownStartTime(identity), command };
}

async function isOwn(identity: ProcessIdentity, holder: LeaseHolder): Promise<boolean> {
  const { host, pid } = identity;
  return holder.host === host && holder.pid === pid && holder.startTime === (await ownStartTime(identity));
}

/** Nobody here can tell about another host's processes, so they count as living. */
export async function lives(identity: ProcessIdentity, holder: LeaseHolder): Promise<boolean> {
  return holder.host !== identity.host || (await identity.startTimeOf(holder.pid)) === holder.startTime;
}

/** A recycled pid is told from the process that had it before by its start time. */
export async function ownStartTime(identity: ProcessIdentity): Promise<string> {
  const startTime = await identity.startTimeOf(identity.pid);
  if (startTime !== undefined) return startTime;
  throw new CrewError("internal", "crew cannot tell when its own process started.", {
    hint: "This is crew's fault: please report it with the name of your system.",
  });
}
