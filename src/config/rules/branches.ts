// Branches: names that git takes, each its own, none in the way of another. git keeps refs as paths, so `a` and `a/b`
// cannot both be, and on many file systems `A` and `a` are one.
import type { Help, Report } from "../problem.ts";
import { keySpanOf, type Span, spanOf, valueAt } from "../tree.ts";
import { refusedBranchName } from "./branch-name.ts";
import { type Draft, type Rule, roleValueSpan } from "./rule.ts";

interface Branch {
  readonly name: string;
  /** `role backend`, `the epic`, `the base`, `a branch of the repository`. */
  readonly owner: string;
  /** Absent for what the file does not say. */
  readonly at?: Span;
}

export const branches: Rule = (draft, report) => {
  const declared = declaredBranches(draft);
  const sound = declared.filter((branch) => {
    const refused = refusedBranchName(branch.name);
    if (refused === undefined) return true;
    report(branch.at ?? draft.tree.at, `git takes no branch "${branch.name}": ${refused}`);
    return false;
  });
  const taken = new Map<string, Branch>();
  const folders = new Map<string, Branch>();
  for (const branch of sound) {
    reportClash({ branch, taken, folders }, report);
    const folded = branch.name.toLowerCase();
    if (!taken.has(folded)) taken.set(folded, branch);
    for (const folder of foldersOf(folded)) if (!folders.has(folder)) folders.set(folder, branch);
  }
  reportExisting({ draft, taken, folders }, report);
};

/** Base first, then the epic's, then the roles' in the order of the file: the later one of two is at fault. */
function declaredBranches(draft: Draft): readonly Branch[] {
  const { canonical, tree, known } = draft;
  const base = canonical.epic.base ?? known.base;
  const baseAt = valueAt(tree, ["epic", "base"])?.at;
  const epicAt = valueAt(tree, ["epic", "branch"]) ? spanOf(tree, ["epic", "branch"]) : keySpanOf(tree, ["epic"]);
  const roles = Object.entries(canonical.roles).map(([name, role]) => {
    return { name: role.branch, owner: `role ${name}`, at: roleValueSpan(draft, name, ["branch"]) };
  });
  return [
    ...(base === undefined ? [] : [{ name: base, owner: "the base", ...(baseAt ? { at: baseAt } : {}) }]),
    { name: canonical.epic.branch, owner: "the epic", at: epicAt },
    ...roles,
  ];
}

interface Taken {
  /** By name in lower case. */
  readonly taken: ReadonlyMap<string, Branch>;
  /** By each folder that the branches lie in, in lower case. */
  readonly folders: ReadonlyMap<string, Branch>;
}

function reportClash({ branch, taken, folders }: Taken & { readonly branch: Branch }, report: Report): void {
  const folded = branch.name.toLowerCase();
  const say = (words: string, help?: Help): void => report(branch.at ?? { start: 0, end: 0 }, words, help);
  const same = taken.get(folded);
  if (same) {
    const words = same.name === branch.name ? "is also that of" : `differs only in case from "${same.name}" of`;
    say(`branch "${branch.name}" of ${branch.owner} ${words} ${same.owner}`);
    return;
  }
  const inner = folders.get(folded);
  const outer = foldersOf(folded)
    .map((folder) => taken.get(folder))
    .find((found) => found !== undefined);
  const other = inner ?? outer;
  if (!other) return;
  say(
    `branch "${branch.name}" of ${branch.owner} cannot be beside "${other.name}" of ${other.owner}: one is the other's folder`,
  );
}

/** Branches that are there already: the same name is crew's own from an earlier run. */
function reportExisting({ draft, taken, folders }: Taken & { readonly draft: Draft }, report: Report): void {
  for (const name of draft.known.branches ?? []) {
    const folded = name.toLowerCase();
    const same = taken.get(folded);
    if (same?.at && same.name !== name) {
      report(
        same.at,
        `branch "${same.name}" of ${same.owner} differs only in case from the branch "${name}" that is there`,
      );
    }
    const clash =
      folders.get(folded) ??
      foldersOf(folded)
        .map((folder) => taken.get(folder))
        .find((found) => found);
    if (!clash?.at) continue;
    report(
      clash.at,
      `branch "${clash.name}" of ${clash.owner} cannot be beside the branch "${name}" that is there: one is the other's folder`,
    );
  }
}

/** `a/b/c` → `a`, `a/b`. */
function foldersOf(name: string): readonly string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}
