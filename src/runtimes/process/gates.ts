// Gate runs: each in a folder of its own by the verdict's key, with a fresh clone in which gate.sh works unattended.
// Decides nothing about verdicts.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keyLines } from "../../agents/mailbox.ts";
import { CrewError } from "../../errors.ts";
import { canonicalJson } from "../../model/content.ts";
import type { NewGate } from "../../ports/runtime.ts";
import { beginAside, putInPlace, removeAside, removeEmptyProject } from "./aside.ts";
import type { ProcessContext } from "./context.ts";
import { instanceEnvironment } from "./environment.ts";
import { gateFolder, type InstanceFolder } from "./folders.ts";
import { beginLog, keepLog } from "./gate-logs.ts";
import { holderOf, waitUntil } from "./holder.ts";
import { endMarked, signal } from "./marked.ts";
import { statPlain } from "./reading.ts";
import type { GateRecord } from "./record.ts";
import { mustHaveRoom } from "./room.ts";
import { installScripts, launch } from "./scripts.ts";
import { writeSource } from "./source.ts";

const startTimeoutMs = 15_000;

/** A running gate or one with a result is left as it is; a killed one is begun anew. */
export async function startGate(context: ProcessContext, gate: NewGate): Promise<void> {
  const folder = gateFolder(context.folders, gate.key);
  if (await hasResult(folder)) return;
  if (await holderOf(folder)) return;
  await endGate(context, folder);
  await removeAside(folder.path);
  mustHaveRoom(context);
  await putInPlace(await prepare(context, { gate, folder }), folder.path);
  const own = { ...gate.environment, CI: "true" };
  const environment = instanceEnvironment({ host: context.host, folder, role: "gate" }, own);
  await launch({ folder: folder.path, script: "gate.sh", environment });
  const isUnderWay = async () => (await holderOf(folder)) !== undefined || (await hasResult(folder));
  if (await waitUntil(isUnderWay, { clock: context.clock, timeoutMs: startTimeoutMs })) return;
  throw new CrewError("failed", `Gate ${gate.gate} does not start.`, {
    at: join(folder.path, "log", "supervisor"),
    hint: "Read that log, then crew up",
  });
}

/** Its log stays for `crew logs gate:<name>` until the project's last folder goes. */
export async function removeGate(context: ProcessContext, key: string): Promise<void> {
  const folder = gateFolder(context.folders, key);
  if ((await statPlain(folder.path)) === "absent") return;
  await endGate(context, folder);
  await keepLog(context, { folder: folder.path, key });
  await removeAside(folder.path);
  await removeEmptyProject(context);
}

async function prepare(
  context: ProcessContext,
  { gate, folder }: { readonly gate: NewGate; readonly folder: InstanceFolder },
): Promise<string> {
  const path = await beginAside(context.folders.gates, gate.key);
  for (const name of ["home", "log", "state", "parts"]) await mkdir(join(path, name), { mode: 0o700 });
  const record: GateRecord = { version: 1, gate: gate.gate, startedAtMs: context.clock.nowMs() };
  await writeFile(join(path, "gate.json"), `${canonicalJson({ ...record, marker: folder.marker })}\n`);
  const parts = {
    commit: gate.commit,
    run: gate.run,
    setup: gate.setup ?? "",
    "setup-key": keyLines(gate.setupKey),
    timeout: `${gate.timeoutSeconds}`,
  };
  for (const [name, text] of Object.entries(parts)) await writeFile(join(path, "parts", name), text);
  await installScripts(path, context.assets);
  await writeSource(path, context.source);
  await beginLog(context, { log: join(path, "log", "gate"), gate });
  return path;
}

async function endGate({ clock }: ProcessContext, folder: InstanceFolder): Promise<void> {
  const holder = await holderOf(folder);
  if (holder) await signal(holder, "SIGTERM");
  if (holder) await waitUntil(async () => (await holderOf(folder)) === undefined, { clock, timeoutMs: 5_000 });
  await endMarked({ marker: { variable: "CREW_INSTANCE", value: folder.marker }, graceMs: 1_000, clock });
}

async function hasResult(folder: InstanceFolder): Promise<boolean> {
  return typeof (await statPlain(join(folder.path, "result"))) === "object";
}
