// Reads records, claims, mailboxes and results of a project's processes. Files only: nothing is run, nothing is changed, and
// whatever an agent made of its folder comes out as a value.
import { join } from "node:path";
import { entryName, mailLimits, parseGateResult, parseReport, parseStatus } from "../../agents/mailbox.ts";
import { orderIdOfMail } from "../../model/names.ts";
import type { GateRun, Instance, Mail, MailReport, MailStatus, RuntimeState } from "../../model/world.ts";
import { halfRemovedIn } from "./aside.ts";
import type { ProcessContext } from "./context.ts";
import { gateFolder, type InstanceFolder, isSafeName, pausingMark, roleFolder } from "./folders.ts";
import { holderOf } from "./holder.ts";
import { isStopped } from "./identity.ts";
import { listNames, readText, statPlain } from "./reading.ts";
import { parseGateRecord, parseRecord } from "./record.ts";
import { folderWithoutRoom } from "./room.ts";

/** More entries than this in one mailbox folder are not crew's doing. */
const mostEntries = 1_000;

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
  // An order wanders from new to cur to outbox: reading in that order sees it at least once.
  const fresh = await listNames(join(folder.path, "inbox", "new"), mostEntries);
  const current = await listNames(join(folder.path, "inbox", "cur"), mostEntries);
  const outbox = await readOutbox(join(folder.path, "outbox"));
  const status = await readStatus(join(folder.path, "status"));
  if (typeof fresh === "string" || typeof current === "string" || !outbox || !status) return "unreadable";
  const reported = new Set(outbox.names);
  const inbox = [...new Set([...fresh, ...current])].filter((name) => isEntry(name) && !reported.has(name)).sort();
  return { status, inbox, outbox: outbox.reports };
}

/** A file that no supervisor would have named so is nobody's mail; one that it would have, and cannot be read, spoils the box. */
async function readOutbox(
  path: string,
): Promise<{ readonly names: readonly string[]; readonly reports: readonly MailReport[] } | undefined> {
  const names = await listNames(path, mostEntries);
  if (typeof names === "string") return undefined;
  const reports: MailReport[] = [];
  for (const name of names.filter((each) => orderIdOfMail(each) !== undefined)) {
    const reading = await readText(join(path, name), mailLimits.report);
    if (reading.kind === "absent") continue;
    const report = reading.kind === "text" ? parseReport(name, reading.text) : undefined;
    if (!report) return undefined;
    reports.push(report);
  }
  return { names, reports };
}

async function readStatus(path: string): Promise<MailStatus | undefined> {
  const reading = await readText(path, mailLimits.status);
  if (reading.kind === "absent") return { phase: "starting", turn: 0, sinceMs: 0, detail: "", fruitless: 0 };
  return reading.kind === "text" ? parseStatus(reading.text) : undefined;
}

function isEntry(name: string): boolean {
  const bare = name.replace(/^(ack|withdraw)-/, "");
  return (
    orderIdOfMail(name) !== undefined || name === entryName({ kind: "ack", id: bare }) || name === `withdraw-${bare}`
  );
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
