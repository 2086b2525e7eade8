// Thirty beads in a branch tree five deep: eleven roles write one page for each bead, in one order of reports and at fixed
// dates. One page is red at first, one makes its gate fail once, two roles write the same file. Ends in the same tree
// whatever is killed on the way.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { aBench } from "../bench.ts";
import { slowGitIn } from "./slow-git.ts";
import type { Team } from "./team.ts";

/** role: where it merges, and the numbers of its pages: who merges deepest reports first. */
const roles: Readonly<Record<string, { readonly into?: string; readonly pages: readonly number[] }>> = {
  core: { pages: [7, 16, 25] },
  api: { into: "core", pages: [5, 14, 23] },
  store: { into: "api", pages: [3, 12, 21] },
  disk: { into: "store", pages: [1, 10, 19] },
  cache: { into: "store", pages: [2, 11, 20] },
  auth: { into: "api", pages: [4, 13, 22] },
  ui: { into: "core", pages: [6, 15, 24] },
  docs: { pages: [9, 18, 27] },
  guide: { into: "docs", pages: [8, 17, 26] },
  tools: { pages: [28, 30] },
  notes: { into: "docs", pages: [29] },
};

/** The last ones of their roles need what is merged elsewhere in the tree: it comes down to them. */
const blockers: Readonly<Record<number, number>> = { 22: 6, 24: 11, 26: 12, 30: 18 };

const two = (n: number) => String(n).padStart(2, "0");
const firsts = Object.values(roles).map(({ pages }) => Math.min(...pages));

function crewFile(): string {
  const tasks = Object.entries(roles).flatMap(([role, { pages }]) => [
    `  ${role}:`,
    `    title: "Chapter ${role}"`,
    `    role: ${role}`,
    "    tasks:",
    ...pages.map((n) => {
      const blocker = blockers[n];
      const by = blocker === undefined ? "" : `, blocked_by: [${roleOf(blocker)}.p${two(blocker)}]`;
      return `      p${two(n)}: {title: "Write ${two(n)}.txt", priority: 2${by}}`;
    }),
  ]);
  const each = Object.entries(roles).map(([role, { into }]) => `  ${role}: {${into ? `into: ${into}` : ""}}`);
  return `
name: story
epic: {title: "[STORY] A book of thirty pages", branch: epic/story, base: main}
tasks:
${tasks.join("\n")}
defaults:
  # So many that no kill uses them up.
  agent: {command: sh agent.sh, max_attempts: 9}
roles:
${each.join("\n")}
gates:
  book: sh gate.sh
  luck: {run: sh luck.sh, paths: [13.txt]}
max_parallel: ${Object.keys(roles).length}
max_gates: 2
runtime: process
tracker: git
`.trimStart();
}

function roleOf(page: number): string {
  return Object.entries(roles).find(([, { pages }]) => pages.includes(page))?.[0] ?? "";
}

/**
 * Nobody reports before everybody began, and everybody after the turn of the one before is over: in \`turns\` lies the
 * process of each. Pages 1 and 2 both add a line to pair.txt; what resolves it is the sorted union.
 */
const agent = `
set -e
prompt=$(cat)
page=$(printf '%s\\n' "$prompt" | sed -n 's/^Bead: .*Write \\(..\\).txt$/\\1/p' | head -n 1)
n=\${page#0}
# Another process of that number began at another time.
begun() { cut -d ' ' -f 22 "/proc/$1/stat" 2>/dev/null || :; }
turns=\${HOME%/crew/*}/turns
mkdir -p "$turns"
export GIT_AUTHOR_DATE="@$((1700000000 + 60 * n)) +0000" GIT_COMMITTER_DATE="@$((1700000000 + 60 * n)) +0000"

if [ -e .git/MERGE_HEAD ]; then
  sed '/^<<<<<<</d;/^=======/d;/^>>>>>>>/d;/^|||||||/d' pair.txt | sort -u > "$HOME/pair"
  mv "$HOME/pair" pair.txt
  git add pair.txt
  git commit -qm "Resolve pair.txt for page $page"
  exit 0
fi
case $prompt in
  *"must not be bad"*) echo "Page $page is good." > "$page.txt" ;;
  *)
    echo "Page $page." > "$page.txt"
    [ "$n" != 14 ] || echo "Page 14 is bad." > 14.txt ;;
esac
case $n in 1 | 2) echo "page $n" | sort -u pair.txt - > "$HOME/pair"; mv "$HOME/pair" pair.txt ;; esac

: > "$turns/began.$page"
for each in ${firsts.map(two).join(" ")}; do
  until [ -e "$turns/began.$each" ]; do sleep 0.2; done
done
if [ "$n" -gt 1 ]; then
  before=$turns/$(printf %02d "$((n - 1))")
  until [ -e "$before" ] && read -r pid since < "$before" && [ "$(begun "$pid")" != "$since" ]; do sleep 0.2; done
fi
git add -A .
git diff --cached --quiet || git commit -qm "Write page $page"
echo "$$ $(begun $$)" > "$turns/.$page"
mv "$turns/.$page" "$turns/$page"
`.trimStart();

const files = {
  "crew.yaml": crewFile(),
  "agent.sh": agent,
  "gate.sh": `
! grep -l bad ./*.txt || { echo "a page must not be bad"; exit 1; }
LC_ALL=C sort -uc pair.txt
`.trimStart(),
  // Red at the first run of every tree that has page 13 until page 22 is there, green at the next.
  "luck.sh": `
case $CREW_INSTANCE in *.1]) [ ! -e 13.txt ] || [ -e 22.txt ] || { echo "no luck this time"; exit 1; } ;; esac
`.trimStart(),
  "pair.txt": "page 0\n",
};

/** Begins with the same commit every time. */
export function aTree(): Team {
  const bench = aBench(files);
  const date = "@1700000000 +0000";
  execFileSync("git", ["commit", "-q", "--amend", "--no-edit", "--date", date], {
    cwd: bench.repository,
    env: { ...bench.environment, GIT_COMMITTER_DATE: date },
  });
  return {
    ...bench,
    slowGit: slowGitIn(join(bench.repository, "..", "slow")),
    story: { phases: ["up", "land", "down"], limitMs: 600_000 },
  };
}
