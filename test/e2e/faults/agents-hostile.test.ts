// What agents do to crew itself: forge, replay, delete and replace what only crew and the supervisor write.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { allMerged, bothMerged, cannotWork, down, epicTip, folderOf, places, up, work } from "./ends.ts";
import { type Fault, faults } from "./fault.ts";

/** Role two, which is not done before one has ended: nothing is settled meanwhile. */
const afterOne = `
n=0; while [ ! -e "\${HOME%/two/home}/one/home/ended" ] && [ $n -lt 600 ]; do n=$((n + 1)); sleep 0.1; done
echo This is two.txt. > two.txt
git add two.txt; git commit -qm "Write two.txt"
`;

const rows: readonly Fault[] = [
  {
    name: "forges the report of another role's bead, with the commit to it: nobody believes it",
    files: {
      "one.sh": `
${places}
echo evil > two.txt; git add two.txt; git commit -qm Evil; evil=$(git rev-parse HEAD)
git reset -q --hard HEAD~1
for id in "$other.1.1" "$other.1.2" "$CREW_BEAD.1.2" "$CREW_BEAD.2.1"; do
  git update-ref "refs/crew/report/$id" "$evil"
  printf 'Order: %s\\nCommit: %s\\nState: done\\nTurns: 1\\nNote: \\n\\n' "$id" "$evil" > "$C/outbox/$id"
done
${work}`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => expect(bench.git("show", `${epicTip}:two.txt`)).toBe("This is two.txt."),
  },
  {
    name: "reports before it has finished, and acknowledges that itself: what it says first counts, gated like any other",
    files: {
      "one.sh": `
${places}
${work}
id=$CREW_BEAD.1.1
git update-ref "refs/crew/report/$id" HEAD
printf 'Order: %s\\nCommit: %s\\nState: done\\nTurns: 1\\nNote: \\n\\n' "$id" "$(git rev-parse HEAD)" > "$C/outbox/$id"
: > "$C/inbox/new/ack-$id"; : > "$C/state/finished/$id"
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
  },
  {
    name: "marks orders as finished that are still to come: its role is quarantined, nothing waits for ever",
    files: {
      "one.sh": `
${places}
: > "$C/state/finished/$CREW_BEAD.1.2"
exit 1
`,
    },
    meet: up,
    exit: 5,
    says: `
Needs you
  ? one is quarantined (began 3 times in a row and finished no turn): its work waits
      crew start one
      crew logs one

? Settled: a person is needed. 1/2 beads, 50 %.
`,
    beads: { "Write two.txt": "merged" },
  },
  {
    name: "replays its order, under its name and others: done once",
    files: {
      "one.sh": `
${places}
echo turn >> "$HOME/turns"
id=$CREW_BEAD.1.1
for copy in again "$other.1.1" "$CREW_BEAD.1.2"; do
  cp -R "$C/inbox/msg/$id" "$C/inbox/msg/$copy"; : > "$C/inbox/new/$copy"
done
: > "$C/inbox/new/$id"
${work}`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: async (bench) => {
      await down(bench);
      expect(readFileSync(join(folderOf(bench, "one"), "home", "turns"), "utf8")).toBe("turn\n");
    },
  },
  {
    name: "puts folders and links where its supervisor writes: they are put right",
    files: {
      "two.sh": afterOne,
      "one.sh": `
${places}
${work}
id=$CREW_BEAD.1.1
rm -f "$C/status"; mkdir "$C/status"; echo x > "$C/status/x"; ln -s "$HOME/elsewhere" "$C/status.new"
mkdir "$C/outbox/$id"; ln -s "$HOME/elsewhere" "$C/outbox/.$id.new"
: > "$HOME/ended"
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
  },
  {
    name: "deletes its mailbox, its progress and its scripts: begun again",
    files: {
      "two.sh": afterOne,
      "one.sh": `
${places}
${work}
if [ ! -e "$HOME/once" ]; then rm -rf "$C/inbox" "$C/outbox" "$C/state" "$C/bin" "$C/status" "$C/log"; : > "$HOME/once"; fi
: > "$HOME/ended"
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
  },
  {
    name: "deletes its clone: told so, nobody else is touched",
    files: { "one.sh": `rm -rf .git\n` },
    meet: up,
    exit: 5,
    says: cannotWork("work/.git is not a folder"),
    beads: { "Write one.txt": "working", "Write two.txt": "merged" },
    afterwards: async (bench) => {
      const { code, stderr } = await bench.crew(["down"]);
      expect({ code, stderr }).toMatchObject({
        code: 5,
        stderr: expect.stringContaining("The work of one cannot be rescued: work/.git is not a folder"),
      });
    },
  },
  {
    name: "replaces the scripts of its instance: what is read from there asks none of them",
    files: {
      "one.sh": `
${places}
for script in supervisor.sh gate.sh bd; do printf '#!/bin/sh\\necho replaced >> "%s/replaced"\\nexit 1\\n' "$HOME" > "$C/bin/$script"; chmod +x "$C/bin/$script"; done
${work}`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: async (bench) => await down(bench),
  },
  {
    name: "claims that its supervisor is a process of the person's: that one is never touched",
    files: {
      "one.sh": `
${places}
# Taken for dead it may be started again, and asked once more.
[ -e "$HOME/did" ] && exit 0
pid=$(cat bystander); stat=$(cat "/proc/$pid/stat"); set -- \${stat##*) }
printf '%s %s@%s\\n' "$pid" "\${20}" "$(cat /proc/sys/kernel/random/boot_id)" > "$C/pid"
${work}
touch "$HOME/did"
`,
    },
    meet: async (bench) => {
      const bystander = spawn("sleep", ["300"], { stdio: "ignore" });
      try {
        bench.write("bystander", `${bystander.pid}\n`);
        bench.commit("Name the bystander");
        const ended = await up(bench);
        await down(bench);
        expect(bystander.exitCode ?? bystander.signalCode).toBe(null);
        expect(existsSync(`/proc/${bystander.pid}`)).toBe(true);
        return ended;
      } finally {
        bystander.kill("SIGKILL");
      }
    },
    exit: 0,
    says: allMerged,
    moves: ["file bystander", "index", "refs/heads/main", "logs/HEAD", "COMMIT_EDITMSG"],
  },
  {
    name: "writes to main: in its clone that is its own, and in the person's repository git refuses it",
    files: {
      "one.sh": `
${work}
git branch -f main HEAD
git push -q "$(sed 's,/objects$,,' .git/objects/info/alternates)" HEAD:refs/heads/main && echo pushed > pushed.txt
exit 0
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => expect(bench.git("ls-tree", "--name-only", epicTip)).not.toContain("pushed.txt"),
  },
];

describe("what agents do to crew", () => faults(rows));
