// The git tracker: the contract, and what only it promises (commits, processes, an untouched work tree).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gitBeads } from "../../src/beads/git/tracker.ts";
import type { GitRunner } from "../../src/ports/git.ts";
import { aBead, refusal, steppingClock } from "./beads.ts";
import { describeTracker } from "./contract.ts";
import { gitRunner, type ScratchRepository, scratchRepository } from "./git-runner.ts";

describeTracker("git", () => {
  const repository = scratchRepository();
  return {
    open: (clock, actor) => gitBeads({ git: gitRunner(repository.path), clock, actor }),
    remove: () => repository.remove(),
  };
});

let repository: ScratchRepository;
beforeEach(() => {
  repository = scratchRepository();
});
afterEach(() => repository.remove());

const open = (actor = "crew/test") => {
  const git = gitRunner(repository.path);
  return { git, tracker: gitBeads({ git, clock: steppingClock(), actor }) };
};

test("each write is one commit that says what it did; what is so already makes none", async () => {
  const { tracker } = open();
  await tracker.create(aBead("shop-1", { title: "[AUTH] Sign-in\nand more", metadata: { crew_key: "a" } }));
  await tracker.create(aBead("shop-1", { metadata: { crew_key: "a" } }));
  await tracker.create(aBead("shop-2"));
  await tracker.addBlocker("shop-2", "shop-1");
  await tracker.claim("shop-1", "crew/backend");
  await tracker.claim("shop-1", "crew/backend");
  await tracker.comment("shop-1", { author: "crew", text: `merged as 3c4d\u001b[31m${"x".repeat(200)}` });
  await tracker.setMetadata("shop-1", "crew_merged", "3c4d");
  await tracker.release("shop-1", "crew/backend");
  await tracker.close("shop-1", "landed in main 3c4d");
  await tracker.reopen("shop-1");
  await tracker.reopen("shop-1");
  await tracker.importLines(`${JSON.stringify({ id: "shop-3", title: "c" })}\n`);
  expect(repository.git("log", "--reverse", "--format=%an: %s", "refs/crew/beads").split("\n")).toEqual([
    "crew/test: create shop-1 [AUTH] Sign-in and more",
    "crew/test: create shop-2 title of shop-2",
    "crew/test: make shop-2 wait for shop-1",
    "crew/test: claim shop-1 for crew/backend",
    `crew/test: comment on shop-1: merged as 3c4d [31m${"x".repeat(61)}…`,
    "crew/test: set crew_merged of shop-1: 3c4d",
    "crew/test: release shop-1 from crew/backend",
    "crew/test: close shop-1: landed in main 3c4d",
    "crew/test: reopen shop-1",
    "crew/test: import 1 new, 0 changed",
  ]);
});

test("the file holds one line for each bead, sorted by id, and a change of one bead changes one line", async () => {
  const { tracker } = open();
  for (const id of ["shop-b", "shop-a.10", "shop-a.2", "shop-a"]) await tracker.create(aBead(id));
  await tracker.claim("shop-a.2", "crew/x");
  const file = repository.git("show", "refs/crew/beads:issues.jsonl");
  expect(file.split("\n").map((line) => JSON.parse(line).id)).toEqual(["shop-a", "shop-a.10", "shop-a.2", "shop-b"]);
  expect(repository.git("ls-tree", "--name-only", "refs/crew/beads")).toBe("issues.jsonl");
  expect(repository.git("diff", "--numstat", "refs/crew/beads~1", "refs/crew/beads")).toBe("1\t1\tissues.jsonl");
});

test("a snapshot of what was seen costs one git process, a new one two, a write four", async () => {
  const { git, tracker } = open();
  const other = open("other");
  const cost = async (work: () => Promise<unknown>): Promise<number> => {
    const before = git.spawned();
    await work();
    return git.spawned() - before;
  };
  await tracker.snapshot();
  expect(await cost(() => tracker.create(aBead("shop-1")))).toBe(4);
  expect(await cost(() => tracker.claim("shop-1", "crew/x"))).toBe(4);
  expect(await cost(() => tracker.snapshot())).toBe(1);
  expect(await tracker.snapshot()).toBe(await tracker.snapshot());
  await other.tracker.close("shop-1", "elsewhere");
  expect(await cost(() => tracker.snapshot())).toBe(2);
  expect(await cost(() => tracker.close("shop-1", "again"))).toBe(1);
});

test("a write decided on an old state is decided again on the new one", async () => {
  const mine = open("mine").tracker;
  const theirs = open("theirs").tracker;
  await mine.create(aBead("shop-1"));
  await theirs.close("shop-1", "theirs");
  await mine.close("shop-1", "mine");
  expect((await mine.snapshot()).get("shop-1")?.closeReason).toBe("theirs");
  await theirs.reopen("shop-1");
  await mine.close("shop-1", "mine now");
  expect((await theirs.snapshot()).get("shop-1")?.closeReason).toBe("mine now");
  await theirs.create(aBead("shop-1.1", { parent: "shop-1" }));
  await mine.claim("shop-1.1", "crew/x");
  expect((await theirs.snapshot()).get("shop-1.1")?.assignee).toBe("crew/x");
});

test("a ref that somebody moved back is not moved forward again by an old memory", async () => {
  const { tracker } = open();
  await tracker.create(aBead("shop-1"));
  await tracker.create(aBead("shop-2"));
  repository.git("update-ref", "refs/crew/beads", "refs/crew/beads~1");
  await tracker.claim("shop-1", "crew/x");
  expect([...(await tracker.snapshot()).keys()]).toEqual(["shop-1"]);
});

test("the user's branches, index and work tree stay as they are, and fsck finds nothing", async () => {
  writeFileSync(join(repository.path, "a.txt"), "committed\n");
  repository.git("add", "a.txt");
  repository.git("commit", "--quiet", "--message=first");
  writeFileSync(join(repository.path, "a.txt"), "changed\n");
  writeFileSync(join(repository.path, "b.txt"), "staged\n");
  repository.git("add", "b.txt");
  writeFileSync(join(repository.path, "c.txt"), "untracked\n");
  const state = () =>
    ["status --porcelain=v2 --branch", "for-each-ref refs/heads refs/tags", "diff", "diff --cached", "stash list"].map(
      (command) => repository.git(...command.split(" ")),
    );
  const before = state();
  const { tracker } = open();
  await tracker.create(aBead("shop-1"));
  await tracker.close("shop-1", "done");
  expect(state()).toEqual(before);
  expect(repository.git("fsck", "--strict", "--no-dangling")).toBe("");
});

test("works in a repository of SHA-256 objects", async () => {
  const format = scratchRepository();
  try {
    format.git("init", "--quiet", "--object-format=sha256", "sub");
    const tracker = gitBeads({ git: gitRunner(join(format.path, "sub")), clock: steppingClock(), actor: "a" });
    await tracker.create(aBead("shop-1"));
    await tracker.claim("shop-1", "crew/x");
    expect((await tracker.snapshot()).get("shop-1")?.assignee).toBe("crew/x");
  } finally {
    format.remove();
  }
});

test("a chain that is none is told apart from no chain, and is not written over", async () => {
  const blob = repository.git("hash-object", "-w", "--stdin", "--path=x");
  repository.git("update-ref", "refs/crew/beads", blob);
  expect(await refusal(open().tracker.create(aBead("shop-1")))).toEqual({
    code: "failed",
    message: "refs/crew/beads is no commit but a blob.",
    hint: "See git log -p refs/crew/beads; move it back to a good commit with git update-ref.",
  });
  repository.git("commit", "--quiet", "--allow-empty", "--message=no beads here");
  repository.git("update-ref", "refs/crew/beads", "HEAD");
  expect((await refusal(open().tracker.snapshot())).message).toBe("refs/crew/beads holds no issues.jsonl.");
  expect(repository.git("rev-parse", "refs/crew/beads")).toBe(repository.git("rev-parse", "HEAD"));
});

test("a lock that a killed git left behind is an error that names the file", async () => {
  const { tracker } = open();
  await tracker.create(aBead("shop-1"));
  const lock = join(repository.path, ".git/refs/crew/beads.lock");
  writeFileSync(lock, "");
  const refused = await refusal(tracker.close("shop-1", "done"));
  expect(refused.message).toMatch(/^Cannot write beads: /);
  expect(refused.hint).toBe(
    "If no other git command is running, remove the .lock file that it names, and run the same command again.",
  );
});

test("a writer that always loses gives up, and says so", async () => {
  let moves = 0;
  let swaps = 0;
  const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
  const git: GitRunner = {
    run: async (args) => {
      if (args[0] === "update-ref") {
        swaps += 1;
        return { exitCode: 128, stdout: "", stderr: "is at 2 but expected 1" };
      }
      moves += 1;
      if (args[1] === "--batch-command") return answer(`${moves} commit 100\n1 blob 0\n\n`);
      return answer(args[1] === "--batch-check" ? `${moves} commit 100\n` : args[0] === "commit-tree" ? "ffff" : "");
    },
  };
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const clock = { ...steppingClock(), sleep };
  const refused = await refusal(gitBeads({ git, clock, actor: "a" }).create(aBead("shop-1")));
  expect(refused).toEqual({
    code: "conflict",
    message: "Other writers moved refs/crew/beads 100 times in a row.",
    hint: "Run the same command again.",
  });
  expect(swaps).toBe(100);
  expect(Math.max(...waits)).toBeLessThanOrEqual(200);
});
