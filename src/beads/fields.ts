// One bead ↔ the fields of its JSON line. Pure; where a field is missing, what `bd` takes for it.
import type { Bead, BeadComment } from "../model/bead.ts";
import { idProblem } from "./ids.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Edge {
  readonly issue_id?: string;
  readonly depends_on_id: string;
  readonly type: string;
  readonly created_at?: string;
  readonly created_by?: string;
}

/** The two kinds of edge that crew reads; `bd` knows more, which crew keeps. */
export const parentEdge = "parent-child";
export const blocksEdge = "blocks";

/** The bead that good fields describe. */
export function beadOf(fields: Fields): Bead {
  const edges = edgesOf(fields);
  const parent = edges.find((edge) => edge.type === parentEdge)?.depends_on_id;
  return {
    id: fields.id as string,
    title: fields.title as string,
    description: text(fields.description),
    acceptance: text(fields.acceptance_criteria),
    notes: text(fields.notes),
    status: text(fields.status) || "open",
    type: text(fields.issue_type) || "task",
    priority: typeof fields.priority === "number" ? fields.priority : defaultPriority,
    labels: list<string>(fields.labels),
    ...(text(fields.assignee) === "" ? {} : { assignee: text(fields.assignee) }),
    ...(parent === undefined ? {} : { parent }),
    blockedBy: edges.filter((edge) => edge.type === blocksEdge).map((edge) => edge.depends_on_id),
    metadata: Object.fromEntries(Object.entries(metadataOf(fields)).map(([key, value]) => [key, metadataText(value)])),
    comments: list<{ author?: string; text?: string; created_at?: string }>(fields.comments).map(
      (comment): BeadComment => ({
        author: text(comment.author),
        text: text(comment.text),
        createdAt: text(comment.created_at),
      }),
    ),
    ...(text(fields.close_reason) === "" ? {} : { closeReason: text(fields.close_reason) }),
    createdAt: text(fields.created_at),
    updatedAt: text(fields.updated_at),
  };
}

/** A new line's fields. What is empty is left out, as `bd` does. */
export function fieldsOf(bead: Bead, actor: string): Fields {
  const edge = (target: string, type: string): Edge => ({
    issue_id: bead.id,
    depends_on_id: target,
    type,
    created_at: bead.createdAt,
    created_by: actor,
  });
  const fields: Record<string, unknown> = {
    id: bead.id,
    title: bead.title,
    description: bead.description,
    acceptance_criteria: bead.acceptance,
    notes: bead.notes,
    status: bead.status,
    priority: bead.priority,
    issue_type: bead.type,
    assignee: bead.assignee ?? "",
    created_at: bead.createdAt,
    created_by: actor,
    updated_at: bead.updatedAt,
    // `bd` takes no closed issue without the time of its closing.
    closed_at: bead.status === "closed" ? bead.updatedAt : "",
    close_reason: bead.closeReason ?? "",
    metadata: bead.metadata,
    labels: bead.labels,
    dependencies: [
      ...(bead.parent === undefined ? [] : [edge(bead.parent, parentEdge)]),
      ...bead.blockedBy.map((blocker) => edge(blocker, blocksEdge)),
    ],
    comments: bead.comments.map((comment) => commentFields(bead.id, comment)),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** Without an id of its own: `bd` before 1.0 takes only numbers there, later ones only text. */
export function commentFields(id: string, comment: BeadComment): Fields {
  return { issue_id: id, author: comment.author, text: comment.text, created_at: comment.createdAt };
}

/** Without the counts that only an export carries: they would go stale. */
export function withoutExportOnly(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !exportOnly.has(name)));
}

export function hasExportOnly(fields: Fields): boolean {
  return Object.keys(fields).some((name) => exportOnly.has(name));
}

const exportOnly = new Set(["dependency_count", "dependent_count", "comment_count"]);

function edgesOf(fields: Fields): readonly Edge[] {
  return list<Edge>(fields.dependencies).filter((edge) => edge.issue_id === undefined || edge.issue_id === fields.id);
}

export function metadataOf(fields: Fields): Fields {
  return isObject(fields.metadata) ? fields.metadata : {};
}

/** What keeps fields from being a bead; empty when nothing does. */
export function problemsOf(fields: Fields): readonly string[] {
  const problems: string[] = [];
  const must = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  const id = fields.id;
  if (typeof id !== "string") problems.push("id is missing");
  else if (idProblem(id) !== undefined) problems.push(`id ${JSON.stringify(id)} ${idProblem(id)}`);
  must(fields.status === "tombstone" || (typeof fields.title === "string" && fields.title !== ""), "title is missing");
  for (const name of textFields) must(isAbsentOr(fields[name], isText), `${name} must be text`);
  must(isAbsentOr(fields.priority, Number.isInteger), "priority must be a whole number");
  must(isAbsentOr(fields.metadata, isObject), "metadata must be an object");
  must(isAbsentOr(fields.labels, listOf(isText)), "labels must be a list of texts");
  must(isAbsentOr(fields.dependencies, listOf(isEdge)), "dependencies must be a list of {depends_on_id, type}");
  must(isAbsentOr(fields.comments, listOf(isObject)), "comments must be a list of objects");
  return problems;
}

const defaultPriority = 2;

const textFields = [
  ...["title", "description", "acceptance_criteria", "notes", "status", "issue_type", "assignee"],
  ...["created_at", "updated_at", "closed_at", "close_reason"],
];

function isEdge(value: unknown): boolean {
  return isObject(value) && isText(value.depends_on_id) && isText(value.type) && isAbsentOr(value.issue_id, isText);
}

function isObject(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isAbsentOr(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || check(value);
}

function listOf(check: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(check);
}

function isEmpty(value: unknown): boolean {
  return value === "" || (value !== null && typeof value === "object" && Object.keys(value).length === 0);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? value : [];
}

/** Metadata of other programs holds numbers and more; crew reads all of it as text. */
function metadataText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
