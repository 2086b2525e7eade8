// What is the person's stays as it is, bit by bit, whatever crew is told to do, in whatever state the checkout is: work
// tree, index, HEAD, stash, hooks and configuration. Only a landing that was asked for, in a checked-out base, moves what
// it must.
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { aBench, type Bench, type Ended } from "./bench.ts";
import { personals } from "./faults/personals.ts";

const crewFile = `
name: team
epic: {title: Two files, base: main}
tasks:
  one: {title: "Write one.txt", role: one}
  idle: {title: "Look around", role: idle}
  late: {title: "Write late.txt", role: late}
defaults:
  agent: {command: sh agent.sh, max_attempts: 1}
roles: {one: {}, idle: {}, late: {}}
gates: {there: sh gate.sh}
runtime: process
tracker: git
`.trimStart();

/** Writes the file that the title names; `idle` changes nothing, and `late` needs a second order. */
const agent = `
file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
if [ "$CREW_ROLE" = idle ]; then exit 0; fi
if [ "$CREW_ROLE" = late ] && [ ! -e "$HOME/before" ]; then touch "$HOME/before"; exit 3; fi
printf 'This is %s.\\n' "$file" > "$file"
git add -- "$file"
git commit -qm "Write $file"
`.trimStart();

interface State {
  readonly name: string;
  /** Brings the person's checkout into the state. */
  readonly make: (bench: Bench) => void;
  /** Where the person stands when they type, relative to the repository. */
  readonly cwd?: string;
  /** Commands that only read, which need not be typed in every state. */
  readonly readings?: readonly (readonly string[])[];
  /** The person's hooks lie where `core.hooksPath` says. */
  readonly ownHooks?: boolean;
  readonly landing:
    | { readonly exit: 0; readonly moves: readonly string[] }
    | { readonly exit: 5; readonly says: string };
}

/** What a fast-forward of the checked-out base changes, and nothing else. */
const landed = [
  "index",
  "logs/HEAD",
  "logs/refs/heads/main",
  "ORIG_HEAD",
  "logs/ORIG_HEAD",
  "refs/heads/main",
  "file one.txt",
  "file late.txt",
];
/** The same after `git stash`, which left the same ORIG_HEAD. */
const landedAfterStash = landed.filter((name) => !name.endsWith("ORIG_HEAD"));
/** What moving a base changes that nobody has checked out. */
const pushed = ["logs/refs/heads/main", "refs/heads/main"];

const readings = [
  ["config", "-q"],
  ["plan"],
  ["status"],
  ["ps"],
  ["logs", "one"],
  ["logs", "gate:there"],
  ["bead", "list"],
];

const states: readonly State[] = [
  { name: "clean", make: () => undefined, landing: { exit: 0, moves: landed } },
  {
    name: "with staged, unstaged, untracked and ignored files, and a stash",
    make: (bench) => {
      bench.write("a.txt", "stashed\n");
      bench.write("new.txt", "stashed too\n");
      bench.git("stash", "push", "-q", "--include-untracked", "-m", "for later");
      bench.write("a.txt", "stashed as well\n");
      bench.git("stash", "push", "-q");
      bench.write("a.txt", "staged\n");
      bench.write("added.txt", "added\n");
      bench.git("add", "a.txt", "added.txt");
      bench.git("rm", "-q", "--cached", "b.txt");
      bench.write("a.txt", "staged, and changed again\n");
      bench.write("untracked.txt", "mine\n");
      bench.write("ignored/deep.o", "made\n");
    },
    ownHooks: true,
    readings,
    landing: { exit: 0, moves: landedAfterStash },
  },
  {
    name: "with a merge in progress",
    make: (bench) => {
      stopped(bench, "merge", "other");
    },
    landing: { exit: 5, says: "Cannot land: a merge is not finished at " },
  },
  {
    name: "with a rebase in progress",
    make: (bench) => stopped(bench, "rebase", "other"),
    ownHooks: true,
    readings,
    landing: { exit: 5, says: "Cannot land: main is being rebased" },
  },
  {
    name: "with a detached HEAD and a sparse checkout",
    make: (bench) => {
      bench.git("checkout", "-q", "--detach");
      bench.git("sparse-checkout", "set", "--no-cone", "/*", "!/b.txt");
      bench.write("a.txt", "changed\n");
    },
    landing: { exit: 0, moves: pushed },
  },
  {
    name: "seen from another worktree",
    make: (bench) => {
      writeFileSync(join(bench.repository, "../tree/a.txt"), "changed there\n");
      bench.git("-C", "../tree", "add", "a.txt");
    },
    cwd: "../tree",
    landing: { exit: 0, moves: landed },
  },
];

test.concurrent.each(states)("a checkout $name stays as it is, but for the landing", async (state) => {
  const bench = aCheckout(state);
  try {
    await life(bench, state);
  } finally {
    bench.remove();
  }
});

/** Every command that changes something, and some that must not. */
async function life(bench: Bench, state: State): Promise<void> {
  const crew = typing(bench, state);

  await crew(5, "up", "--wait");
  const { stdout } = await crew(0, "status", "--format", "json");
  const { beads } = JSON.parse(stdout) as {
    readonly beads: readonly { readonly id: string; readonly title: string }[];
  };
  const bead = (title: string) => beads.find((each) => each.title === title)?.id ?? "";
  for (const reading of state.readings ?? []) await crew(0, ...reading);
  const added = (await crew(0, "bead", "add", "A thought")).stdout.trim();
  await crew(0, "bead", "close", added);
  await crew(0, "bead", "reopen", added);
  await crew(0, "bead", "close", added);
  await crew(0, "approve", bead("Look around"), "--no-change");
  await crew(0, "retry", bead("Write late.txt"), "-m", "once more");
  await crew(0, "up", "-d");
  await crew(0, "up", "--wait");

  const { landing } = state;
  if (landing.exit === 5) {
    const { stderr } = await crew(5, "land");
    expect(stderr).toContain(landing.says);
    await crew(0, "down");
  } else {
    const before = look(bench);
    await typed(bench, state, [0, "land"]);
    const after = look(bench);
    const moved = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
    // The files go through the person's filters; nothing else of theirs runs.
    const filters = landing.moves !== pushed ? ["what ran"] : [];
    expect(moved.toSorted()).toEqual([...landing.moves, ...filters].toSorted());
    expect(after["what ran"]).toMatch(landing.moves !== pushed ? /^(clean )?smudge$/ : /^$/);
    const again = typing(bench, state);
    await again(0, "down");
    await again(0, "up", "--wait");
  }
}

function look(bench: Bench): Record<string, string> {
  const ran = readdirSync(join(bench.repository, "../ran"));
  const home = readFileSync(join(bench.repository, "../home/.gitconfig"), "utf8");
  return { ...personals(bench, [join(bench.repository, "../tree")]), home, "what ran": ran.join(" ") };
}

type Typing = (exit: number, ...args: readonly string[]) => Promise<Ended>;

/** Types commands, each with its exit code, and looks after each whether something of the person's moved. */
function typing(bench: Bench, state: State): Typing {
  const before = look(bench);
  return async (exit, ...args) => {
    const ended = await typed(bench, state, [exit, ...args]);
    expect(look(bench), `after crew ${args.join(" ")}`).toEqual(before);
    return ended;
  };
}

async function typed(bench: Bench, { cwd }: State, [exit, ...args]: readonly [number, ...string[]]): Promise<Ended> {
  const ended = await bench.crew(args, cwd === undefined ? {} : { cwd: join(bench.repository, cwd) });
  expect(ended.code, `crew ${args.join(" ")}: ${ended.stderr}`).toBe(exit);
  return ended;
}

function aCheckout(state: State): Bench {
  const bench = aBench({
    "crew.yaml": crewFile,
    "agent.sh": agent,
    "gate.sh": "test -e crew.yaml\n",
    "a.txt": "a\n",
    "b.txt": "b\n",
    ".gitignore": "ignored/\n",
    ".gitattributes": "*.txt filter=canary\n",
  });
  bench.git("checkout", "-q", "-b", "other");
  bench.write("a.txt", "theirs\n");
  bench.commit("Theirs");
  bench.git("checkout", "-q", "main");
  bench.write("a.txt", "ours\n");
  bench.commit("Ours");
  bench.git("worktree", "add", "-q", "--detach", "../tree");
  state.make(bench);
  bench.git("pack-refs", "--all");
  plantCanaries(bench, state.ownHooks === true);
  return bench;
}

/** Hooks and programs of the person's that git would run, each leaving its name in `ran`; and settings that change what git does. */
function plantCanaries(bench: Bench, ownHooks: boolean): void {
  const root = join(bench.repository, "..");
  const common = join(bench.repository, ".git");
  mkdirSync(join(root, "ran"));
  const canary = (path: string, name: string, rest = "") => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n: >'${root}/ran/${name}'\n${rest}`);
    chmodSync(path, 0o755);
    return path;
  };
  for (const folder of [join(common, "hooks"), ...(ownHooks ? [join(root, "hooks")] : [])])
    for (const hook of hooks) canary(join(folder, hook), `hook-${hook}`);
  const program = (name: string, rest?: string) => canary(join(root, "bin", name), name, rest);
  writeFileSync(
    join(root, "included"),
    [
      "[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n[push]\n\tgpgSign = if-asked\n\tdefault = matching\n\tfollowTags = true",
      `[gpg]\n\tprogram = ${program("gpg")}`,
      "[fetch]\n\tprune = true\n\tpruneTags = true\n[merge]\n\tff = only\n\tverifySignatures = true",
      "[receive]\n\tdenyCurrentBranch = updateInstead\n\tdenyDeletes = true\n\tdenyNonFastForwards = true\n\tfsckObjects = true\n\tautogc = true",
      "[transfer]\n\thideRefs = refs/crew",
      "[gc]\n\tauto = 1\n\tautoDetach = false\n[maintenance]\n\tauto = true",
      "[rerere]\n\tenabled = true\n\tautoUpdate = true\n[rebase]\n\tautoStash = true\n[status]\n\tsubmoduleSummary = true",
    ].join("\n"),
  );
  // Appended as text: git config itself would be led by what was written before.
  appendFileSync(
    join(common, "config"),
    [
      `[include]\n\tpath = ${join(root, "included")}`,
      `[core]\n\tfsmonitor = ${program("fsmonitor")}\n\tautocrlf = input\n\tpager = ${program("pager")}\n\teditor = ${program("editor")}`,
      `\tsshCommand = ${program("ssh")}\n\tlogAllRefUpdates = always\n\talternateRefsCommand = ${program("alternates")}`,
      ...(ownHooks ? [`\thooksPath = ${join(root, "hooks")}`] : []),
      `[filter "canary"]\n\tclean = ${program("clean", "cat\n")}\n\tsmudge = ${program("smudge", "cat\n")}\n\trequired = true`,
      `[diff]\n\texternal = ${program("diff")}\n[merge "default"]\n\tdriver = ${program("driver")}`,
      `[credential]\n\thelper = ${program("credentials")}\n[branch "main"]\n\tmergeOptions = --no-ff --edit`,
      "",
    ].join("\n"),
  );
  writeFileSync(
    join(root, "home/.gitconfig"),
    `${readFileSync(join(root, "home/.gitconfig"), "utf8")}[uploadpack]\n\tpackObjectsHook = ${program("pack-objects")}\n`,
  );
}

/** githooks(5), but for those of mail and of Perforce. */
const hooks = [
  "pre-commit",
  "pre-merge-commit",
  "prepare-commit-msg",
  "commit-msg",
  "post-commit",
  "pre-rebase",
  "post-checkout",
  "post-merge",
  "pre-push",
  "pre-receive",
  "update",
  "proc-receive",
  "post-receive",
  "post-update",
  "reference-transaction",
  "push-to-checkout",
  "pre-auto-gc",
  "post-rewrite",
  "post-index-change",
];

/** What stops in the middle, as a merge that conflicts does. */
function stopped(bench: Bench, ...args: readonly string[]): void {
  expect(() => bench.git(...args)).toThrow();
}
