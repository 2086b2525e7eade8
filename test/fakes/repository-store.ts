// What the in-memory repository keeps, as the disk would. No behaviour but making it and listing it.

import { canonicalJson } from "../../src/model/content.ts";
import type { Oid } from "../../src/model/names.ts";
import type { Order, Report, Undo, Verdict } from "../../src/model/records.ts";
import type { FactWrite, LeaseHolder } from "../../src/ports/repository.ts";
import { type CommitGraph, commitGraph } from "./commit-graph.ts";

/** What lies on the disk: several openings share it, as several processes would. */
export interface FakeStore {
  readonly graph: CommitGraph;
  readonly branches: Map<string, Oid>;
  /** Short branch name → path of a work tree. */
  readonly checkedOut: Map<string, string>;
  /** Files with local changes in the work tree that has the branch checked out. */
  readonly localChanges: Map<string, readonly string[]>;
  readonly projects: Map<string, ProjectStore>;
  /** `<project>/<epic>` → what it holds. */
  readonly archives: Map<string, ReadonlySet<string>>;
  /** The same names → the project as it was archived last. */
  readonly recalled: Map<string, ProjectStore>;
  /** What lies on the one remote, by full ref name. */
  readonly remote: Map<string, Oid>;
  readonly leases: Map<string, LeaseHolder>;
  /** Refs in the instances' clones: `refs/crew/report/<mail id>`, and `refs/crew/rescue` by role. */
  readonly reported: Map<string, Oid>;
  readonly rescuable: Map<string, Oid>;
  clock: number;
}

export interface ProjectStore {
  start?: Oid;
  readonly tips: Map<string, Oid>;
  readonly orders: Map<string, Order>;
  readonly reports: Map<string, Report>;
  readonly facts: Map<string, FactWrite>;
  readonly undos: Map<string, Undo>;
  readonly verdicts: Map<string, Verdict>;
  readonly shown: Map<string, Oid>;
  /** Full ref name → what was put on the remote. */
  readonly pushed: Map<string, Oid>;
  /** `<role>/<n>`. */
  readonly rescues: Map<string, Oid>;
}

/** A store with one commit on `main`. */
export function fakeStore(files: Readonly<Record<string, string>> = { "README.md": "one\ntwo\nthree\n" }): FakeStore {
  const graph = commitGraph();
  const tree = graph.writeTree(new Map(Object.entries(files)));
  const base = graph.write({ parents: [], tree, message: "Start\n", author: "Pat", date: 1 });
  return {
    graph,
    branches: new Map([["main", base]]),
    checkedOut: new Map(),
    localChanges: new Map(),
    projects: new Map(),
    archives: new Map(),
    recalled: new Map(),
    remote: new Map(),
    leases: new Map(),
    reported: new Map(),
    rescuable: new Map(),
    clock: 1,
  };
}

export function emptyProject(): ProjectStore {
  return {
    tips: new Map(),
    orders: new Map(),
    reports: new Map(),
    facts: new Map(),
    undos: new Map(),
    verdicts: new Map(),
    shown: new Map(),
    pushed: new Map(),
    rescues: new Map(),
  };
}

/** The project as it stands, whatever becomes of it. */
export function copyOf(project: ProjectStore): ProjectStore {
  return structuredClone(project);
}

/** One line for each thing that a project keeps, as an archive must hold it. */
export function entriesOf(project: ProjectStore | undefined): readonly string[] {
  if (!project) return [];
  const { start, pushed: _notes, ...maps } = project;
  const kept = Object.entries(maps).flatMap(([kind, map]) =>
    [...(map as ReadonlyMap<string, unknown>)].map(([name, value]) => `${kind} ${name} ${canonicalJson(value)}`),
  );
  return [...(start === undefined ? [] : [`start ${start}`]), ...kept];
}
