// The team that is killed on its way: its story meets nearly every kind of operation, and ends in the same tree whatever
// comes first. A red base, a red gate, a failing check, a conflict, a role that merges into another, beads that wait for
// others, a bead that a person closes in an agent's hands, and agents that leave more behind than they report.
import { join } from "node:path";
import { aBench, type Bench } from "../bench.ts";
import { beadsOf } from "../outcome.ts";
import { type SlowGit, slowGitIn } from "./slow-git.ts";

const crewFile = `
name: story
epic: {title: "[STORY] A small book", branch: epic/story, base: main}
tasks:
  sum: {title: "Write sum.txt", role: writer}
  part: {title: "Write part.txt", role: helper}
  cover: {title: "Write cover.txt", role: reader}
  end: {title: "Write end.txt", role: writer, blocked_by: [cover, part]}
  never: {title: "Write never.txt", role: idler}
defaults:
  # So many that no kill uses them up.
  agent: {command: sh agent.sh, max_attempts: 9}
roles:
  writer: {}
  reader: {check: sh check.sh}
  helper: {into: reader}
  idler: {}
gates: {book: sh gate.sh}
runtime: process
tracker: git
`.trimStart();

/**
 * May be ended anywhere and begun again. Everybody adds a line to list.txt, so that those who work side by side conflict;
 * the resolution is the sorted union. The last lines leave what no report holds: an amended commit, a branch, a stash.
 */
const agent = `
set -e
prompt=$(cat)
file=$(printf '%s\\n' "$prompt" | sed -n 's/^Bead: .*Write //p' | head -n 1)
kept() { git diff --cached --quiet || git commit -qm "$1"; }

if [ "$file" = never.txt ]; then
  echo started > begun.txt
  git add begun.txt
  kept "Begin $file"
  echo more > unfinished.txt
  touch "$HOME/busy"
  sleep 300
fi
if [ -e .git/MERGE_HEAD ]; then
  sed '/^<<<<<<</d;/^=======/d;/^>>>>>>>/d;/^|||||||/d' list.txt | sort -u > "$HOME/list"
  mv "$HOME/list" list.txt
  git add list.txt
  git commit -qm "Resolve list.txt"
  exit 0
fi
case $prompt in
  *"sum.txt must say 42"*) echo 42 > sum.txt ;;
  *"draft.txt is left"*) git rm -q --ignore-unmatch draft.txt; rm -f draft.txt ;;
  *) [ -e "$file" ] || { echo "This is $file." > "$file"; [ "$file" != cover.txt ] || echo draft > draft.txt; } ;;
esac
echo "$file" | sort -u list.txt - > "$HOME/list"
mv "$HOME/list" list.txt
git add -A .
kept "Try $file"
sleep 0.2
git commit -q --amend --allow-empty -m "Write $file"
git branch -f "aside/$file" "$(git commit-tree -p HEAD -m "Aside of $file" 'HEAD^{tree}')"
echo scratch > scratch.txt
git add scratch.txt
git stash -q
git rm -q --cached --ignore-unmatch scratch.txt
rm -f scratch.txt
`.trimStart();

const files = {
  "crew.yaml": crewFile,
  "agent.sh": agent,
  "check.sh": 'test ! -e draft.txt || { echo "draft.txt is left"; exit 1; }\n',
  // Red on the base until a person mends it there.
  "gate.sh": "exit 1\n",
  "list.txt": "list.txt\n",
};

/** Each bead's file stands in the list, the list is in order, and the sum is right. */
const mendedGate = `
LC_ALL=C sort -uc list.txt || exit 1
for file in *.txt; do grep -qx "$file" list.txt || exit 1; done
test ! -e sum.txt || grep -qx 42 sum.txt || { echo "sum.txt must say 42"; exit 1; }
`.trimStart();

/** What is done with the team, command by command, each run to its end. */
export interface Story {
  readonly phases: readonly string[];
  /** That one command may take. */
  readonly limitMs?: number;
  /** What people do while it is brought up. */
  readonly meanwhile?: (signal: AbortSignal) => Promise<void>;
  /** What a person does when `up` needs one, before it is said again. */
  readonly mend?: () => void;
}

export interface Team extends Bench {
  readonly slowGit: SlowGit;
  readonly story: Story;
}

export function aKilledTeam(): Team {
  const bench = aBench(files);
  return {
    ...bench,
    slowGit: slowGitIn(join(bench.repository, "..", "slow")),
    story: {
      phases: ["up", "pause", "unpause", "land", "down"],
      meanwhile: (signal) => closeNever(bench, signal),
      mend: () => {
        bench.write("gate.sh", mendedGate);
        bench.commit("Mend the gate");
      },
    },
  };
}

/** A person closes the bead that its agent would never end. */
async function closeNever(bench: Bench, signal: AbortSignal): Promise<void> {
  while (bench.find("crew/*/roles/idler/home/busy").length === 0) {
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const bead = beadsOf(bench).find(({ title }) => title === "Write never.txt");
  const { code, stderr } = await bench.crew(["bead", "close", bead?.id ?? "", "-r", "not needed"]);
  if (code !== 0) throw new Error(`crew bead close ended with ${code}:\n${stderr}`);
}
