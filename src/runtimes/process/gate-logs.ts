// What is kept of the logs of gates whose folders are gone: of each gate its last run, and before it the red one that it
// repeated. Runs nothing.
import { createHash } from "node:crypto";
import { appendFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repeatMark } from "../../agents/mailbox.ts";
import type { NewGate } from "../../ports/runtime.ts";
import type { ProcessContext } from "./context.ts";
import { openPlain, readText } from "./reading.ts";
import { parseGateRecord } from "./record.ts";
import { ensureFolder, writeWhole } from "./writing.ts";

/** Of a red run's log, its end. */
const mostBefore = 1_048_576;
const newline = 0x0a;

/** Where the log of a removed gate of this name lies; what is older of a long one lies beside it, under `.1`. */
export function keptLogPath({ folders }: ProcessContext, gate: string): string {
  return join(folders.gateLogs, createHash("sha256").update(gate).digest("hex").slice(0, 32));
}

/** The log of a run that repeats a red one begins with what that one wrote. */
export async function beginLog(
  context: ProcessContext,
  { log, gate }: { readonly log: string; readonly gate: Pick<NewGate, "gate" | "repeats"> },
): Promise<void> {
  const kept = keptLogPath(context, gate.gate);
  if (gate.repeats === undefined || !(await isOf(kept, `${gate.repeats}\n`))) return;
  const before = Buffer.concat([await endOf(`${kept}.1`), await endOf(kept)]);
  const isEnded = before.length === 0 || before.at(-1) === newline;
  await writeFile(log, [before.subarray(-mostBefore), `${isEnded ? "" : "\n"}${repeatMark}\n`]);
}

export async function keepLog(
  context: ProcessContext,
  { folder, key }: { readonly folder: string; readonly key: string },
): Promise<void> {
  const reading = await readText(join(folder, "gate.json"), 65_536);
  const record = reading.kind === "text" ? parseGateRecord(reading.text) : undefined;
  if (!record) return;
  const log = join(folder, "log", "gate");
  // One that has just become too long has all its lines in the older file.
  const [hasNew, hasOld] = [await isPlain(log), await isPlain(`${log}.1`)];
  const kept = keptLogPath(context, record.gate);
  const isBegun = await isOf(kept, keeping(key));
  if (!hasNew && !hasOld && !isBegun) return;
  await ensureFolder(context.folders.gateLogs);
  // Until it is all there it is the log of no run; whoever goes on with what was begun finds a part of it there.
  if (!isBegun) {
    for (const old of [`${kept}.run`, kept, `${kept}.1`]) await rm(old, { force: true });
    await writeWhole(`${kept}.run`, keeping(key));
  }
  if (hasOld) await rename(`${log}.1`, `${kept}.1`);
  if (hasNew) await rename(log, kept);
  else await appendFile(kept, "");
  await writeWhole(`${kept}.name`, `${record.gate}\n`);
  await writeWhole(`${kept}.run`, `${key}\n`);
}

/** What is said of the run while its log is on its way. */
function keeping(key: string): string {
  return `keeping ${key}\n`;
}

async function isOf(kept: string, said: string): Promise<boolean> {
  const run = await readText(`${kept}.run`, 1_024);
  return run.kind === "text" && run.text === said;
}

async function isPlain(path: string): Promise<boolean> {
  const file = await openPlain(path);
  if (file === "absent" || file === "unreadable") return false;
  await file.close();
  return true;
}

async function endOf(path: string): Promise<Buffer> {
  const file = await openPlain(path);
  if (file === "absent" || file === "unreadable") return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - mostBefore);
    const buffer = Buffer.alloc(size - from);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
