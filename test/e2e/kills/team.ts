// The team that is killed on its way: its story meets nearly every kind of operation, and ends in the same tree whatever
// comes first. A red base, a red gate, a failing check, a conflict, a role that merges into another, beads that wait for
// others, a bead that a person closes in an agent's hands, and agents that leave more behind than they report.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aBench, type Bench } from "../bench.ts";

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

export interface Team extends Bench {
  /** What crew runs with: some of its git children begin late, so that they outlive it when it is killed. */
  readonly slowGit: Readonly<Record<string, string>>;
  mendBase(): void;
}

export function aKilledTeam(): Team {
  const bench = aBench(files);
  const folder = join(bench.repository, "..", "slow");
  mkdirSync(folder);
  writeFileSync(join(folder, "git"), slowGit);
  chmodSync(join(folder, "git"), 0o755);
  return {
    ...bench,
    slowGit: { PATH: `${folder}:${process.env.PATH}` },
    mendBase: () => {
      bench.write("gate.sh", mendedGate);
      bench.commit("Mend the gate");
    },
  };
}

/** One of eight commands that write waits before it begins. */
const slowGit = `#!/bin/sh
PATH=\${PATH#*:}
case " $* " in
  *" update-ref "* | *" push "* | *" fetch "* | *" unpack-objects "* | *" merge "* | *" hash-object "*)
    [ $(($$ % 8)) -ne 0 ] || sleep 0.25 ;;
esac
exec git "$@"
`;
