// A role's instance: a record of its spec beside the mailbox, and a supervisor that outlives crew. Work is kept by all that
// happens here.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CrewError, machineErrorIn } from "../../errors.ts";
import { canonicalJson } from "../../model/content.ts";
import type { InstanceSpec } from "../../model/spec.ts";
import type { ProcessContext } from "./context.ts";
import { instanceEnvironment, readerEnvironment } from "./environment.ts";
import { type InstanceFolder, isSafeName, roleFolder } from "./folders.ts";
import { holderOf, waitUntil } from "./holder.ts";
import { beginMailAnew } from "./mail-folders.ts";
import { endLeftReaders, endMarked, signal } from "./marked.ts";
import { readMail } from "./observe.ts";
import { resumeInstance } from "./pause.ts";
import { listNames, readText, statPlain } from "./reading.ts";
import { type InstanceRecord, parseRecord } from "./record.ts";
import { installScripts, launch, runScript, scriptPath } from "./scripts.ts";
import { secretVariables, writeSecrets } from "./secrets.ts";
import { writeWhole } from "./writing.ts";

const startTimeoutMs = 15_000;
const rescueTimeoutMs = 600_000;
/** For a person's editor to keep what is in it. */
const guestGraceMs = 2_000;

export async function createInstance(context: ProcessContext, spec: InstanceSpec): Promise<void> {
  const folder = roleFolder(context.folders, spec.role);
  if ((await statPlain(folder.path)) === "absent") throw noVolume(spec.role, folder);
  const record: InstanceRecord = { version: 1, spec };
  await installScripts(folder.path, context.assets);
  await writeSecrets(folder.path, spec.secrets ?? []);
  await writeWhole(join(folder.path, "instance.json"), `${canonicalJson(record)}\n`);
}

/** Resolves once a supervisor has claimed the folder and answers to signals. */
export async function startInstance(context: ProcessContext, role: string): Promise<void> {
  const folder = roleFolder(context.folders, role);
  const reading = await readText(join(folder.path, "instance.json"), 1_048_576);
  const record = reading.kind === "text" ? parseRecord(reading.text) : undefined;
  if (!record) throw new CrewError("failed", `${role} has no instance to start.`, { at: folder.path, hint: "crew up" });
  if (await holderOf(folder)) return;
  await installScripts(folder.path, context.assets);
  if ((await readMail(folder)) === "unreadable") await beginMailAnew(folder.path);
  await endLeftReaders(folder.marker, context.clock); // the supervisor clears the locks of its clone
  const { environment: own, secrets = [] } = record.spec;
  const given = { ...instanceEnvironment({ host: context.host, folder, role }, own), ...secretVariables(secrets) };
  await launch({ folder: folder.path, script: "supervisor.sh", environment: given });
  const isClaimed = async () => (await holderOf(folder)) !== undefined;
  if (await waitUntil(isClaimed, { clock: context.clock, timeoutMs: startTimeoutMs })) return;
  throw new CrewError("failed", `The supervisor of ${role} does not start.`, {
    at: join(folder.path, "log", "supervisor"),
    hint: "Read that log, then crew up",
  });
}

export interface Stopping {
  readonly role: string;
  readonly graceMs: number;
}

/** The supervisor ends its agent and makes the rescue; what it cannot do in time is done from here. */
export async function stopInstance(context: ProcessContext, { role, graceMs }: Stopping): Promise<void> {
  const folder = roleFolder(context.folders, role);
  if ((await statPlain(folder.path)) === "absent") return;
  const { clock } = context;
  const supervisor = await holderOf(folder);
  if (supervisor) {
    await resumeInstance(context, role);
    // Before the supervisor keeps the work: what a person's command still writes would come after it.
    await endMarked({ marker: { variable: "CREW_GUEST", value: folder.marker }, graceMs: guestGraceMs, clock });
    await signal(supervisor, "SIGTERM");
    await waitUntil(async () => (await holderOf(folder)) === undefined, { clock, timeoutMs: graceMs });
  }
  const isLeftOver = supervisor === undefined;
  const marker = { variable: "CREW_INSTANCE", value: folder.marker } as const;
  await endMarked({ marker, graceMs: isLeftOver ? graceMs : 0, clock });
  if (!(await isStoppedByItself(folder))) await rescue(context, role);
}

export async function removeInstance(context: ProcessContext, role: string): Promise<void> {
  const folder = roleFolder(context.folders, role);
  if (await holderOf(folder)) {
    throw new CrewError("failed", `${role} is running: its instance is not removed.`, {
      at: folder.path,
      hint: "crew down",
    });
  }
  // A supervisor that was killed leaves what it had started.
  await endMarked({ marker: { variable: "CREW_INSTANCE", value: folder.marker }, graceMs: 0, clock: context.clock });
  await writeSecrets(folder.path, []);
  await rm(join(folder.path, "instance.json"), { force: true });
}

/** Of instances that a crew was killed while it made: nothing else would ever remove them. */
export async function clearSecrets({ folders }: ProcessContext): Promise<void> {
  const names = await listNames(folders.roles, 100_000);
  for (const name of typeof names === "string" ? [] : names.filter(isSafeName)) {
    const { path } = roleFolder(folders, name);
    if ((await statPlain(join(path, "instance.json"))) === "absent") await writeSecrets(path, []);
  }
}

/** False without a clone. A clone that git cannot be trusted in is a person's: its work must not be taken for rescued. */
export async function rescue(context: ProcessContext, role: string): Promise<boolean> {
  const folder = roleFolder(context.folders, role);
  if ((await statPlain(join(folder.path, "work"))) === "absent") return false;
  await installScripts(folder.path, context.assets);
  // What is still written by what a killed supervisor left would come after the rescue, and be lost with the folder.
  if (!(await holderOf(folder))) {
    await endMarked({ marker: { variable: "CREW_INSTANCE", value: folder.marker }, graceMs: 0, clock: context.clock });
  }
  await endLeftReaders(folder.marker, context.clock); // locks are cleared as if no other rescue were under way
  const { exitCode, complaint } = await runScript({
    args: [scriptPath(folder.path, "supervisor.sh"), "rescue", folder.path],
    environment: readerEnvironment({ host: context.host, folder, role }),
    timeoutMs: rescueTimeoutMs,
  });
  if (exitCode === 0) return true;
  const refused = machineErrorIn(complaint, folder.path);
  if (refused) throw refused;
  throw new CrewError(
    exitCode === brokenClone ? "needs-you" : "failed",
    `The work of ${role} cannot be rescued: ${complaint}`,
    {
      at: join(folder.path, "work"),
      hint: "Look into that folder, copy what you need out of it, and remove it; then type the same command again",
    },
  );
}

/** False without a clone. */
export async function snapshot(context: ProcessContext, role: string): Promise<boolean> {
  const folder = roleFolder(context.folders, role);
  if ((await statPlain(join(folder.path, "work"))) === "absent") return false;
  const { exitCode, complaint } = await runScript({
    // As text: the agent that is at work beside it may write the script in its folder.
    args: ["-c", context.assets.supervisor, "supervisor.sh", "snapshot", folder.path],
    environment: readerEnvironment({ host: context.host, folder, role }),
    timeoutMs: rescueTimeoutMs,
  });
  if (exitCode === 0) return true;
  throw new CrewError("failed", `The work of ${role} cannot be looked at: ${complaint}`, {
    at: join(folder.path, "work"),
    hint: `crew logs ${role}`,
  });
}

/** supervisor.sh's exit code for a clone that is none of its own. */
const brokenClone = 3;

async function isStoppedByItself(folder: InstanceFolder): Promise<boolean> {
  const status = await readText(join(folder.path, "status"), 8_192);
  const claim = await statPlain(join(folder.path, "pid"));
  return claim === "absent" && status.kind === "text" && status.text.startsWith("Phase: stopped\n");
}

function noVolume(role: string, folder: InstanceFolder): CrewError {
  return new CrewError("failed", `${role} has no folder for its instance.`, { at: folder.path, hint: "crew up" });
}
