// Clones and objects made to harm the host. Each attack is first shown to work the naive way, then to fail here.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Oid } from "../../src/model/names.ts";
import type { Order, Report } from "../../src/model/records.ts";
import type { MailReport } from "../../src/model/world.ts";
import { aMailReport, anOrder } from "./contract.ts";
import { type GitBench, gitBench } from "./git-bench.ts";
import { tripwire } from "./tripwire.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

async function importing(commit: Oid, order: Order = anOrder(bench.base), mail: Partial<MailReport> = {}) {
  const uploadPack = await bench.report(order.id, commit);
  return bench.repository.importReport({ project: "shop", order, report: aMailReport(commit, mail), uploadPack });
}

function work(files: Readonly<Record<string, string | null>>, parents: readonly Oid[] = [bench.base]): Promise<Oid> {
  return bench.agentCommit({ parents, files, message: "Work" });
}

/** What is told of work on a person's commit. */
async function doubtsOf(start: Oid, files: Readonly<Record<string, string | null>>): Promise<readonly string[]> {
  bench.git(bench.clone, ["fetch", "-q", bench.work, start]);
  const report = await importing(await work(files, [start]), anOrder(start));
  return report.doubts ?? [];
}

/** A commit whose tree is written entry by entry, past every check of the index. */
function rawCommit(entries: readonly string[], parent: Oid = bench.base): Oid {
  const { git, clone } = bench;
  const entry = (text: string): Buffer => {
    const [mode = "", name = "", oid = ""] = text.split(" ");
    return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]);
  };
  const input = Buffer.concat(entries.map(entry));
  const written = spawnSync("git", ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], {
    cwd: clone,
    env: bench.environment,
    input,
  });
  const tree = written.stdout.toString().trim();
  return git(clone, ["commit-tree", tree, "-p", parent, "-m", "Raw"]);
}

function stored(oid: Oid): boolean {
  return bench.tryGit(bench.work, ["cat-file", "-e", oid]).status === 0;
}

describe("what an agent's clone is configured to run", () => {
  test("fsmonitor, hooks, pack hooks and filters of the clone stay silent", async () => {
    const monitor = tripwire(bench, "fsmonitor", "cat");
    const hook = tripwire(bench, "hook", "cat");
    const { git, clone } = bench;
    git(clone, ["config", "core.fsmonitor", monitor.command]);
    git(clone, ["config", "uploadpack.packObjectsHook", hook.command]);
    git(clone, ["config", "core.alternateRefsCommand", hook.command]);
    for (const name of ["post-checkout", "reference-transaction", "post-upload-pack", "pre-auto-gc"]) {
      writeFileSync(join(clone, ".git", "hooks", name), `#!/bin/sh\n${hook.command}\n`, { mode: 0o755 });
    }
    bench.tryGit(clone, ["status"]);
    expect(monitor.ran(), "the host's own git status runs it").toBe(true);
    bench.tryGit(clone, ["checkout", "-q", "-b", "x"]);
    expect(hook.ran(), "the host's own git checkout runs it").toBe(true);
    const commit = await work({ "new.txt": "new\n" });
    const uploadPack = await bench.report(anOrder(bench.base).id, commit);
    monitor.reset();
    hook.reset();

    const order = anOrder(bench.base);
    const report = await bench.repository.importReport({
      project: "shop",
      order,
      report: aMailReport(commit),
      uploadPack,
    });
    expect(report).toMatchObject({ state: "done", commit });
    expect([monitor.ran(), hook.ran()]).toEqual([false, false]);
  });

  test("a clone that is a pointer to another repository cannot make crew read that one", async () => {
    const { git, clone, root } = bench;
    const secret = join(root, "secret");
    git(root, ["init", "-q", "-b", "main", secret]);
    writeFileSync(join(secret, "token"), "t0ken\n");
    git(secret, ["add", "-A"]);
    git(secret, ["commit", "-qm", "Secret"]);
    git(secret, ["update-ref", "refs/crew/report/shop-12.1.1", "HEAD"]);
    const stolen = git(secret, ["rev-parse", "HEAD"]);
    rmSync(join(clone, ".git"), { recursive: true });
    writeFileSync(join(clone, ".git"), `gitdir: ${join(secret, ".git")}\n`);

    const naive = join(root, "naive.git");
    git(root, ["init", "-q", "--bare", naive]);
    git(naive, ["fetch", "-q", clone, "+refs/crew/report/*:refs/x/*"]);
    expect(bench.tryGit(naive, ["cat-file", "-e", stolen]).status, "a fetch by path reads it").toBe(0);

    // Inside the instance there is no such repository: its upload-pack is the instance's own.
    const report = bench.repository.importReport({
      project: "shop",
      order: anOrder(bench.base),
      report: aMailReport(stolen),
      uploadPack: { kind: "program", argv: ["sh", "-c", "echo 'fatal: no such repository' >&2; exit 128"] },
    });
    await expect(report).rejects.toMatchObject({
      code: "failed",
      message: expect.stringContaining("no such repository"),
    });
    expect(stored(stolen)).toBe(false);
    // Even where it could be read, history that does not begin with the order is no work on it.
    const refused = await bench.repository.importReport({
      project: "shop",
      order: anOrder(bench.base),
      report: aMailReport(stolen),
      uploadPack: { kind: "program", argv: ["git", "upload-pack", clone] },
    });
    expect(refused.state).toBe("refused");
  });

  test("nothing of crew's environment leads the instance's git elsewhere", async () => {
    const seen = join(bench.root, "seen");
    const commit = await work({ "new.txt": "new\n" });
    await bench.report(anOrder(bench.base).id, commit);
    const uploadPack = {
      kind: "program",
      argv: ["sh", "-c", `env >'${seen}'; exec git upload-pack "$1"`, "sh", bench.clone],
    } as const;
    await bench.repository.importReport({
      project: "shop",
      order: anOrder(bench.base),
      report: aMailReport(commit),
      uploadPack,
    });
    const variables = spawnSync("cat", [seen]).stdout.toString().split("\n");
    const names = variables.map((line) => line.split("=")[0] ?? "");
    for (const name of ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE"]) {
      expect(names).not.toContain(name);
    }
    expect(variables).toContain("HOME=/nonexistent");
  });
});

describe("what an agent's content asks git to run", () => {
  test("no merge driver, however the user has configured it", async () => {
    const driver = tripwire(bench, "driver", "cat");
    const { git, work: person } = bench;
    git(person, ["config", "merge.evil.driver", `${driver.command} %A`]);
    git(person, ["config", "filter.evil.smudge", driver.command]);
    git(person, ["config", "filter.evil.clean", driver.command]);
    git(person, ["config", "diff.evil.textconv", driver.command]);
    const attributes = { ".gitattributes": "* merge=evil filter=evil diff=evil\n" };
    const ours = await work({ ...attributes, "src/app.txt": "OURS\nb\nc\n" });
    const theirs = await work({ ...attributes, "src/app.txt": "a\nb\nTHEIRS\n" });
    const id = (attempt: number) => ({ subject: "shop-12", round: 1, attempt });
    await importing(ours, anOrder(bench.base, { id: id(1) }));
    await importing(theirs, anOrder(bench.base, { id: id(2) }), { order: "shop-12.1.2" });

    const tree = join(bench.root, "naive tree");
    git(person, ["worktree", "add", "-q", "--detach", tree, ours]);
    driver.reset();
    bench.tryGit(tree, ["merge", "-q", "--no-edit", theirs]);
    expect(driver.ran(), "plain git merge runs it").toBe(true);
    driver.reset();

    const [merge] = await bench.repository.testMerges([{ source: theirs, target: ours }]);
    expect(merge?.kind).toBe("clean");
    const conflict = anOrder(ours, { id: id(3), merge: theirs });
    const resolved = await work({ "src/app.txt": "OURS\nb\nTHEIRS\n" }, [ours, theirs]);
    expect(await importing(resolved, conflict, { order: "shop-12.1.3" })).toMatchObject({ state: "done" });
    expect(driver.ran()).toBe(false);
  });

  test("no filter, where a conflict is laid out for a person, looked at and given up", async () => {
    const filter = tripwire(bench, "filter", "cat");
    const { git, work: person, repository } = bench;
    for (const kind of ["smudge", "clean"]) git(person, ["config", `filter.evil.${kind}`, filter.command]);
    const attributes = { ".gitattributes": "*.txt filter=evil\n" };
    const ours = await work({ ...attributes, "src/app.txt": "OURS\nb\nc\n" });
    const theirs = await work({ ...attributes, "src/app.txt": "THEIRS\nb\nc\n" });
    for (const side of [ours, theirs]) git(person, ["fetch", "-q", bench.clone, side]);
    git(person, ["worktree", "add", "-q", "--detach", join(bench.root, "naive tree"), theirs]);
    expect(filter.ran(), "a plain checkout runs it").toBe(true);
    filter.reset();

    const order = { ...anOrder(ours, { kind: "conflict" }), merge: theirs };
    await repository.prepareResolution({ project: "shop", order });
    const state = await repository.takeResolution({ project: "shop", order });
    expect(state).toMatchObject({ kind: "unfinished", unmerged: ["src/app.txt"] });
    expect(await repository.dropResolution("shop", order.id.subject)).toBeUndefined();
    expect(filter.ran()).toBe(false);
  });
});

describe("objects that git should not have", () => {
  const blob = () => bench.git(bench.clone, ["rev-parse", `${bench.base}:README.md`]);
  const tree = () => bench.git(bench.clone, ["rev-parse", `${bench.base}:src`]);

  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    ["a tree named .git", () => [`40000 .git ${tree()}`], /hasDotgit/],
    ["a tree that a Mac takes for .git", () => [`40000 .gi\u200ct ${tree()}`], /hasDotgit/],
    ["a tree that Windows takes for .git", () => [`40000 GIT~1 ${tree()}`], /hasDotgit/],
    ["a folder above", () => [`40000 .. ${tree()}`], /hasDotdot/],
    ["a path in a name", () => [`100644 ../../x ${blob()}`], /fullPathname/],
    ["a .gitmodules that is a link", () => [`120000 .gitmodules ${blob()}`], /gitmodulesSymlink/],
    ["the same name twice", () => [`100644 a ${blob()}`, `100644 a ${blob()}`], /duplicateEntries/],
  ];
  test.each(cases)("%s", async (_name, entries, check) => {
    const commit = rawCommit(entries());
    const naive = join(bench.root, "naive.git");
    bench.git(bench.root, ["init", "-q", "--bare", naive]);
    await bench.report(anOrder(bench.base).id, commit);
    bench.git(naive, ["fetch", "-q", bench.clone, "+refs/crew/report/*:refs/x/*"]);
    expect(bench.tryGit(naive, ["cat-file", "-e", commit]).status, "a plain fetch takes it").toBe(0);

    const report = await importing(commit, anOrder(bench.base), { note: "all fine" });
    expect(report).toMatchObject({ state: "refused", commit: bench.base, note: expect.stringMatching(check) });
    expect(report.note).toMatch(/^git fsck refuses an object: /);
    expect(stored(commit)).toBe(false);
  });

  test("one that says itself that the disk is full", async () => {
    const url = '[submodule "x"]\n\tpath = x\n\turl = "-x: No space left on device"\n';
    const modules = bench.git(bench.clone, ["hash-object", "-w", "--stdin"], url);
    const report = await importing(rawCommit([`100644 .gitmodules ${modules}`]));
    expect(report).toMatchObject({ state: "refused", note: expect.stringMatching(/gitmodulesUrl/) });
  });

  test("one deep in history, hidden again by the last commit", async () => {
    const hidden = rawCommit([`40000 .git ${tree()}`]);
    const top = bench.git(bench.clone, ["commit-tree", `${bench.base}^{tree}`, "-p", hidden, "-m", "Innocent"]);
    expect(await importing(top)).toMatchObject({ state: "refused", note: expect.stringMatching(/hasDotgit/) });
    expect([stored(top), stored(hidden)]).toEqual([false, false]);
  });

  test("a rescue of such objects keeps its volume", async () => {
    const commit = rawCommit([`40000 .git ${tree()}`]);
    const uploadPack = await bench.rescue(commit);
    const rescue = bench.repository.importRescue({ project: "shop", role: "backend", n: 1, uploadPack });
    await expect(rescue).rejects.toMatchObject({
      code: "needs-you",
      message: expect.stringMatching(
        /^The rescued work of backend was not taken: git fsck refuses an object: .*hasDotgit/,
      ),
      hint: "Its folder is kept: look into its work/ before you remove it by hand.",
    });
    expect(stored(commit)).toBe(false);
  });

  test("a submodule waits for a person where it is new, and is kept where it was", async () => {
    const link = (oid: Oid) => ["update-index", "--add", "--cacheinfo", `160000,${oid},vendor/lib`];
    const { git, clone } = bench;
    git(clone, ["checkout", "-q", "--detach", bench.base]);
    git(clone, link(bench.base));
    git(clone, ["commit", "-qm", "Submodule"]);
    const commit = git(clone, ["rev-parse", "HEAD"]);
    expect(await importing(commit)).toMatchObject({
      state: "done",
      commit,
      doubts: ["it adds the submodule vendor/lib"],
    });
    git(clone, link(commit));
    git(clone, ["commit", "-qm", "Bump"]);
    const bumped = git(clone, ["rev-parse", "HEAD"]);
    const id = { subject: "shop-12", round: 1, attempt: 2 };
    const report = await importing(bumped, anOrder(commit, { id }), { order: "shop-12.1.2" });
    expect(report).toMatchObject({ state: "done", commit: bumped });
  });

  test("files gone in masses, huge ones and links out of the tree wait for a person; what moved or stays inside does not", async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`many/${n}.txt`, `${n}\n`]));
    const start = await bench.personCommit({ parents: [bench.base], files: many, message: "Many" });
    const { git, clone } = bench;
    const told = async (subject: string, change: () => void) => {
      git(clone, ["fetch", "-q", bench.work, start]);
      git(clone, ["checkout", "-q", "--force", "--detach", start]);
      change();
      git(clone, ["add", "-A"]);
      git(clone, ["commit", "-qm", subject]);
      const commit = git(clone, ["rev-parse", "HEAD"]);
      const id = { subject, round: 1, attempt: 1 };
      const report = await importing(commit, anOrder(start, { id }), { order: `${subject}.1.1` });
      return [report.state, report.doubts];
    };
    const link = (target: string, path: string) => symlinkSync(target, join(clone, path));
    expect(await told("gone", () => git(clone, ["rm", "-qr", "many"]))).toEqual([
      "done",
      ["it deletes 25 of 28 files"],
    ]);
    expect(await told("moved", () => git(clone, ["mv", "many", "kept"]))).toEqual(["done", undefined]);
    const big = Buffer.alloc(6 * 1024 ** 2, "x\n");
    expect(await told("big", () => writeFileSync(join(clone, "big.bin"), big))).toEqual([
      "done",
      ["it adds what is huge: big.bin (6 MB)"],
    ]);
    const links = () => {
      link("/etc/passwd", "absolute");
      link("../../x", "many/above");
      link("../README.md", "many/inside");
    };
    expect(await told("links", links)).toEqual([
      "done",
      ["it links out of the tree: absolute → /etc/passwd, many/above → ../../x"],
    ]);
  });

  test("one file added does not excuse all that are gone and were like it", async () => {
    const same = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`same/${n}.txt`, "same\n"]));
    const start = await bench.personCommit({ parents: [bench.base], files: same, message: "Same" });
    const gone = { ...Object.fromEntries(Object.keys(same).map((path) => [path, null])), "one.txt": "same\n" };
    expect(await doubtsOf(start, gone)).toEqual(["it deletes 24 of 28 files"]);
  });

  test("what a protected link stands for waits for a person like the link itself", async () => {
    const files = { "docs/guide.txt": "be careful\n", "rules/a.md": "a\n", "other.txt": "x\n" };
    const { git, work: tree } = bench;
    const before = await bench.personCommit({ parents: [bench.base], files, message: "Guide" });
    git(tree, ["checkout", "-q", "--detach", before]);
    symlinkSync("docs/guide.txt", join(tree, "CLAUDE.md"));
    symlinkSync("../rules", join(tree, "docs", ".cursor"));
    git(tree, ["add", "-A"]);
    git(tree, ["commit", "-qm", "Links"]);
    const start = git(tree, ["rev-parse", "HEAD"]);
    expect(await doubtsOf(start, { "docs/guide.txt": "obey\n", "rules/a.md": "b\n", "other.txt": "y\n" })).toEqual([
      "it changes what a protected link stands for: docs/guide.txt (CLAUDE.md), rules/a.md (docs/.cursor)",
    ]);
  });

  test("another bead's report is told however many attempts ago it was brought in, and whatever became of them", async () => {
    const order = (subject: string, attempt: number, given: Partial<Order> = {}) =>
      anOrder(bench.base, { id: { subject, round: 1, attempt }, ...given });
    const reporting = async (given: Order, commit: Oid, mail: Partial<MailReport> = {}) => {
      const { subject, round, attempt } = given.id;
      await bench.repository.createOrder("shop", given);
      const report = await importing(commit, given, { order: `${subject}.${round}.${attempt}`, ...mail });
      return [report.state, report.reaches];
    };
    const other = await work({ "other.txt": "x\n" });
    expect(await reporting(order("shop-3", 1), other)).toEqual(["done", undefined]);
    const both = await work({ "own.txt": "x\n" }, [bench.base, other]);
    expect(await reporting(order("shop-5", 1), both)).toEqual(["done", ["shop-3.1.1"]]);
    // Rejected, or its question answered: the next order goes on with it.
    const more = await work({ "more.txt": "x\n" }, [both]);
    expect(await reporting(order("shop-5", 2, { start: both }), more)).toEqual(["done", ["shop-3.1.1"]]);
    // Attempts that came to nothing hand it on, and are told apart from those that don't.
    for (const [subject, state] of [
      ["shop-6", "failed"],
      ["shop-7", "withdrawn"],
    ] as const) {
      const begun = await work({ [`${subject}.txt`]: "x\n" }, [bench.base, other]);
      expect(await reporting(order(subject, 1), begun, { state })).toEqual([state, ["shop-3.1.1"]]);
      const done = await work({ "done.txt": subject }, [begun]);
      expect(await reporting(order(subject, 2, { start: begun }), done)).toEqual(["done", ["shop-3.1.1"]]);
    }
    // A conflict's order begins at a tip, which holds what is merged.
    const tip = await work({ "tip.txt": "x\n" }, [bench.base, other]);
    await reporting(order("shop-8", 1), tip);
    const mine = await work({ "mine.txt": "x\n" });
    expect(await reporting(order("shop-9", 1), mine)).toEqual(["done", undefined]);
    const resolved = await work({ "resolved.txt": "x\n" }, [tip, mine]);
    const conflict = order("shop-9", 2, { kind: "conflict", start: tip, merge: mine });
    expect(await reporting(conflict, resolved)).toEqual(["done", undefined]);
  });

  test("a resolution that drops one side in a conflicting place is told, whatever else the file has of both", async () => {
    const long = (a: string, z: string) => `${a}\n${"-\n".repeat(20)}${z}\n`;
    const on = (parent: Oid, content: string) =>
      bench.agentCommit({ parents: [parent], files: { "long.txt": content }, message: "Long" });
    const start = await bench.personCommit({
      parents: [bench.base],
      files: { "long.txt": long("a", "z") },
      message: "L",
    });
    bench.git(bench.clone, ["fetch", "-q", bench.work, start]);
    const ours = await on(start, long("ours", "z"));
    const theirs = await on(start, long("theirs", "theirs too"));
    for (const [subject, commit] of [
      ["one", ours],
      ["two", theirs],
    ] as const) {
      const id = { subject, round: 1, attempt: 1 };
      await importing(commit, anOrder(start, { id }), { order: `${subject}.1.1` });
    }
    const judged = async (subject: string, first: string) => {
      const files = { "long.txt": long(first, "theirs too") };
      const commit = await bench.agentCommit({ parents: [ours, theirs], files, message: "Resolve" });
      const order = anOrder(ours, { id: { subject, round: 1, attempt: 1 }, kind: "conflict", merge: theirs });
      const { state, oneSided } = await importing(commit, order, { order: `${subject}.1.1` });
      return [state, oneSided];
    };
    // Equal to neither side as a whole: the last line is theirs, the first one ours alone.
    expect(await judged("dropped", "ours")).toEqual(["done", true]);
    expect(await judged("touched", "ours // as before")).toEqual(["done", true]);
    expect(await judged("both", "ours\ntheirs")).toEqual(["done", false]);
    expect(await judged("anew", "ours and theirs")).toEqual(["done", false]);
  });

  test("a resolution that drops one side in one of several files is told, also where git merged that by itself", async () => {
    const on = (parent: Oid, files: Readonly<Record<string, string>>) =>
      bench.agentCommit({ parents: [parent], files, message: "Change" });
    const ours = await on(bench.base, { "a.txt": "ours\n", "b.txt": "ours\n" });
    const theirs = await on(bench.base, { "a.txt": "theirs\n", "b.txt": "theirs\n", "theirs.txt": "new\n" });
    for (const [subject, commit] of [
      ["one", ours],
      ["two", theirs],
    ] as const) {
      const id = { subject, round: 1, attempt: 1 };
      await importing(commit, anOrder(bench.base, { id }), { order: `${subject}.1.1` });
    }
    const both = { "a.txt": "ours\ntheirs\n", "b.txt": "theirs\nours\n", "theirs.txt": "new\n" };
    const judged = async (subject: string, files: Readonly<Record<string, string | null>>) => {
      const commit = await bench.agentCommit({
        parents: [ours, theirs],
        files: { ...both, ...files },
        message: "Resolve",
      });
      const order = anOrder(ours, { id: { subject, round: 1, attempt: 1 }, kind: "conflict", merge: theirs });
      return (await importing(commit, order, { order: `${subject}.1.1` })).oneSided;
    };
    expect(await judged("both", {})).toBe(false);
    expect(await judged("one-file", { "b.txt": "ours\n" })).toBe(true);
    expect(await judged("merged-file", { "theirs.txt": null })).toBe(true);
    expect(await judged("more", { "theirs.txt": "new and mended\n" })).toBe(false);
  });

  test("only what the commit reaches comes in", async () => {
    const extra = bench.git(bench.clone, ["hash-object", "-w", "--stdin"], "unwanted\n");
    const commit = await work({ "new.txt": "new\n" });
    await importing(commit);
    expect([stored(commit), stored(extra)]).toEqual([true, false]);
  });
});

describe("an instance that does not answer as it should", () => {
  const order = () => anOrder(bench.base);
  const from = (argv: readonly string[], repository = bench.repository): Promise<Report> => {
    const uploadPack = { kind: "program", argv } as const;
    return repository.importReport({ project: "shop", order: order(), report: aMailReport(bench.base), uploadPack });
  };
  const quarantines = () => readdirSync(join(bench.repository.commonDir, "crew", "quarantine"));

  test("a broken connection is no refusal: it is tried again", async () => {
    for (const script of ["exit 1", "echo nonsense", "head -c 100 /dev/urandom", "kill -9 $$"]) {
      await expect(from(["sh", "-c", script])).rejects.toMatchObject({ code: "failed" });
    }
    await expect(from([join(bench.root, "no such program")])).rejects.toMatchObject({ code: "failed" });
    const commit = await work({ "new.txt": "new\n" });
    expect(await importing(commit)).toMatchObject({ state: "done", commit });
    expect(quarantines()).toEqual([]);
  });

  test("it cannot put words into git's mouth", async () => {
    const script = `echo "fatal: couldn't find remote ref x" >&2; echo 'error: object 00: hasDotgit: x' >&2; exit 1`;
    await expect(from(["sh", "-c", script])).rejects.toMatchObject({ code: "failed" });
  });

  test("one that never answers is ended with all that it started", async () => {
    const impatient = await bench.open();
    const limited = await gitBench({ limits: { timeoutMs: 400 } });
    try {
      const pidFile = join(limited.root, "pid");
      const script = `sleep 300 & echo $! >'${pidFile}'; wait`;
      const report = limited.repository.importReport({
        project: "shop",
        order: anOrder(limited.base),
        report: aMailReport(limited.base),
        uploadPack: { kind: "program", argv: ["sh", "-c", script] },
      });
      await expect(report).rejects.toMatchObject({
        code: "failed",
        message: "git fetch took longer than 0.4 s and was stopped.",
      });
      const pid = Number(spawnSync("cat", [pidFile]).stdout.toString());
      expect(pid).toBeGreaterThan(0);
      expect(await gone(pid)).toBe(true);
    } finally {
      await limited.close();
    }
    expect(impatient.id).toBe(bench.repository.id);
  });

  test("one that sends too much is refused, and nothing of it is kept", async () => {
    const limited = await gitBench({ limits: { maxBytes: 64 * 1024 } });
    try {
      const noise = Array.from({ length: 40_000 }, (_, line) => `${line} ${(line * 2_654_435_761) % 1_000_003}`).join(
        "\n",
      );
      const commit = await limited.agentCommit({ parents: [limited.base], files: { big: noise }, message: "Big" });
      const uploadPack = await limited.report(anOrder(limited.base).id, commit);
      const order = anOrder(limited.base);
      const report = await limited.repository.importReport({
        project: "shop",
        order,
        report: aMailReport(commit),
        uploadPack,
      });
      expect(report).toMatchObject({ state: "refused", commit: limited.base, note: "it is larger than 0.0625 MiB" });
      expect(limited.tryGit(limited.work, ["cat-file", "-e", commit]).status).not.toBe(0);
    } finally {
      await limited.close();
    }
  });

  test("a clone that lacks objects is refused, never half taken", async () => {
    const commit = await work({ "new.txt": "new\n", "more.txt": "more\n" });
    const lost = bench.git(bench.clone, ["rev-parse", `${commit}:more.txt`]);
    rmSync(join(bench.clone, ".git", "objects", lost.slice(0, 2), lost.slice(2)));
    await bench.report(order().id, commit);
    expect(await importing(commit)).toMatchObject({
      state: "refused",
      note: "objects that it needs are missing from the clone",
    });
    expect(stored(commit)).toBe(false);
  });

  test("what a dead run left in quarantine is removed, a living one's stays", async () => {
    const folder = join(bench.repository.commonDir, "crew", "quarantine");
    await importing(await work({ "new.txt": "new\n" }));
    const { createHash } = await import("node:crypto");
    const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);
    const { hostname } = await import("node:os");
    const name = (host: string, pid: number, startTime: string) => `${hash(host)}-${pid}-${hash(startTime)}-abcdef`;
    const living = name(hostname(), process.pid, "1");
    const recycled = name(hostname(), process.pid, "0");
    const dead = name(hostname(), 4_000_000, "1");
    const elsewhere = name("another host", 4_000_000, "1");
    for (const each of [living, recycled, dead, elsewhere])
      mkdirSync(join(folder, each, "objects"), { recursive: true });
    await importing(
      await work({ "x.txt": "x\n" }),
      anOrder(bench.base, { id: { subject: "shop-13", round: 1, attempt: 1 } }),
      {
        order: "shop-13.1.1",
      },
    );
    expect(quarantines().toSorted()).toEqual([elsewhere, living].toSorted());
  });
});

async function gone(pid: number): Promise<boolean> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await new Promise((next) => setTimeout(next, 20))) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  }
  return false;
}
