// What machines do: git children that are killed, slow or hang, too few files that may be open, and a clock that jumps.
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench, RunOptions } from "../bench.ts";
import { type Fault, faults } from "./fault.ts";

/** A `git` first in the PATH that meets its fault once for each of the subcommands, then is the real one. */
function withGit(bench: Bench, fault: string, subcommands: readonly string[]): RunOptions {
  const bin = join(bench.repository, "../bin");
  mkdirSync(bin);
  for (const subcommand of subcommands) mkdirSync(join(bin, `once-${subcommand}`));
  const script = `#!/bin/sh
for word in "$@"; do
  case $word in [a-z]*-[a-z]* | [a-z]*) [ -d "${bin}/once-$word" ] && subcommand=$word && break ;; esac
done
PATH=\${PATH#*:}
if [ -n "\${subcommand-}" ] && rmdir "${bin}/once-$subcommand" 2>/dev/null; then ${fault}; fi
exec git "$@"
`;
  writeFileSync(join(bin, "git"), script);
  chmodSync(join(bin, "git"), 0o755);
  return { env: { PATH: `${bin}:${process.env.PATH}`, CREW_GIT_TIMEOUT: "5" } };
}

/** All that crew and its supervisors do with git between the first look and the last merge. */
const everything = [
  "for-each-ref",
  "cat-file",
  "hash-object",
  "mktree",
  "commit-tree",
  "update-ref",
  "push",
  "fetch",
  "upload-pack",
  "pack-objects",
  "unpack-objects",
  "merge-tree",
];

const allMerged = {
  exit: 0,
  says: "✓ All merged. Next: crew land 2/2 beads, 100 %.",
  beads: { "Write one.txt": "merged", "Write two.txt": "merged" },
};

/** The same command comes to the end: at most one more of it for each child that was killed. */
async function untilDone(bench: Bench, options: RunOptions): ReturnType<Bench["crew"]> {
  let ended = await bench.crew(["up", "--wait"], options);
  for (let n = 0; ended.code !== 0 && n < everything.length; n++) ended = await bench.crew(["up", "--wait"], options);
  return { ...ended, stderr: ended.code === 0 ? (ended.stderr.trim().split("\n").at(-1) ?? "") : ended.stderr };
}

/** No bead needed a second attempt. */
function atFirst(bench: Bench): void {
  const orders = bench.git("for-each-ref", "--format=%(refname)", "refs/crew/p/team/order").split("\n");
  expect(orders.map((ref) => ref.replace(/.*\//, ""))).toEqual(["1.1", "1.1"]);
}

function withFiles(count: number): RunOptions {
  return { under: ["sh", "-c", `ulimit -n ${count}; exec "$@"`, "sh"] };
}

/** Dates of the whole program are moved by so many days. */
function withClock(bench: Bench, days: number): RunOptions {
  const file = join(bench.repository, `../clock${days}.cjs`);
  writeFileSync(file, `const now = Date.now; Date.now = () => now() + ${days * 86_400_000};\n`);
  return { env: { NODE_OPTIONS: `--require=${file}` } };
}

const rows: readonly Fault[] = [
  {
    name: "git killed before it does anything, once for each thing it does",
    meet: (bench) => untilDone(bench, withGit(bench, "kill -9 $$", everything)),
    ...allMerged,
    afterwards: (bench) => {
      atFirst(bench);
      const left = readdirSync(join(bench.repository, "../bin")).filter((name) => name.startsWith("once-"));
      expect(left, "never asked for").toEqual([]);
    },
  },
  {
    name: "git killed after it did its work, once for each thing it does",
    meet: (bench) => untilDone(bench, withGit(bench, 'git "$@"; kill -9 $$', everything)),
    ...allMerged,
    afterwards: atFirst,
  },
  {
    name: "a slow git",
    meet: (bench) => untilDone(bench, withGit(bench, "sleep 1", everything)),
    ...allMerged,
    afterwards: atFirst,
  },
  {
    name: "a git that hangs and does not listen is ended in time",
    meet: (bench) =>
      untilDone(bench, withGit(bench, "trap '' TERM; sleep 300", ["for-each-ref", "update-ref", "push"])),
    ...allMerged,
    afterwards: atFirst,
  },
  {
    name: "too few files that may be open for crew to begin",
    meet: (bench) => bench.crew(["up", "--wait"], withFiles(24)),
    exit: 5,
    says: `
! crew may not open more files.
  Raise the limit (ulimit -n 1024), then type the same command again
`,
    afterwards: async (bench) => {
      expect(await bench.crew(["up", "--wait"])).toMatchObject({ code: 0 });
      atFirst(bench);
    },
  },
  {
    name: "few files that may be open, fewer than the machine has processes",
    meet: (bench) => untilDone(bench, withFiles(64)),
    ...allMerged,
    afterwards: atFirst,
  },
  {
    name: "a clock that goes back by a day, and forward again",
    files: { "one.sh": 'test -e "$HOME/again" || { touch "$HOME/again"; exit 3; }\necho one > one.txt\n' },
    meet: async (bench) => {
      const tomorrow = withClock(bench, 1);
      const yesterday = withClock(bench, -1);
      expect((await bench.crew(["up", "-d"], tomorrow)).code).toBe(0);
      expect((await bench.crew(["down"], yesterday)).code).toBe(0);
      expect((await untilDone(bench, yesterday)).code).toBe(0);
      expect((await bench.crew(["down"], tomorrow)).code).toBe(0);
      return await untilDone(bench, tomorrow);
    },
    ...allMerged,
  },
];

describe("what machines do: git, files and clocks", () => faults(rows));
