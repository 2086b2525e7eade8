// Where every record of crew lies among the refs, and back. Pure: names only, no git.
import { CrewError } from "../errors.ts";
import { type OrderId, parseOrderId, type TipName } from "../model/names.ts";

/** What a ref below `refs/crew/p/<project>/` is. */
export type Place =
  | { readonly kind: "start" }
  | { readonly kind: "tip"; readonly tip: TipName }
  | { readonly kind: "order"; readonly id: OrderId }
  | { readonly kind: "done"; readonly id: OrderId }
  | { readonly kind: "fact"; readonly fact: FactKind; readonly id: string }
  | { readonly kind: "undo"; readonly bead: string; readonly round: number }
  | { readonly kind: "gate"; readonly key: string }
  | { readonly kind: "rescue"; readonly role: string; readonly n: number }
  | { readonly kind: "shown"; readonly name: string }
  /** What a visible branch is about to be moved to; gone once that is noted as shown. */
  | { readonly kind: "showing"; readonly name: string }
  /** What crew put on the remote as this ref, whose full name is given. */
  | { readonly kind: "pushed"; readonly ref: string }
  /** The base as it was on the remote. */
  | { readonly kind: "upstream" };

export const factKinds = [
  "project",
  "land",
  "pr",
  "remote",
  "retry",
  "approval",
  "rejection",
  "message",
  "assignment",
  "hold",
  "closing",
  "closed",
  "upstream",
  "withdrawn",
  "reopening",
  "reopened",
] as const;
export type FactKind = (typeof factKinds)[number];

/** A project has one of these; every other fact is about something. */
const singleFacts: ReadonlySet<FactKind> = new Set(["project", "land", "pr", "remote", "upstream"]);

export const projectsRoot = "refs/crew/p/";
export const archivesRoot = "refs/crew/archive/";
export const leasesRoot = "refs/crew/lease/";
export const branchesRoot = "refs/heads/";

export function projectRoot(project: string): string {
  return `${projectsRoot}${component(project)}/`;
}

export function archiveRoot(project: string): string {
  return `${archivesRoot}${component(project)}/`;
}

export function archiveRef(project: string, epic: string): string {
  return `${archiveRoot(project)}${component(epic)}`;
}

export function leaseRef(project: string, name: string): string {
  return `${leasesRoot}${component(project)}/${component(name)}`;
}

export function branchRef(branch: string): string {
  return `${branchesRoot}${refPath(branch)}`;
}

export function placeRef(project: string, place: Place): string {
  return projectRoot(project) + placePath(place);
}

function placePath(place: Place): string {
  switch (place.kind) {
    case "start":
    case "upstream":
      return place.kind;
    case "tip":
      return `tip/${component(place.tip)}`;
    case "order":
    case "done":
      return `${place.kind}/${subjectPath(place.id.subject)}/${place.id.round}.${place.id.attempt}`;
    case "fact":
      return factPath(place.fact, place.id);
    case "undo":
      return `undo/${component(place.bead)}/${place.round}`;
    case "gate":
      return `gate/${component(place.key)}`;
    case "rescue":
      return `rescue/${component(place.role)}/${place.n}`;
    case "shown":
    case "showing":
      return `${place.kind}/${component(place.name)}`;
    case "pushed":
      return `pushed/${refPath(place.ref.replace(/^refs\//, ""))}`;
  }
}

function factPath(fact: FactKind, id: string): string {
  return singleFacts.has(fact) ? `fact/${fact}` : `fact/${fact}/${subjectPath(id)}`;
}

/** Undefined: nothing that this version of crew writes. */
export function placeOf(path: string): Place | undefined {
  const [kind = "", ...rest] = path.split("/");
  const last = rest.at(-1) ?? "";
  const tail = rest.join("/");
  switch (kind) {
    case "start":
    case "upstream":
      return rest.length === 0 ? { kind } : undefined;
    case "tip":
      return rest.length === 1 ? { kind, tip: last } : undefined;
    case "order":
    case "done": {
      const id = parseOrderId(`${rest.slice(0, -1).join("/")}.${last}`);
      return id && rest.length >= 2 ? { kind, id } : undefined;
    }
    case "fact": {
      const fact = factKinds.find((known) => known === rest[0]);
      if (!fact) return undefined;
      return singleFacts.has(fact) === (rest.length === 1) ? { kind, fact, id: rest.slice(1).join("/") } : undefined;
    }
    case "undo":
      return rest.length === 2 && /^[1-9]\d*$/.test(last)
        ? { kind, bead: rest[0] ?? "", round: Number(last) }
        : undefined;
    case "gate":
      return rest.length === 1 ? { kind, key: last } : undefined;
    case "rescue":
      return rest.length === 2 && /^[1-9]\d*$/.test(last) ? { kind, role: rest[0] ?? "", n: Number(last) } : undefined;
    case "shown":
    case "showing":
      return tail !== "" && rest.length === 1 ? { kind, name: last } : undefined;
    case "pushed":
      return rest.length >= 2 ? { kind, ref: `refs/${tail}` } : undefined;
    default:
      return undefined;
  }
}

/** `shop-12`, or `up/<role>` for a move upward. A bead named `up` would lie where those lie. */
function subjectPath(subject: string): string {
  if (subject.startsWith("up/")) return `up/${component(subject.slice("up/".length))}`;
  if (subject === "up") throw unfit(subject);
  return component(subject);
}

function component(name: string): string {
  if (name.includes("/")) throw unfit(name);
  return refPath(name);
}

/** The rules of git-check-ref-format(1), so that no name reaches a command line or a file name unchecked. */
function refPath(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|^@$/;
  const parts = name.split("/");
  const fits = name !== "" && !forbidden.test(name) && !parts.some((part) => /^\.|\.lock$/.test(part));
  if (!fits || name.startsWith("-")) throw unfit(name);
  return name;
}

function unfit(name: string): CrewError {
  return new CrewError("invalid", `${JSON.stringify(name)} cannot be part of a git ref.`, {
    hint: "Rename it: letters, digits, dots, dashes and underscores are always fine.",
  });
}
