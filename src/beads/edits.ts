// What each write does to the ledger: the lines that change, or nothing where it is so already. Pure; refusals are thrown.
import { CrewError } from "../errors.ts";
import type { BeadComment, NewBead } from "../model/bead.ts";
import type { BeadChange, BeadDraft } from "../ports/tracker.ts";
import { changedBead } from "./changed.ts";
import { type Row, rowOf } from "./exchange.ts";
import { blocksEdge, commentFields, type Edge, type Fields, fieldsOf, metadataOf, parentEdge } from "./fields.ts";
import {
  idTaken,
  isSameTask,
  knownBead,
  refuseBadBead,
  refuseClaim,
  refuseClosingParent,
  refuseCycle,
} from "./guards.ts";
import { newChildId, newRootId } from "./ids.ts";
import { type Ledger, withRows } from "./ledger.ts";
import type { Stamp } from "./stamp.ts";

/** Lines to write, and what they are for in one line. */
export interface Change {
  readonly rows: readonly Row[];
  readonly summary: string;
}

export type Edit = (ledger: Ledger, stamp: Stamp) => Change | undefined;

export function create(bead: NewBead): Edit {
  return (ledger, stamp) => {
    refuseBadBead(bead);
    const row = ledger.rows.get(bead.id);
    if (row?.kind === "tombstone") throw idTaken(bead.id, undefined);
    if (row && isSameTask(row.bead, bead)) return undefined;
    if (row) throw idTaken(bead.id, row.bead.title);
    if (bead.parent !== undefined) knownBead(ledger.beads, bead.parent);
    const created = rowOf(newFields(bead, stamp));
    // Edges that were imported may already point here.
    refuseCycle(withRows(ledger, [created]).beads, [bead.id]);
    return { rows: [created], summary: `create ${bead.id} ${bead.title}` };
  };
}

/** The draft under an id that nothing in the ledger has. */
export function withNewId(draft: BeadDraft, prefix: string): (ledger: Ledger, stamp: Stamp) => NewBead {
  return (ledger, stamp) => {
    const id =
      draft.parent === undefined
        ? newRootId({ prefix, title: draft.title, stamp, taken: (candidate) => ledger.rows.has(candidate) })
        : newChildId(knownBead(ledger.beads, draft.parent).id, ledger.rows.keys());
    return { ...draft, id };
  };
}

export function addBlocker(id: string, blocker: string): Edit {
  return (ledger, stamp) => {
    const bead = knownBead(ledger.beads, id);
    knownBead(ledger.beads, blocker);
    if (bead.blockedBy.includes(blocker)) return undefined;
    const change = changeOf(ledger, { id, stamp, summary: `make ${id} wait for ${blocker}` }, (fields) => {
      const edge: Edge = {
        issue_id: id,
        depends_on_id: blocker,
        type: blocksEdge,
        created_at: stamp.at,
        created_by: stamp.actor,
      };
      return { dependencies: [...edgesIn(fields), edge] };
    });
    refuseCycle(withRows(ledger, change.rows).beads, [id]);
    return change;
  };
}

export function removeBlocker(id: string, blocker: string): Edit {
  return (ledger, stamp) => {
    if (!knownBead(ledger.beads, id).blockedBy.includes(blocker)) return undefined;
    const summary = `make ${id} wait no longer for ${blocker}`;
    return changeOf(ledger, { id, stamp, summary }, (fields) => ({
      dependencies: edgesIn(fields).filter((edge) => edge.type !== blocksEdge || edge.depends_on_id !== blocker),
    }));
  };
}

export function edit(id: string, change: BeadChange): Edit {
  return (ledger, stamp) => {
    const bead = knownBead(ledger.beads, id);
    const changed = changedBead(bead, change);
    if (changed === undefined) return undefined;
    refuseBadBead(changed);
    if (changed.parent !== undefined) knownBead(ledger.beads, changed.parent);
    const { title, description, acceptance, type, priority, labels, parent } = changed;
    const written = changeOf(ledger, { id, stamp, summary: `edit ${id}` }, (fields) => ({
      title,
      // What is empty is left out, as `bd` does.
      description: description || undefined,
      acceptance_criteria: acceptance || undefined,
      issue_type: type,
      priority,
      labels: labels.length > 0 ? labels : undefined,
      ...(parent !== bead.parent && { dependencies: withParent(fields, { id, parent, stamp }) }),
    }));
    refuseCycle(withRows(ledger, written.rows).beads, [id]);
    return written;
  };
}

interface Parting {
  readonly id: string;
  readonly parent: string | undefined;
  readonly stamp: Stamp;
}

function withParent(fields: Fields, { id, parent, stamp }: Parting): readonly Edge[] {
  const others = edgesIn(fields).filter((edge) => edge.type !== parentEdge);
  if (parent === undefined) return others;
  const own = { issue_id: id, depends_on_id: parent, type: parentEdge, created_at: stamp.at, created_by: stamp.actor };
  return [own, ...others];
}

export function claim(id: string, assignee: string): Edit {
  return (ledger, stamp) => {
    const bead = knownBead(ledger.beads, id);
    refuseClaim(bead, assignee);
    if (bead.status === "in_progress" && bead.assignee === assignee) return undefined;
    return changeOf(ledger, { id, stamp, summary: `claim ${id} for ${assignee}` }, () => ({
      status: "in_progress",
      assignee,
    }));
  };
}

/** A status that somebody set meanwhile (deferred, closed) is theirs. */
export function release(id: string, assignee: string): Edit {
  return (ledger, stamp) => {
    const bead = knownBead(ledger.beads, id);
    if (bead.assignee !== assignee || bead.status === "closed") return undefined;
    return changeOf(ledger, { id, stamp, summary: `release ${id} from ${assignee}` }, () => ({
      status: bead.status === "in_progress" ? "open" : bead.status,
      assignee: undefined,
    }));
  };
}

export function comment(id: string, said: Omit<BeadComment, "createdAt">): Edit {
  return (ledger, stamp) => {
    const bead = knownBead(ledger.beads, id);
    if (bead.comments.some((other) => other.author === said.author && other.text === said.text)) return undefined;
    return changeOf(ledger, { id, stamp, summary: `comment on ${id}: ${said.text}` }, (fields) => ({
      comments: [
        ...((fields.comments as readonly Fields[] | null | undefined) ?? []),
        commentFields(id, { ...said, createdAt: stamp.at }),
      ],
    }));
  };
}

export function setMetadata(id: string, key: string, value: string): Edit {
  return (ledger, stamp) => {
    const bead = knownBead(ledger.beads, id);
    if (bead.metadata[key] === value) return undefined;
    return changeOf(ledger, { id, stamp, summary: `set ${key} of ${id}: ${value}` }, (fields) => ({
      metadata: { ...metadataOf(fields), [key]: value },
    }));
  };
}

export function close(id: string, reason: string): Edit {
  return (ledger, stamp) => {
    if (knownBead(ledger.beads, id).status === "closed") return undefined;
    refuseClosingParent(ledger.beads, id);
    return changeOf(ledger, { id, stamp, summary: `close ${id}: ${reason}` }, () => ({
      status: "closed",
      closed_at: stamp.at,
      close_reason: reason === "" ? undefined : reason,
    }));
  };
}

/** Its assignee stays, as with `bd`. */
export function reopen(id: string): Edit {
  return (ledger, stamp) => {
    if (knownBead(ledger.beads, id).status !== "closed") return undefined;
    return changeOf(ledger, { id, stamp, summary: `reopen ${id}` }, () => ({
      status: "open",
      closed_at: undefined,
      close_reason: undefined,
    }));
  };
}

function edgesIn(fields: Fields): readonly Edge[] {
  return (fields.dependencies as readonly Edge[] | null | undefined) ?? [];
}

function newFields(bead: NewBead, stamp: Stamp): Fields {
  const born = { status: "open", notes: "", blockedBy: [], comments: [], createdAt: stamp.at, updatedAt: stamp.at };
  return fieldsOf({ ...bead, ...born }, stamp.actor);
}

/** One bead's line with some fields replaced; `undefined` drops a field. Every other field stays as it is. */
function changeOf(
  ledger: Ledger,
  about: { readonly id: string; readonly stamp: Stamp; readonly summary: string },
  replace: (fields: Fields) => Record<string, unknown>,
): Change {
  const row = ledger.rows.get(about.id);
  if (row === undefined) throw new CrewError("internal", `The ledger lost ${about.id}.`);
  const fields = { ...row.fields, ...replace(row.fields), updated_at: about.stamp.at };
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { rows: [rowOf(Object.fromEntries(kept))], summary: about.summary };
}
