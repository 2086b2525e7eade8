// A tracker in memory, kept honest by test/beads/contract.ts. Written apart from the real edits, so that both are checked.
import { changedBead } from "../../src/beads/changed.ts";
import { parseExchange } from "../../src/beads/exchange.ts";
import { fieldsOf } from "../../src/beads/fields.ts";
import {
  idTaken,
  isSameTask,
  knownBead,
  refuseBadBead,
  refuseClaim,
  refuseClosingParent,
  refuseCycle,
} from "../../src/beads/guards.ts";
import { newChildId, newRootId } from "../../src/beads/ids.ts";
import type { Bead, NewBead } from "../../src/model/bead.ts";
import type { TrackerInfo } from "../../src/model/world.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { BeadChange, BeadDraft, ImportSummary, Tracker } from "../../src/ports/tracker.ts";

/** What all trackers of one fake repository share. */
export type FakeStore = Map<string, Bead>;

export function fakeBeads(options: {
  readonly clock: Pick<Clock, "nowMs">;
  readonly actor: string;
  readonly store?: FakeStore;
}): Tracker {
  return new FakeBeads(options.clock, options.actor, options.store ?? new Map());
}

class FakeBeads implements Tracker {
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #actor: string;
  readonly #beads: FakeStore;

  constructor(clock: Pick<Clock, "nowMs">, actor: string, store: FakeStore) {
    this.#clock = clock;
    this.#actor = actor;
    this.#beads = store;
  }

  async snapshot(): Promise<ReadonlyMap<string, Bead>> {
    return new Map(this.#beads);
  }

  async comments(id: string): Promise<Bead["comments"]> {
    return knownBead(this.#beads, id).comments;
  }

  async about(): Promise<TrackerInfo> {
    return { kind: "git", issueShape: "1.x" };
  }

  async watch(): Promise<void> {}

  async create(bead: NewBead): Promise<void> {
    this.#create(bead);
  }

  async add(draft: BeadDraft, prefix: string): Promise<string> {
    const stamp = { at: this.#now(), actor: this.#actor };
    const taken = (id: string): boolean => this.#beads.has(id);
    const id =
      draft.parent === undefined
        ? newRootId({ prefix, title: draft.title, stamp, taken })
        : newChildId(knownBead(this.#beads, draft.parent).id, this.#beads.keys());
    this.#create({ ...draft, id });
    return id;
  }

  async addBlocker(id: string, blocker: string): Promise<void> {
    const bead = knownBead(this.#beads, id);
    knownBead(this.#beads, blocker);
    if (bead.blockedBy.includes(blocker)) return;
    const changed = { ...bead, blockedBy: [...bead.blockedBy, blocker] };
    refuseCycle(new Map(this.#beads).set(id, changed), [id]);
    this.#put(changed);
  }

  async removeBlocker(id: string, blocker: string): Promise<void> {
    const bead = knownBead(this.#beads, id);
    if (!bead.blockedBy.includes(blocker)) return;
    this.#put({ ...bead, blockedBy: bead.blockedBy.filter((other) => other !== blocker) });
  }

  async edit(id: string, change: BeadChange): Promise<void> {
    const changed = changedBead(knownBead(this.#beads, id), change);
    if (!changed) return;
    refuseBadBead(changed);
    if (changed.parent !== undefined) knownBead(this.#beads, changed.parent);
    refuseCycle(new Map(this.#beads).set(id, changed), [id]);
    this.#put(changed);
  }

  async claim(id: string, assignee: string): Promise<void> {
    const bead = knownBead(this.#beads, id);
    refuseClaim(bead, assignee);
    if (bead.status !== "in_progress" || bead.assignee !== assignee) {
      this.#put({ ...bead, status: "in_progress", assignee });
    }
  }

  async release(id: string, assignee: string): Promise<void> {
    const { assignee: holder, ...bead } = knownBead(this.#beads, id);
    if (holder !== assignee || bead.status === "closed") return;
    this.#put({ ...bead, status: bead.status === "in_progress" ? "open" : bead.status });
  }

  async comment(id: string, comment: { readonly author: string; readonly text: string }): Promise<void> {
    const bead = knownBead(this.#beads, id);
    if (bead.comments.some(({ author, text }) => author === comment.author && text === comment.text)) return;
    this.#put({ ...bead, comments: [...bead.comments, { ...comment, createdAt: this.#now() }] });
  }

  async setMetadata(id: string, key: string, value: string): Promise<void> {
    const bead = knownBead(this.#beads, id);
    if (bead.metadata[key] !== value) this.#put({ ...bead, metadata: { ...bead.metadata, [key]: value } });
  }

  async close(id: string, reason: string): Promise<void> {
    const bead = knownBead(this.#beads, id);
    if (bead.status === "closed") return;
    refuseClosingParent(this.#beads, id);
    this.#put({ ...bead, status: "closed", ...(reason === "" ? {} : { closeReason: reason }) });
  }

  async reopen(id: string): Promise<void> {
    const { closeReason: _, ...bead } = knownBead(this.#beads, id);
    if (bead.status === "closed") this.#put({ ...bead, status: "open" });
  }

  async exportLines(): Promise<string> {
    const beads = [...this.#beads.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return beads.map((bead) => `${JSON.stringify(fieldsOf(bead, this.#actor))}\n`).join("");
  }

  /** Without lines that are not beads: those only a real tracker keeps. */
  async importLines(text: string): Promise<ImportSummary> {
    const summary = { created: [] as string[], updated: [] as string[], skipped: [] as string[] };
    const next = new Map(this.#beads);
    for (const row of parseExchange(text, "import")) {
      if (row.kind !== "bead") continue;
      const existing = next.get(row.id);
      const newer = existing === undefined || Date.parse(row.bead.updatedAt) > Date.parse(existing.updatedAt);
      summary[existing === undefined ? "created" : newer ? "updated" : "skipped"].push(row.id);
      if (newer) next.set(row.id, existing ? merged(existing, row.bead) : row.bead);
    }
    refuseCycle(next, [...summary.created, ...summary.updated]);
    for (const bead of next.values()) this.#beads.set(bead.id, bead);
    return summary;
  }

  #create(bead: NewBead): void {
    refuseBadBead(bead);
    const existing = this.#beads.get(bead.id);
    if (existing && isSameTask(existing, bead)) return;
    if (existing) throw idTaken(bead.id, existing.title);
    if (bead.parent !== undefined) knownBead(this.#beads, bead.parent);
    const at = this.#now();
    this.#beads.set(bead.id, {
      ...bead,
      ...{ notes: "", status: "open", blockedBy: [], comments: [], createdAt: at, updatedAt: at },
    });
  }

  #put(bead: Bead): void {
    this.#beads.set(bead.id, { ...bead, updatedAt: this.#now() });
  }

  #now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }
}

function merged(older: Bead, newer: Bead): Bead {
  const said = new Set(older.comments.map(({ author, text }) => JSON.stringify([author, text])));
  return {
    ...newer,
    ...(newer.parent === undefined && older.parent !== undefined ? { parent: older.parent } : {}),
    labels: [...new Set([...older.labels, ...newer.labels])],
    blockedBy: [...new Set([...older.blockedBy, ...newer.blockedBy])],
    comments: [
      ...older.comments,
      ...newer.comments.filter(({ author, text }) => !said.has(JSON.stringify([author, text]))),
    ],
    metadata: { ...older.metadata, ...newer.metadata },
  };
}
