// Reads records, claims, mailboxes and results of a project's processes. Files only: nothing is run, nothing is changed, and
// whatever an agent made of its folder comes out as a value.
import { join } from "node:path";
import { isReport, mailIn, mostEntries } from "../../agents/mail-reading.ts";
import { mailLimits, parseGateResult } from "../../agents/mailbox.ts";
import type { GateRun, Instance, Mail, RuntimeState } from "../../model/world.ts";
import { halfRemovedIn } from "./aside.ts";
import type { ProcessContext } from "./context.ts";
import { gateFolder, type InstanceFolder, isSafeName, pausingMark, roleFolder } from "./folders.ts";
import { holderOf } from "./holder.ts";
import { isStopped } from "./identity.ts";
import { listNames, type Reading, readText, statPlain } from "./reading.ts";
import { parseGateRecord, parseRecord } from "./record.ts";
import { folderWithoutRoom } from "./room.ts";

export async function observe(context: ProcessContext): Promise<RuntimeState> {
  const { folders } = context;
  const [roles, gates] = await Promise.all([foldersIn(folders.roles), foldersIn(folders.gates)]);
  const full = folderWithoutRoom(context);
  const [instances, runs] = await Promise.all([
    Promise.all(roles.map((role) => observeInstance(role, roleFolder(folders, role), full))),
    Promise.all(gates.map((key) => observeGate(key, gateFolder(folders, key)))),
  ]);
  const halfRemoved = (await halfRemovedIn(folders.roles)).filter(isSafeName);
  return {
    instances: new Map(instances.flatMap((instance) => (instance ? [[instance.role, instance] as const] : []))),
    volumes: new Set(roles),
    ...(halfRemoved.length > 0 && { halfRemoved: new Set(halfRemoved) }),
    gates: new Map(runs.flatMap((run) => (run ? [[run.key, run] as const] : []))),
  };
}

async function foldersIn(path: string): Promise<readonly string[]> {
  const names = await listNames(path, 100_000);
  return typeof names === "string" ? [] : names.filter(isSafeName);
}

/** Without a good record there is no instance: it is created again over the same folder. */
async function observeInstance(
  role: string,
  folder: InstanceFolder,
  full: string | undefined,
): Promise<Instance | undefined> {
  const reading = await readText(join(folder.path, "instance.json"), 1_048_576);
  const record = reading.kind === "text" ? parseRecord(reading.text) : undefined;
  if (!record || record.spec.role !== role) return undefined;
  const [holder, mail] = await Promise.all([holderOf(folder), readMail(folder)]);
  const paused = holder !== undefined && (await isStopped(holder.pid));
  const halfPaused = holder !== undefined && !paused && (await statPlain(pausingMark(folder))) !== "absent";
  return {
    role,
    spec: record.spec,
    running: holder !== undefined,
    ...(paused && { paused }),
    ...(halfPaused && { halfPaused }),
    ...(holder && { pid: holder.pid, startedAtMs: holder.startedAtMs }),
    ...(full !== undefined && { withoutRoom: full }),
    mail,
  };
}

export async function readMail(folder: InstanceFolder): Promise<Mail | "unreadable"> {
  const fresh = await listNames(join(folder.path, "inbox", "new"), mostEntries);
  const current = await listNames(join(folder.path, "inbox", "cur"), mostEntries);
  const outbox = await readOutbox(join(folder.path, "outbox"));
  const status = await readText(join(folder.path, "status"), mailLimits.status);
  return mailIn({ fresh: listed(fresh), current: listed(current), outbox, status: statusText(status) });
}

function listed(names: readonly string[] | string): readonly string[] | undefined {
  return typeof names === "string" ? undefined : names;
}

function statusText(reading: Reading): string | undefined {
  return reading.kind === "text" ? reading.text : reading.kind === "absent" ? "absent" : undefined;
}

/** What has gone meanwhile is in no outbox. */
async function readOutbox(path: string): Promise<ReadonlyMap<string, string | undefined> | undefined> {
  const names = await listNames(path, mostEntries);
  if (typeof names === "string") return undefined;
  const texts = new Map<string, string | undefined>();
  for (const name of names) {
    const reading = isReport(name) ? await readText(join(path, name), mailLimits.report) : undefined;
    if (reading?.kind !== "absent") texts.set(name, reading?.kind === "text" ? reading.text : undefined);
  }
  return texts;
}

async function observeGate(key: string, folder: InstanceFolder): Promise<GateRun | undefined> {
  const reading = await readText(join(folder.path, "gate.json"), 65_536);
  const record = reading.kind === "text" ? parseGateRecord(reading.text) : undefined;
  if (!record) return undefined;
  // The claim first: a gate that ends in between has its result by then.
  const isHeld = (await holderOf(folder)) !== undefined;
  const result = await readText(join(folder.path, "result"), mailLimits.result);
  const parsed = result.kind === "text" ? parseGateResult(result.text) : undefined;
  return { key, gate: record.gate, running: isHeld && !parsed, ...(parsed && { result: parsed }) };
}
