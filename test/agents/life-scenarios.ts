// What the supervisor promises of withdrawals, ends and its clone, as scenarios on real processes and real git. Run under
// each shell that it must run under.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Bench, eventually, type Shell } from "./bench.ts";
import { long, sleeping } from "./long-sleep.ts";
import { promptOf, savePrompt } from "./saved-prompt.ts";
import { withBench } from "./with-bench.ts";

export function lifeScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  /** One that makes its clone itself, from what lies beside its mail. Returns the folder of the mail. */
  const bornIdle = async (): Promise<string> => {
    const mail = join(bench.folder, "mail");
    mkdirSync(join(mail, "inbox"), { recursive: true });
    cpSync(join(bench.folder, "source"), join(mail, "source"), { recursive: true });
    writeFileSync(join(mail, "source/branch"), "feature/dev");
    writeFileSync(join(mail, "source/commit"), bench.start);
    await bench.boot({ CREW_MAIL: mail });
    await eventually("idle", () => /^Phase: idle$/m.test(readFileSync(join(mail, "status"), "utf8")));
    return mail;
  };

  describe("a withdrawal", () => {
    test("ends the turn, keeps the work and reports", async () => {
      await bench.boot();
      bench.deliver({ agent: `echo half >half.txt; sleep ${long(320)}` });
      await eventually("the agent at work", () => bench.has("work/half.txt"));
      bench.post("withdraw-b-9.1.1"); // nobody's
      bench.post("withdraw-b-1.1.1");
      const report = await bench.report();
      expect(report).toMatchObject({ state: "withdrawn", turns: 1, note: "withdrawn" });
      expect(bench.inClone("show", `${report.commit}:half.txt`)).toBe("half");
      await bench.idle();
      expect([bench.names("inbox/cur"), bench.names("inbox/msg"), sleeping(long(320))]).toEqual([[], [], []]);
    });

    test("before the order was begun starts no agent and reports its start", async () => {
      bench.deliver({ agent: "echo ran >../home/agent" });
      bench.post("withdraw-b-1.1.1");
      await bench.boot();
      expect(await bench.report()).toMatchObject({ state: "withdrawn", turns: 0, commit: bench.start });
      expect(bench.has("home/agent")).toBe(false);
    });

    test("of an order whose id begins like an acknowledgement is not mistaken for one", async () => {
      await bench.boot();
      bench.deliver({ id: "ack-1.1.1", agent: "echo ran >ran" });
      expect(await bench.report("ack-1.1.1")).toMatchObject({ state: "done" });
      bench.post("ack-ack-1.1.1");
      await eventually("the acknowledged report to go", () => bench.names("outbox").length === 0);
    });
  });

  describe("an end", () => {
    test("by TERM keeps staged, unstaged and untracked work, stash, side branches, detached and amended commits, and moves nothing", async () => {
      await bench.boot();
      const commit = "git -c user.name=x -c user.email=x@x commit -q";
      bench.deliver({
        agent: `echo stashed >a.txt; git stash -q
          git checkout -q -b side; echo side >side.txt; git add side.txt; ${commit} -m Side
          git checkout -q --detach; echo det >det.txt; git add det.txt; ${commit} -m Detached
          ${commit} --amend -m Amended; ${commit} --allow-empty -m Dropped; git reset -q --soft HEAD^
          echo staged >staged.txt; git add staged.txt; echo later >staged.txt
          echo ignored >.gitignore; echo forced >ignored; git add -f ignored; rm ignored; echo big >ignored
          echo loose >'loose file'; echo ready >../home/ready; sleep ${long(330)}`,
      });
      await eventually("the agent at work", () => bench.has("home/ready"));
      const before = [
        bench.inClone("rev-parse", "HEAD", "side", "stash", "feature/dev"),
        bench.inClone("ls-files", "-s"),
      ];
      await bench.terminate();
      expect(bench.status()).toMatchObject({ phase: "stopped", order: "b-1.1.1", turn: 1 });
      expect(bench.names("inbox/cur")).toEqual(["b-1.1.1"]);
      expect([
        bench.inClone("rev-parse", "HEAD", "side", "stash", "feature/dev"),
        bench.inClone("ls-files", "-s"),
      ]).toEqual(before);
      const file = (rev: string, name: string) => bench.inClone("show", `${rev}:${name}`);
      expect(file("refs/crew/rescue", "loose file")).toBe("loose");
      expect(file("refs/crew/rescue", "staged.txt")).toBe("later");
      expect(file("refs/crew/rescue", "det.txt")).toBe("det");
      const reached = bench.inClone("log", "--format=%H %s", "refs/crew/rescue");
      for (const subject of ["Side", "Detached", "Amended", "Dropped", "One", "Staged in dev"])
        expect(reached).toMatch(new RegExp(` ${subject}$`, "m"));
      expect(reached).toContain(bench.inClone("rev-parse", "stash"));
      const staged = /^(\S+) Staged in dev$/m.exec(reached)?.[1] ?? "";
      expect([file(staged, "staged.txt"), file(staged, "ignored")]).toEqual(["staged", "forced"]);
      // Once more, by crew: nothing is new, so nothing moves; and what is new keeps the old.
      const rescue = bench.inClone("rev-parse", "refs/crew/rescue");
      bench.run("rescue", bench.folder);
      expect(bench.inClone("rev-parse", "refs/crew/rescue")).toBe(rescue);
      unlinkSync(join(bench.work, "loose file"));
      bench.run("rescue", bench.folder);
      expect(bench.inClone("merge-base", rescue, "refs/crew/rescue")).toBe(rescue);
      expect(() => file("refs/crew/rescue", "loose file")).toThrow();
    });

    test("of a clone in which nothing was done keeps nothing, and asks no git where find says enough", async () => {
      const asked = bench.before("git", " ", ":");
      const mail = await bornIdle();
      rmSync(asked);
      await bench.terminate();
      const isBusybox = shell[0] === "busybox";
      expect([readFileSync(join(mail, "kept"), "utf8"), existsSync(asked)]).toEqual(["nothing\n", isBusybox]);
      expect(() => bench.inClone("rev-parse", "refs/crew/rescue")).toThrow();
    });

    test("of a clone in which an order was worked on is not held against how that was made", async () => {
      await bornIdle();
      await bench.terminate();
      expect(bench.has("state/made")).toBe(true);
      await bench.boot();
      bench.deliver({ agent: "true" });
      await bench.report();
      expect(bench.has("state/made")).toBe(false);
    });

    test("of a clone in which a file has another content, its size and time as before, keeps that", async () => {
      const mail = await bornIdle();
      const file = join(bench.work, "a.txt");
      const { atime, mtime } = statSync(file);
      writeFileSync(file, "two\n");
      utimesSync(file, atime, mtime);
      await bench.terminate();
      expect(readFileSync(join(mail, "kept"), "utf8")).toBe("yes\n");
      expect(bench.inClone("show", "refs/crew/rescue:a.txt")).toBe("two");
    });

    test("rescued twice at once, as when crew was killed during the first: each is whole, and none loses the other", async () => {
      writeFileSync(join(bench.work, "loose.txt"), "loose");
      // The first ends while the second waits to write its tree.
      const begun = bench.before("git", " write-tree ", "sleep 0.4");
      const first = bench.begin("rescue", bench.folder);
      await eventually("the first rescue", () => existsSync(begun));
      await Promise.all([first, bench.begin("rescue", bench.folder)]);
      const rescues = bench.inClone("log", "--format=%H", "--grep=^Rescue of dev", "refs/crew/rescue").split("\n");
      const files = rescues.map((rescue) => bench.inClone("ls-tree", "--name-only", rescue));
      expect(files).toEqual(rescues.map(() => "a.txt\nloose.txt"));
    });

    test("by KILL in mid-turn: the next goes on in the same tree and turn, says so, and reports once", async () => {
      await bench.boot();
      bench.deliver({
        agent: `${savePrompt}; test -e half || { echo half >half; setsid sleep ${long(340)}; }; echo rest >rest`,
        prompt: "Go.",
        check: "test -e fixed || { echo no fix; touch fixed; exit 1; }",
      });
      await eventually("the agent at work", () => bench.has("work/half") && sleeping(long(340)).length > 0);
      process.kill(bench.claimedBy(), "SIGKILL");
      writeFileSync(join(bench.work, ".git/index.lock"), "");
      await bench.boot();
      const report = await bench.report();
      expect(report).toMatchObject({ state: "done", turns: 2 });
      expect(sleeping(long(340))).toEqual([]);
      expect([promptOf(bench, 0), promptOf(bench, 1)]).toEqual([
        "Go.",
        "Go.\n\nThis order was interrupted before your turn had ended. The working tree is as you left it. See what is there (git status, git log), and go on.\n",
      ]);
      expect(promptOf(bench, 2)).toBe("Go.\n\nThe check failed with exit code 1. Its last output:\n\nno fix\n");
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ 0\nb-1\.1\.1 2 \d+ 0\n$/);
      expect(bench.inClone("ls-tree", "--name-only", report.commit)).toBe("a.txt\nfixed\nhalf\nrest");
    });

    test("by KILL at any instant ends in one report of the same work", async () => {
      // Kills every supervisor after a little longer than the one before, until one comes through.
      bench.deliver({ agent: "echo work >work.txt; sleep 0.1", check: "test -e work.txt", setup: "sleep 0.1" });
      for (let afterMs = 20; !bench.has("outbox/b-1.1.1"); afterMs += 37) {
        const child = bench.spawn();
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        if (child.exitCode === null) process.kill(child.pid ?? 0, "SIGKILL");
        await eventually("the end of it", () => child.exitCode !== null || child.signalCode !== null);
      }
      await bench.boot();
      await bench.idle();
      const report = await bench.report();
      expect(report).toMatchObject({ state: "done", turns: 1 });
      expect(bench.inClone("log", "--format=%s", `${bench.start}..${report.commit}`)).toBe("Work of b-1.1.1");
      expect([bench.names("outbox"), bench.names("inbox/cur")]).toEqual([["b-1.1.1"], []]);
    }, 60_000);
  });

  describe("a clone", () => {
    test("with a stale lock goes on", async () => {
      for (const lock of ["index.lock", "HEAD.lock", "refs/heads/feature/dev.lock"])
        writeFileSync(join(bench.work, ".git", lock), "");
      await bench.boot();
      bench.deliver();
      expect(await bench.report()).toMatchObject({ state: "done" });
    });

    test.each([
      ["a file", "git_file"],
      ["a link", "git_link"],
      ["another repository's", "commondir"],
    ])("whose .git became %s is broken, touches nothing there, and waits", async (_name, kind) => {
      await bench.boot();
      const victim = join(bench.repository, ".git");
      const breaks: Record<string, string> = {
        git_file: `mv .git ../home/dotgit; echo 'gitdir: ${victim}' >.git`,
        git_link: `mv .git ../home/dotgit; ln -s '${victim}' .git`,
        commondir: `echo '${victim}' >.git/commondir`,
      };
      const refs = bench.inRepository("for-each-ref");
      bench.deliver({ agent: `echo evil >evil; ${breaks[kind]}` });
      expect(await bench.phase("broken")).toMatchObject({ order: "b-1.1.1" });
      expect(() => bench.run("upload-pack", bench.folder)).toThrow();
      if (kind === "commondir") unlinkSync(join(bench.work, ".git/commondir"));
      else {
        rmSync(join(bench.work, ".git"));
        mkdirSync(join(bench.work, ".git"));
        spawnSync("sh", [
          "-c",
          'rmdir "$1/.git"; mv "$2" "$1/.git"',
          "sh",
          bench.work,
          join(bench.folder, "home/dotgit"),
        ]);
      }
      expect(bench.inRepository("for-each-ref")).toBe(refs);
      bench.deliver({ agent: "echo good >good" });
      expect(await bench.report()).toMatchObject({ state: "done" });
    });

    test("without the start says so, and takes the order once it can", async () => {
      await bench.boot();
      bench.deliver({ header: { start: "1".repeat(40) } });
      expect(await bench.phase("broken")).toMatchObject({ detail: `the start ${"1".repeat(40)} is not in the clone` });
      bench.deliver();
      expect(await bench.report()).toMatchObject({ state: "done" });
    });

    test("in the midst of the last order's rebase, with hooks and hidden changes, begins anew and loses nothing", async () => {
      await bench.boot();
      const commit = "git -c user.name=x -c user.email=x@x commit -q";
      bench.deliver({
        agent: `mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch "%s/hooked"\\n' "$HOME" | tee .git/hooks/pre-commit >.git/hooks/post-checkout; chmod +x .git/hooks/*
          git config core.hooksPath .git/hooks; git config status.showUntrackedFiles no
          git checkout -q -b other; echo o >a.txt; ${commit} -am Other --no-verify; git checkout -q feature/dev; rm -f ../home/hooked
          echo m >a.txt; ${commit} -am Mine --no-verify`,
      });
      const first = await bench.report();
      await bench.idle();
      spawnSync(
        "git",
        [
          "-C",
          bench.work,
          "-c",
          "core.hooksPath=/dev/null",
          "-c",
          "user.name=x",
          "-c",
          "user.email=x@x",
          "rebase",
          "-q",
          "other",
        ],
        { stdio: "ignore" },
      );
      appendFileSync(join(bench.work, "untracked"), "kept\n");
      bench.deliver({
        id: "b-2.1.1",
        agent: "git status >../home/status; git config --unset status.showUntrackedFiles; echo n >n.txt",
      });
      const second = await bench.report("b-2.1.1");
      expect(bench.read("home/status")).not.toMatch(/rebas/);
      expect(bench.inClone("diff", "--name-status", bench.start, second.commit)).toBe("A\tn.txt");
      expect(bench.inClone("rev-parse", "refs/crew/kept/b-2.1.1/heads/feature/dev")).toBe(first.commit);
      expect(bench.inClone("show", "refs/crew/kept/b-2.1.1/work:untracked")).toBe("kept");
      expect(bench.has("home/hooked")).toBe(false);
    });
  });
}
