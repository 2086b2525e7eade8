// Puts a message into a role's slot: its parts first, the entry that completes it last, in one archive; then wakes the
// supervisor where it is known to listen. Any other looks within a second by itself.
import { entryName, mustBeMailId, partNames, partsOf } from "../../../agents/mailbox.ts";
import { CrewError } from "../../../errors.ts";
import type { Message } from "../../../ports/message.ts";
import type { NewEntry } from "../archive.ts";
import type { DockerContext } from "../context.ts";
import { hubPath, putIntoHub } from "../hub.ts";
import { label, roleName } from "../names.ts";
import { shareCommits } from "../volumes/objects.ts";
import { findVolume } from "../volumes/volumes.ts";
import { slotsFolder } from "./slots.ts";

export interface Delivery {
  readonly role: string;
  readonly message: Message;
}

export async function deliver(context: DockerContext, { role, message }: Delivery): Promise<void> {
  mustBeMailId(message.id);
  const name = roleName(context.names, role);
  const slot = (await findVolume(context, name))?.Labels[label.slot];
  if (slot === undefined) throw new CrewError("failed", `${role} has no mailbox.`, { hint: "crew up" });
  if (message.kind === "order") {
    const { start, merge } = message.header;
    await shareCommits(context, merge === undefined ? [start] : [start, merge]);
  }
  await putIntoHub(context, `${hubPath.mail}/${slotsFolder}/${slot}`, entriesOf(message));
  if (!context.awake.has(role)) return;
  // It may have ended since it was seen.
  const container = (await context.engine()).getContainer(name);
  await container.kill({ signal: "SIGUSR1" }).catch(() => undefined);
}

/**
 * With the folders that they go into: the engine would follow a link that the agent has put in the place of one, into
 * another's slot or the shared objects, but replaces what is an entry itself.
 */
function entriesOf(message: Message): readonly NewEntry[] {
  return [...folders, ...messageEntries(message)];
}

const folders: readonly NewEntry[] = ["inbox/", "inbox/new/", "inbox/msg/"].map((name) => ({ name, mode: 0o777 }));

function messageEntries(message: Message): readonly NewEntry[] {
  const complete = { name: `inbox/new/${entryName(message)}`, content: "" };
  const given = partsOf(message);
  if (!given) return [complete];
  const { parts } = given;
  const folder = `inbox/msg/${given.folder}`;
  // An archive removes nothing: a part that this delivery lacks is empty, which counts as none.
  const files = partNames.map((name) => ({ name: `${folder}/${name}`, content: parts[name] ?? "" }));
  // The supervisor removes what it has finished.
  return [{ name: `${folder}/`, mode: 0o777 }, ...files, complete];
}
