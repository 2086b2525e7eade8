// What proves each bead that is done: the commit that carried it, where that commit is, and the verdict of exactly its tree. Pure.
import { type Bead, metadataKeys } from "../model/bead.ts";
import type { ChainCommit } from "../model/chain.ts";
import type { Crew } from "../model/crew.ts";
import { epicTip, type Oid } from "../model/names.ts";
import { hasLanded, type World } from "../model/world.ts";
import { roundOf } from "./history.ts";
import { type LandingCommit, verdictsOn } from "./landing-commit.ts";
import { isClosedByPerson, isToReopen } from "./readiness.ts";
import type { Survey } from "./survey.ts";

/**
 * `proven`: closed by crew, and everything that closing demands is there. `person`: closed by a person, which crew answers
 * for with nothing. `unproven`: closed, and something is missing. `merged`: merged and open yet. `undone`: its last merge
 * was taken out. `open`: anything else.
 */
export type AuditState = "proven" | "person" | "unproven" | "merged" | "undone" | "open";

export interface AuditEntry {
  readonly bead: string;
  readonly title: string;
  /** 0 for the epic. */
  readonly depth: number;
  readonly state: AuditState;
  readonly round: number;
  readonly role?: string;
  /** The commit on a tip's first-parent chain that carried the round. */
  readonly evidence?: Oid;
  /** The branch or tip that holds it: the base once it has landed. */
  readonly in?: string;
  readonly gates: readonly AuditedGate[];
  /** The commit that undid the round before. */
  readonly undoneBy?: Oid;
  /** What is missing, in words; empty unless it is unproven. */
  readonly missing: readonly string[];
}

export interface AuditedGate {
  readonly key: string;
  /** Its name as it was judged; absent where the verdict is not there. */
  readonly gate?: string;
  readonly result: "green" | "red" | "setup-failed" | "no verdict" | "of another tree";
  readonly flaky: boolean;
}

interface Auditing {
  readonly survey: Survey;
  readonly close: Crew["close"];
  /** As which commit the epic landed, where it has. */
  readonly landing?: LandingCommit | undefined;
}

/** The epic, then every bead below it, parents before children. */
export function audit(auditing: Auditing): readonly AuditEntry[] {
  const { survey } = auditing;
  const { tree, beads } = survey;
  const below = (id: string): readonly string[] => [id, ...(tree.children.get(id) ?? []).flatMap(below)];
  return below(tree.epic).flatMap((id) => {
    const bead = beads.get(id);
    if (!bead) return [];
    return [tree.children.has(id) || id === tree.epic ? parentEntry(bead, auditing) : leafEntry(bead, auditing)];
  });
}

function parentEntry(bead: Bead, { survey, landing }: Auditing): AuditEntry {
  const isEpic = bead.id === survey.tree.epic;
  const about = { ...aboutOf(bead, survey), ...(isEpic && landing && landedAs(landing, survey)) };
  if (bead.status !== "closed") return { ...about, state: "open" };
  if (isClosedByPerson(bead, about.round, survey)) return { ...about, state: "person" };
  const open = (survey.tree.children.get(bead.id) ?? []).filter((id) => survey.beads.get(id)?.status !== "closed");
  const { base } = survey.world.repository;
  const missing = [
    ...open.map((id) => `${id} below it is ${survey.beads.get(id)?.status ?? "gone"}`),
    ...(isEpic && !hasLanded(survey.world.repository) ? [`${base.branch} does not hold the epic`] : []),
    ...(landing?.named === undefined ? [] : notGreen(about.gates)),
  ];
  const landed = bead.metadata[metadataKeys.landed];
  const where =
    isEpic && !landing && landed !== undefined && landed !== "" ? { evidence: landed, in: base.branch } : {};
  return { ...about, ...where, state: missing.length > 0 ? "unproven" : "proven", missing };
}

/** Which gates judged the landed tree: those that its commit names, else whichever there are. */
function landedAs({ oid, tree, named }: LandingCommit, { world }: Survey) {
  const { verdicts, base } = world.repository;
  const keys = named ?? verdictsOn(tree, verdicts).map(({ key }) => key);
  return { evidence: oid, in: base.branch, gates: keys.map((key) => gateOf(key, new Set([tree]), world)) };
}

function leafEntry(bead: Bead, { survey, close }: Auditing): AuditEntry {
  const about = aboutOf(bead, survey);
  const commit = survey.evidence.commitOf(bead.id, about.round);
  const undo = survey.evidence.undoOf(bead.id, about.round - 1);
  const undone = undo && { undoneBy: undo.oid };
  if (!commit) {
    if (bead.status !== "closed") return { ...about, ...undone, state: undone ? "undone" : "open" };
    if (isClosedByPerson(bead, about.round, survey)) return { ...about, ...undone, state: "person" };
    if (isToReopen(bead, about.round, survey)) return { ...about, ...undone, state: "undone" };
    return { ...about, ...undone, state: "unproven", missing: ["no commit of the epic carries it"] };
  }
  const trees = judgedTrees(commit, survey.world);
  const gates = commit.gates.map((key) => gateOf(key, trees, survey.world));
  const place = placeOf(bead.id, about.round, survey);
  const carried = {
    ...about,
    ...undone,
    evidence: commit.oid,
    gates,
    ...(commit.role !== undefined && { role: commit.role }),
    ...(place !== undefined && { in: place }),
  };
  if (bead.status !== "closed") return { ...carried, state: "merged" };
  if (isClosedByPerson(bead, about.round, survey)) return { ...carried, state: "person" };
  const { branch } = survey.world.repository.base;
  const missing = [
    ...notGreen(gates),
    ...(close === "on-land" && place !== branch ? [`${branch} does not hold ${commit.oid}`] : []),
    ...(close === "on-merge" && place !== branch && place !== epicTip ? [`the epic does not hold ${commit.oid}`] : []),
  ];
  return { ...carried, state: missing.length > 0 ? "unproven" : "proven", missing };
}

function notGreen(gates: readonly AuditedGate[]): readonly string[] {
  return gates
    .filter(({ result }) => result !== "green")
    .map(({ gate, key, result }) => `gate ${gate ?? key}: ${result}`);
}

function aboutOf(bead: Bead, survey: Survey): Omit<AuditEntry, "state"> {
  const round = roundOf(bead, survey);
  const depth = survey.tree.depth.get(bead.id) ?? 0;
  return { bead: bead.id, title: bead.title, depth, round, gates: [], missing: [] };
}

/** A verdict proves the tree that it names, and no other. */
function gateOf(key: string, trees: ReadonlySet<Oid>, world: World): AuditedGate {
  const verdict = world.repository.verdicts.get(key);
  if (!verdict) return { key, result: "no verdict", flaky: false };
  const result = trees.has(verdict.tree) ? verdict.result : "of another tree";
  return { key, gate: verdict.gate, result, flaky: verdict.flaky };
}

/** Its own tree and, where it was merged together with others, the tree that the tip moved to: they name the same gates. */
function judgedTrees(commit: ChainCommit, { repository }: World): ReadonlySet<Oid> {
  const trees = new Set([commit.tree]);
  for (const { chain } of repository.tips.values()) {
    const at = chain.findIndex(({ oid }) => oid === commit.oid);
    if (at < 0) continue;
    const later = chain.slice(at + 1);
    const end = later.findIndex(({ gates }) => gates.join() !== commit.gates.join());
    for (const { tree } of end < 0 ? later : later.slice(0, end)) trees.add(tree);
  }
  return trees;
}

/** The base where it holds the epic that holds it, else the tip nearest to the epic. */
function placeOf(bead: string, round: number, survey: Survey): string | undefined {
  const { repository } = survey.world;
  const tips = [epicTip, ...[...repository.tips.keys()].filter((name) => name !== epicTip)];
  const tip = tips.find((name) => survey.evidence.isMergedIn(bead, round, name));
  return tip === epicTip && hasLanded(repository) ? repository.base.branch : tip;
}
