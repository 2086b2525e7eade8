// How every story that was broken off and taken up again must end: landed, archived, proven, nothing left running or lying
// about.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Bench } from "./bench.ts";
import { type Outcome, outcomeOf, unprovenInArchive, unprovenTips } from "./outcome.ts";

/** What the story came to; throws unless it ended as every story must. */
export function endOf(bench: Bench, project = "story"): Outcome {
  const refs = bench.git("for-each-ref", "--format=%(refname)").split("\n");
  const archive = refs.find((ref) => ref.startsWith("refs/crew/archive/"));
  expect(refs.map((ref) => ref.replace(/-[0-9a-z]{4,}$/, "-…"))).toEqual([
    `refs/crew/archive/${project}/${project}-…`,
    "refs/crew/beads",
    "refs/heads/main",
  ]);
  expect(
    unprovenTips(bench, {
      from: startOf(bench, archive ?? ""),
      to: "main",
      gates: 1,
      source: archive ?? "",
    }),
  ).toEqual([]);
  expect(unprovenInArchive(bench, archive ?? "")).toEqual([]);
  expect(bench.survivors()).toEqual([]);
  expect(bench.git("fsck", "--strict", "--no-dangling")).toBe("");
  expect(bench.git("status", "--porcelain")).toBe("");
  expect(locksIn(join(bench.repository, ".git"))).toEqual([]);
  expect(filesIn(join(bench.state, "crew")), "what is left of instances").toEqual([]);
  const own = join(bench.repository, ".git", "crew");
  expect(namesIn(own).filter((name) => !["git", "quarantine", project].includes(name))).toEqual([]);
  expect(namesIn(join(own, "quarantine"))).toEqual([]);
  return outcomeOf(bench);
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Where the epic began: what was committed to the base before is a person's. */
function startOf(bench: Bench, archive: string): string {
  const { start } = JSON.parse(bench.git("show", `${archive}:audit.json`)) as { readonly start: string };
  return start;
}

function locksIn(folder: string): readonly string[] {
  return filesIn(folder).filter((path) => path.endsWith(".lock"));
}

/** Empty folders may be left where the very last step was killed. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}
