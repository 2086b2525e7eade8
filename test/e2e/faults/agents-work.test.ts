// How agents leave their work: in the middle of something, on no branch, on another, beside what was asked for.
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import {
  allMerged,
  blocked,
  bothMerged,
  down,
  epicTip,
  oneBlocked,
  oneWaits,
  subjects,
  up,
  waitsForApproval,
} from "./ends.ts";
import { type Fault, faults } from "./fault.ts";

/** Every text that a ref reaches at the path. */
const contents = (bench: Bench, path: string) =>
  bench
    .git("log", "--all", "-m", "--diff-filter=AM", "--format=%H", "--", path)
    .split("\n")
    .filter(Boolean)
    .map((commit) => bench.git("show", `${commit}:${path}`))
    .filter((text, at, all) => all.indexOf(text) === at);

const rows: readonly Fault[] = [
  {
    name: "no commit, no change: a person says whether that is right",
    files: { "one.sh": "echo nothing to do\n" },
    meet: up,
    exit: 5,
    says: waitsForApproval("its report brings no change", ["crew approve <epic>.1 --no-change"]),
    beads: oneWaits,
  },
  {
    name: "uncommitted, untracked and ignored: what is not ignored is the work, what is ignored stays in the clone",
    files: {
      ".gitignore": "*.log\n",
      "one.sh":
        "echo This is one.txt. > one.txt\ngit add one.txt\necho more >> one.txt\necho new > new.txt\necho noise > x.log\n",
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => {
      expect(bench.git("show", `${epicTip}:one.txt`)).toBe("This is one.txt.\nmore");
      expect(bench.git("ls-tree", "--name-only", epicTip)).toMatch(/^new\.txt$/m);
      expect(bench.git("ls-tree", "--name-only", epicTip)).not.toContain("x.log");
    },
  },
  {
    name: "in the middle of a merge that has no conflict: it is committed",
    files: {
      "one.sh": `
git checkout -q -b side
echo side > side.txt; git add side.txt; git commit -qm "Side"
git checkout -q "$CREW_BRANCH"
echo one > one.txt; git add one.txt; git commit -qm "Main"
git merge -q --no-commit side
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => {
      expect(bench.git("show", `${epicTip}:side.txt`, `${epicTip}:one.txt`)).toBe("side\none");
    },
  },
  {
    name: "in the middle of a merge with a conflict: told what is unmerged, then blocked, and both sides are kept",
    files: {
      "one.sh": `
[ ! -e .git/MERGE_HEAD ] || exit 0
git checkout -q -B side HEAD
echo "$CREW_BEAD theirs" > one.txt; git add one.txt; git commit -qm "Their side"
git checkout -q -B mine HEAD~1
echo ours > one.txt; git add one.txt; git commit -qm "Our side"
git merge -q side || true
`,
    },
    meet: up,
    exit: 5,
    says: blocked("unmerged: one.txt"),
    beads: oneBlocked,
    afterwards: async (bench) => {
      await down(bench);
      expect(subjects(bench)).toEqual(expect.arrayContaining(["Their side", "Our side"]));
      expect(contents(bench, "one.txt").some((text) => text.includes("<<<<<<<"))).toBe(true);
    },
  },
  {
    name: "in the middle of a rebase with a conflict: both sides are kept",
    files: {
      "one.sh": `
[ ! -d .git/rebase-merge ] || exit 0
git checkout -q -B side HEAD
echo theirs > one.txt; git add one.txt; git commit -qm "Their side"
git checkout -q -B mine HEAD~1
echo ours > one.txt; git add one.txt; git commit -qm "Our side"
git rebase -q side || true
`,
    },
    meet: up,
    exit: 5,
    says: blocked("unmerged: one.txt"),
    beads: oneBlocked,
    afterwards: async (bench) => {
      await down(bench);
      expect(subjects(bench)).toEqual(expect.arrayContaining(["Their side", "Our side"]));
    },
  },
  {
    name: "HEAD detached: its commit is the work",
    files: { "one.sh": "git checkout -q --detach\necho one > one.txt\ngit add one.txt\ngit commit -qm Detached\n" },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => expect(bench.git("show", `${epicTip}:one.txt`)).toBe("one"),
  },
  {
    name: "its branch deleted, and another in the way of its name",
    files: {
      "one.sh": `
git checkout -q --detach
git branch -D "$CREW_BRANCH"
git branch "$CREW_BRANCH/below"
echo one > one.txt; git add one.txt; git commit -qm "Beside"
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => expect(bench.git("show", `${epicTip}:one.txt`)).toBe("one"),
  },
  {
    name: "its branch renamed",
    files: { "one.sh": "git branch -m mine\necho one > one.txt\ngit add one.txt\ngit commit -qm Renamed\n" },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => expect(bench.git("show", `${epicTip}:one.txt`)).toBe("one"),
  },
  {
    name: "its branch rewritten from nothing: refused with the reason, then blocked, and the work is kept",
    files: {
      "one.sh": `
git checkout -q --orphan "new-$$"
echo one > one.txt; git add -A; git commit -qm "A new beginning"
git update-ref "refs/heads/$CREW_BRANCH" HEAD
`,
    },
    meet: up,
    exit: 5,
    says: blocked("it does not contain <oid>, the commit that the order started at"),
    beads: oneBlocked,
    afterwards: async (bench) => {
      await down(bench, "-v");
      expect(subjects(bench)).toContain("A new beginning");
    },
  },
  {
    name: "side branches and stashes: not part of the work, and kept when all folders go",
    files: {
      "one.sh": `
git checkout -q -b side
echo side > side.txt; git add side.txt; git commit -qm "On the side"
git checkout -q "$CREW_BRANCH"
echo stashed > one.txt; git add one.txt; git stash -q
echo twice > one.txt; git add one.txt; git stash -q
echo one > one.txt; git add one.txt; git commit -qm "The work"
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: async (bench) => {
      expect(bench.git("ls-tree", "--name-only", epicTip)).not.toContain("side.txt");
      await down(bench, "-v");
      expect(subjects(bench)).toContain("On the side");
      expect(contents(bench, "one.txt")).toEqual(expect.arrayContaining(["one", "stashed", "twice"]));
    },
  },
  {
    name: "what is left uncommitted when it is taken down in the middle is kept, staged or not",
    files: {
      ".gitignore": "*.log\n",
      "one.sh": `
echo first > one.txt; git add one.txt; echo second > one.txt; echo new > new.txt; echo noise > x.log
touch "$HOME/busy"; sleep 300
`,
    },
    meet: async (bench) => {
      const { code, stderr } = await bench.crew(["up", "-d"]);
      expect(code, stderr).toBe(0);
      await bench.until("crew/*/roles/one/home/busy");
      return await bench.crew(["down", "-v"]);
    },
    exit: 0,
    says: "\nDown. No work was lost.\n",
    afterwards: (bench) => {
      expect(contents(bench, "one.txt")).toEqual(expect.arrayContaining(["first", "second"]));
      expect(contents(bench, "new.txt")).toEqual(["new"]);
      expect(contents(bench, "x.log")).toEqual([]);
      expect(bench.survivors()).toEqual([]);
    },
  },
];

describe("how agents leave their work", () => faults(rows));
