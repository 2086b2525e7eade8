// Freezes a role's processes and lets them go on. The supervisor goes last, both ways: its state tells for all. While they
// are being frozen a mark lies in the folder, so that a pause that was cut off is seen.
import { rm } from "node:fs/promises";
import { CrewError } from "../../errors.ts";
import type { ProcessContext } from "./context.ts";
import { pausingMark, roleFolder } from "./folders.ts";
import { holderOf, waitUntil } from "./holder.ts";
import { isStopped } from "./identity.ts";
import { freezeMarked, signal, thawMarked } from "./marked.ts";
import { writeWhole } from "./writing.ts";

/** A signal takes effect when the process is scheduled next. */
const freezeTimeoutMs = 15_000;

export async function pauseInstance({ folders, clock }: ProcessContext, role: string): Promise<void> {
  const folder = roleFolder(folders, role);
  const supervisor = await holderOf(folder);
  if (!supervisor) return;
  const marker = { variable: "CREW_INSTANCE", value: folder.marker } as const;
  const mark = pausingMark(folder);
  await writeWhole(mark, "");
  const timing = { clock, timeoutMs: freezeTimeoutMs };
  const areOthersFrozen = await waitUntil(() => freezeMarked(marker, { except: supervisor.pid }), timing);
  if (areOthersFrozen) await signal(supervisor, "SIGSTOP");
  const isFrozen = async () => (await isStopped(supervisor.pid)) || !(await holderOf(folder));
  if (areOthersFrozen && (await waitUntil(isFrozen, timing))) return await rm(mark, { force: true });
  throw new CrewError("failed", `${role} does not stop at a signal.`, { hint: `crew stop ${role}` });
}

export async function resumeInstance({ folders }: ProcessContext, role: string): Promise<void> {
  const folder = roleFolder(folders, role);
  const supervisor = await holderOf(folder);
  if (!supervisor) return;
  await thawMarked({ variable: "CREW_INSTANCE", value: folder.marker }, { except: supervisor.pid });
  await signal(supervisor, "SIGCONT");
  await rm(pausingMark(folder), { force: true });
}
