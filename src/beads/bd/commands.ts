// Each write as one call of bd, and how its reply proves that it was done. Pure; refusals were decided before.
import type { Bead } from "../../model/bead.ts";
import type { BeadChange } from "../../ports/tracker.ts";
import { beadOf, type Fields } from "../fields.ts";
import type { BdCall } from "./bd.ts";
import type { Generation } from "./generation.ts";
import { labelOf, labelsAsMetadata } from "./metadata-labels.ts";
import { issuesOf } from "./reply.ts";

export interface Command {
  readonly call: BdCall;
  /** Whether stdout says that it is so now; where a reply cannot say it, false, and the beads are read again. */
  readonly proves: (stdout: string) => boolean;
}

/** A bead before the write. */
export interface Writing {
  readonly generation: Generation;
  readonly bead: Bead;
}

export function claimCommand({ bead }: Writing, assignee: string): Command {
  // Before 1.0 two can win it, but who comes later is refused there too; it counts once it is read back.
  const isFree = bead.status === "open" && bead.assignee === undefined;
  const args = isFree
    ? ["update", bead.id, "--claim", "--json"]
    : ["update", bead.id, "--status=in_progress", `--assignee=${assignee}`, "--json"];
  return {
    call: { args, actor: assignee },
    proves: says(bead.id, (now) => now.status === "in_progress" && now.assignee === assignee),
  };
}

export function releaseCommand({ bead }: Writing): Command {
  const status = bead.status === "in_progress" ? "open" : bead.status;
  const args = ["update", bead.id, ...(status === bead.status ? [] : [`--status=${status}`]), "--assignee=", "--json"];
  return { call: { args }, proves: says(bead.id, (now) => now.status === status && now.assignee === undefined) };
}

export function closeCommand({ bead }: Writing, reason: string): Command {
  const args = ["close", bead.id, ...(reason === "" ? [] : [`--reason=${reason}`]), "--json"];
  return { call: { args }, proves: says(bead.id, (now) => now.status === "closed") };
}

export function reopenCommand({ bead }: Writing): Command {
  return {
    call: { args: ["reopen", bead.id, "--json"] },
    proves: says(bead.id, (now) => now.status === "open"),
  };
}

export function commentCommand(
  { bead }: Writing,
  comment: { readonly author: string; readonly text: string },
): Command {
  return {
    call: {
      args: ["comments", "add", bead.id, `--author=${comment.author}`, "--json"],
      file: { flag: "--file", text: comment.text },
      actor: comment.author,
    },
    proves: (stdout) =>
      issuesOf(stdout).some(
        (reply) => reply.author === comment.author && String(reply.text).trim() === comment.text.trim(),
      ),
  };
}

export function metadataCommand({ generation, bead }: Writing, key: string, value: string): Command {
  const args = generation.hasMetadata
    ? // Not `--set-metadata`: it takes what looks like a number for one. This merges, and keeps a text a text.
      ["update", bead.id, `--metadata=${JSON.stringify({ [key]: value })}`, "--json"]
    : ["update", bead.id, ...labelArgs(key, value, bead), "--json"];
  return { call: { args }, proves: says(bead.id, (now) => now.metadata[key] === value) };
}

/** The bead's labels hold no metadata any more, so the old one is told by its value. */
function labelArgs(key: string, value: string, bead: Bead): readonly string[] {
  const old = bead.metadata[key];
  return [
    ...(old === undefined ? [] : [`--remove-label=${inList(labelOf(key, old))}`]),
    `--add-label=${inList(labelOf(key, value))}`,
  ];
}

export function editCommand({ bead }: Writing, change: BeadChange): Command {
  const { title, description, acceptance, type, priority, addLabels = [], removeLabels = [], parent } = change;
  const given = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}=${value}`];
  const args = [
    ...["update", bead.id],
    ...given("title", title),
    ...given("description", description),
    ...given("acceptance", acceptance),
    ...given("type", type),
    ...given("priority", priority),
    ...addLabels.filter((label) => !bead.labels.includes(label)).map((label) => `--add-label=${inList(label)}`),
    ...removeLabels.filter((label) => bead.labels.includes(label)).map((label) => `--remove-label=${inList(label)}`),
    ...(parent === undefined ? [] : [`--parent=${parent ?? ""}`]),
    "--json",
  ];
  // A reply has neither parent nor, on all generations, empty fields: what was edited is read back.
  return { call: { args }, proves: () => false };
}

export function addBlockerCommand({ bead }: Writing, blocker: string): Command {
  return {
    call: { args: ["dep", "add", bead.id, blocker, "--json"] },
    proves: (stdout) => issuesOf(stdout).some((reply) => isEdge(reply, bead.id, blocker) && reply.status === "added"),
  };
}

export function removeBlockerCommand({ bead }: Writing, blocker: string): Command {
  return {
    call: { args: ["dep", "remove", bead.id, blocker, "--json"] },
    proves: (stdout) => issuesOf(stdout).some((reply) => isEdge(reply, bead.id, blocker) && reply.status === "removed"),
  };
}

/** One value of a flag that takes a list: such flags are read as CSV (RFC 4180). */
export function inList(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

function isEdge(reply: Fields, id: string, blocker: string): boolean {
  return reply.issue_id === id && reply.depends_on_id === blocker;
}

function says(id: string, isSo: (bead: Bead) => boolean): (stdout: string) => boolean {
  return (stdout) => issuesOf(stdout).some((reply) => reply.id === id && isSo(beadOf(labelsAsMetadata(reply))));
}
