// Beads kept by the program `bd`, of any generation. Decides as every tracker does, on what was read; bd then writes, and its
// reply, or else another reading, proves it.
import type { Clock } from "../../ports/clock.ts";
import type { Tracker } from "../../ports/tracker.ts";
import * as edits from "../edits.ts";
import { knownBead } from "../guards.ts";
import { ledgerText } from "../ledger.ts";
import { addBead } from "./adding.ts";
import { type Bd, openBd } from "./bd.ts";
import * as commands from "./commands.ts";
import { withComments } from "./comments.ts";
import { createCreation } from "./creation.ts";
import type { Workspace } from "./environment.ts";
import { importBeads } from "./importing.ts";
import { asBdKeepsIt, asMetadataKeepsIt } from "./kept-text.ts";
import { createReader } from "./reader.ts";
import { watchBeads } from "./watch.ts";
import { createWriter } from "./writer.ts";

export interface BdOptions {
  /** A name on PATH, or a path. */
  readonly command: string;
  readonly workspace: Workspace;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Who writes, in bd's audit trail. */
  readonly actor: string;
  readonly signal?: AbortSignal;
  /** Told once: what a person should know about the program. */
  readonly warn?: (words: string) => void;
  /** How long one call of bd may take; 90 s where it is not given. */
  readonly limitMs?: number;
}

export function bdBeads(options: BdOptions): Tracker {
  const { clock, actor, workspace } = options;
  const opened = openBd(options);
  const reader = createReader({ bd: opened, beadsDir: workspace.beadsDir, clock });
  // Whether a call that was broken off has written is unknown.
  const bd: Bd = {
    ...opened,
    run: async (call) =>
      await opened.run(call).catch((error: unknown) => {
        reader.doubt();
        throw error;
      }),
  };
  const create = createCreation({ bd, reader, actor, clock });
  const write = createWriter({ bd, reader, clock, actor, signal: options.signal });

  return {
    snapshot: async () => (await reader.read()).beads,
    watch: (onChange, signal) => watchBeads({ beadsDir: workspace.beadsDir, clock, onChange, signal }),
    about: async () => {
      const { prefix, hasMetadata, version } = await bd.generation();
      return {
        kind: "bd",
        program: `bd ${version}`,
        workspace: workspace.beadsDir,
        issueShape: hasMetadata ? "1.x" : "0.47",
        ...(prefix !== undefined && { prefix }),
      };
    },
    create: (bead) => create(asBdKeepsIt(bead)),
    addBlocker: (id, blocker) =>
      write({ id, edit: edits.addBlocker(id, blocker), command: (on) => commands.addBlockerCommand(on, blocker) }),
    removeBlocker: (id, blocker) =>
      write({
        id,
        edit: edits.removeBlocker(id, blocker),
        command: (on) => commands.removeBlockerCommand(on, blocker),
      }),
    claim: (id, assignee) => {
      const by = asBdKeepsIt(assignee);
      return write({ id, edit: edits.claim(id, by), command: (on) => commands.claimCommand(on, by), ...ofNow });
    },
    release: (id, assignee) => {
      const by = asBdKeepsIt(assignee);
      return write({ id, edit: edits.release(id, by), command: commands.releaseCommand, ...ofNow });
    },
    setMetadata: (id, key, text) => {
      const value = asMetadataKeepsIt(text);
      return write({
        id,
        edit: edits.setMetadata(id, key, value),
        command: (on) => commands.metadataCommand(on, key, value),
      });
    },
    close: (id, words) => {
      const reason = asBdKeepsIt(words);
      return write({
        id,
        edit: edits.close(id, reason),
        command: (on) => commands.closeCommand(on, reason),
        ...ofNow,
      });
    },
    reopen: (id) => write({ id, edit: edits.reopen(id), command: commands.reopenCommand, ...ofNow }),
    edit: (id, wished) => {
      const change = asBdKeepsIt(wished);
      return write({ id, edit: edits.edit(id, change), command: (on) => commands.editCommand(on, change) });
    },
    comment: async (id, wished) => {
      const comment = asBdKeepsIt(wished);
      const { exportsComments } = await bd.generation();
      await write({
        id,
        edit: edits.comment(id, comment),
        command: (on) => commands.commentCommand(on, comment),
        ...(!exportsComments && { complete: (ledger) => withComments(bd, ledger, [id]) }),
      });
    },
    comments: async (id) => {
      const { exportsComments } = await bd.generation();
      const ledger = await reader.read();
      const bead = knownBead(ledger.beads, id);
      return exportsComments ? bead.comments : knownBead((await withComments(bd, ledger, [id])).beads, id).comments;
    },
    add: (draft) => addBead({ bd, reader }, asBdKeepsIt(draft)),
    exportLines: async () => {
      const { exportsComments } = await bd.generation();
      const ledger = await reader.readNow();
      return ledgerText(exportsComments ? ledger : await withComments(bd, ledger, ledger.beads.keys()));
    },
    importLines: (text) => importBeads({ bd, reader }, text),
  };
}

/** What a person may have closed, taken or added to a moment ago must not be undone or closed over. */
const ofNow = { mayGuess: false } as const;
