// Agents that do not stop: in the background, in time, in what they write.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import {
  allMerged,
  blocked,
  bothMerged,
  cannotWork,
  down,
  folderOf,
  oneBlocked,
  places,
  subjects,
  up,
  work,
} from "./ends.ts";
import { type Fault, faults } from "./fault.ts";
import { crewFile } from "./team.ts";

/** Command lines; empty for a process that is gone. */
const commands = (pids: readonly number[]) =>
  pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    } catch {
      return "";
    }
  });

const rows: readonly Fault[] = [
  {
    name: "stays behind in the background, in a session of its own and without its parents: ended with its turn",
    files: {
      "one.sh": `
sleep 301 &
setsid sleep 302 >/dev/null 2>&1 </dev/null &
nohup sleep 303 >/dev/null 2>&1 &
(setsid sh -c 'sleep 304 & sleep 305' >/dev/null 2>&1 &)
env -i sleep 306 &
echo $! > "$HOME/wiped"
${work}`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: async (bench) => {
      expect(commands(bench.survivors()).filter((command) => /^sleep 30[0-9]/.test(command))).toEqual([]);
      const wiped = readFileSync(join(folderOf(bench, "one"), "home", "wiped"), "utf8");
      expect(commands([Number(wiped)])).not.toContain("sleep 306");
      await down(bench);
    },
  },
  {
    name: "never ends and heeds no signal: its turn is ended when its time is over, its work kept",
    files: {
      "crew.yaml": crewFile.replace(
        "one: {}",
        "one: {agent: {command: sh agent.sh, max_attempts: 1, turn_timeout: 2s}}",
      ),
      "one.sh": `trap '' TERM INT HUP\necho half > half.txt\nwhile :; do sleep 1; done\n`,
    },
    meet: up,
    exit: 5,
    says: blocked("not finished after 2 s"),
    beads: oneBlocked,
    afterwards: async (bench) => {
      await down(bench, "-v");
      expect(bench.git("log", "--all", "--format=%s", "--", "half.txt")).not.toBe("");
    },
  },
  {
    name: "floods its log: as much is kept as a person can read",
    files: { "one.sh": `yes this is a line that says nothing | head -c 60000000\n${work}` },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => {
      const log = join(folderOf(bench, "one"), "log");
      const sizes = readdirSync(log).map((name) => statSync(join(log, name)).size);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(16_000_000);
    },
  },
  {
    name: "floods its mailbox: told that it cannot be read; its work is kept, and the mailbox begins anew",
    files: {
      "one.sh": `${places}${work}
if [ ! -e "$HOME/once" ]; then : > "$HOME/once"; cd "$C/outbox" && seq 3000 | sed 's/$/.1.1/' | xargs touch; fi
`,
    },
    meet: up,
    exit: 5,
    says: cannotWork("its mailbox cannot be read"),
    beads: { "Write one.txt": "working", "Write two.txt": "merged" },
    afterwards: async (bench) => {
      await down(bench);
      expect(subjects(bench)).toContain("Work");
      const { code, stderr } = await up(bench);
      expect(code, stderr).toBe(0);
    },
  },
];

describe("agents that do not stop", () => faults(rows));
