// The folders of a mailbox: made, and begun anew when an agent spoiled them. Knows no message.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "./writing.ts";

export async function makeMailFolders(path: string): Promise<void> {
  for (const name of ["inbox", "inbox/new", "inbox/cur", "inbox/msg", "outbox", "state"]) {
    await mkdir(join(path, name), { mode: 0o700 });
  }
}

/**
 * What cannot be read stays so, and nothing would ever be sent there again. No work is in the mail: what it reported is in
 * the clone, and an order without a report comes again.
 */
export async function beginMailAnew(path: string): Promise<void> {
  for (const name of ["inbox", "outbox", "state", "status"]) await removeTree(join(path, name));
  await makeMailFolders(path);
}
