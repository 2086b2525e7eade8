// Beads kept in git alone: one JSON Lines file in a commit chain at `refs/crew/beads`. Touches no working tree, index or branch.
import type { Tracker } from "../../ports/tracker.ts";
import * as edits from "../edits.ts";
import { parseExchange } from "../exchange.ts";
import { knownBead } from "../guards.ts";
import { importRows } from "../importing.ts";
import { ledgerText } from "../ledger.ts";
import { type ChainOptions, chainWriter } from "./writer.ts";

/** Every write is one commit, or none where the bead is so already; its success is the ref having moved to it. */
export function gitBeads(options: ChainOptions): Tracker {
  const chain = chainWriter(options);
  const apply = (edit: edits.Edit): Promise<void> =>
    chain.write((ledger, stamp) => ({ change: edit(ledger, stamp), value: undefined }));

  return {
    snapshot: async () => (await chain.read()).beads,
    comments: async (id) => knownBead((await chain.read()).beads, id).comments,
    about: async () => ({ kind: "git", issueShape: "1.x" }),
    // A look costs one git process: whoever waits looks by itself.
    watch: async () => {},
    create: (bead) => apply(edits.create(bead)),
    addBlocker: (id, blocker) => apply(edits.addBlocker(id, blocker)),
    claim: (id, assignee) => apply(edits.claim(id, assignee)),
    release: (id, assignee) => apply(edits.release(id, assignee)),
    comment: (id, comment) => apply(edits.comment(id, comment)),
    setMetadata: (id, key, value) => apply(edits.setMetadata(id, key, value)),
    close: (id, reason) => apply(edits.close(id, reason)),
    reopen: (id) => apply(edits.reopen(id)),
    edit: (id, change) => apply(edits.edit(id, change)),
    removeBlocker: (id, blocker) => apply(edits.removeBlocker(id, blocker)),
    add: (draft, prefix) =>
      chain.write((ledger, stamp) => {
        const bead = edits.withNewId(draft, prefix)(ledger, stamp);
        return { change: edits.create(bead)(ledger, stamp), value: bead.id };
      }),
    exportLines: async () => ledgerText(await chain.read()),
    importLines: async (text) => {
      const rows = parseExchange(text, "import");
      return chain.write((ledger) => {
        const { change, summary } = importRows(ledger, rows);
        return { change, value: summary };
      });
    },
  };
}
