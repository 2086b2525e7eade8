// Signals an instance: KILL to all that carries its marker, any other to its supervisor, which knows what to do with it.
import { join } from "node:path";
import { endsInstance } from "../../model/signals.ts";
import type { ProcessContext } from "./context.ts";
import { roleFolder } from "./folders.ts";
import { holderOf, waitUntil } from "./holder.ts";
import { endMarked, signal as send } from "./marked.ts";
import { ensureFolder, writeWhole } from "./writing.ts";

export interface Killing {
  readonly role: string;
  readonly signal: NodeJS.Signals;
}

/** For a supervisor to end its agent and keep the work. */
const graceMs = 10_000;

export async function killInstance({ folders, clock }: ProcessContext, { role, signal }: Killing): Promise<void> {
  const folder = roleFolder(folders, role);
  const supervisor = await holderOf(folder);
  if (!supervisor) return;
  const marker = { variable: "CREW_INSTANCE", value: folder.marker } as const;
  if (signal !== "SIGKILL") await send(supervisor, signal);
  if (!endsInstance(signal)) return;
  const isGone = async () => (await holderOf(folder)) === undefined;
  if (signal !== "SIGKILL" && !(await waitUntil(isGone, { clock, timeoutMs: graceMs }))) return;
  // One that was ended by a signal that it does not take leaves its agent behind.
  await endMarked({ marker, graceMs: 0, clock });
  await sparing(folder.path);
}

/** An end that a person wanted does not count towards quarantine: supervisor.sh counts those that leave its own mark. */
async function sparing(path: string): Promise<void> {
  await ensureFolder(join(path, "state"));
  await writeWhole(join(path, "state", "alive"), "killed\n");
}
