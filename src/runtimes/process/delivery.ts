// Puts a message into a role's inbox: its parts first, the entry that completes it last, then wakes the supervisor.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { entryName, mustBeMailId, partNames, partsOf } from "../../agents/mailbox.ts";
import { CrewError } from "../../errors.ts";
import type { Message } from "../../ports/message.ts";
import type { ProcessContext } from "./context.ts";
import { roleFolder } from "./folders.ts";
import { holderOf } from "./holder.ts";
import { signal } from "./marked.ts";
import { statPlain } from "./reading.ts";
import { ensureFolder, writeWhole } from "./writing.ts";

export interface Delivery {
  readonly role: string;
  readonly message: Message;
}

export async function deliver(context: ProcessContext, { role, message }: Delivery): Promise<void> {
  mustBeMailId(message.id);
  const folder = roleFolder(context.folders, role);
  if ((await statPlain(folder.path)) === "absent") {
    throw new CrewError("failed", `${role} has no mailbox.`, { at: folder.path, hint: "crew up" });
  }
  const inbox = join(folder.path, "inbox");
  await ensureFolder(inbox);
  await writeParts(inbox, message);
  await ensureFolder(join(inbox, "new"));
  await writeWhole(join(inbox, "new", entryName(message)), "");
  const supervisor = await holderOf(folder);
  if (supervisor) await signal(supervisor, "SIGUSR1");
}

/** The supervisor removes the parts of an order that it has finished, also while the same order is delivered again. */
async function writeParts(inbox: string, message: Message): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await writePartsOnce(inbox, message);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === 3) throw error;
    }
  }
}

async function writePartsOnce(inbox: string, message: Message): Promise<void> {
  const given = partsOf(message);
  if (!given) return;
  const { folder, parts } = given;
  await ensureFolder(join(inbox, "msg"));
  const path = join(inbox, "msg", folder);
  await ensureFolder(path);
  for (const name of partNames) {
    const text = parts[name];
    if (text === undefined) await rm(join(path, name), { force: true, recursive: true });
    else await writeWhole(join(path, name), text);
  }
}
