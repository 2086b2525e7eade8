// Where crew can work, and what it says where it cannot.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CrewError } from "../../src/errors.ts";
import { openRepository } from "../../src/repository/open.ts";

let root: string;
let environment: Record<string, string>;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "crew open ")));
  environment = { PATH: process.env.PATH ?? "", HOME: root, GIT_CEILING_DIRECTORIES: root, GIT_CONFIG_NOSYSTEM: "1" };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const identity = { host: "here", pid: 1, startTimeOf: async () => "1" };

function git(cwd: string, ...args: readonly string[]): string {
  const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.invalid"];
  const result = spawnSync("git", [...who, ...args], { cwd, env: environment, encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout.trim();
}

function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function repositoryAt(name: string, branch = "main"): string {
  const path = folder(name);
  git(path, "init", "-q", "-b", branch);
  git(path, "commit", "-q", "--allow-empty", "-m", "Start");
  return path;
}

async function refusal(cwd: string): Promise<string> {
  try {
    await openRepository({ cwd, environment, identity });
    return "opened";
  } catch (error) {
    if (!(error instanceof CrewError)) throw error;
    return `${error.code}: ${error.message.replaceAll(root, "~")} | ${error.hint?.replaceAll(root, "~")}`;
  }
}

describe("refused with the next command", () => {
  test("outside of any repository", async () => {
    expect(await refusal(folder("nowhere"))).toBe(
      "needs-you: ~/nowhere is not in a git repository. | Run crew inside of one, or make one: git init && git add -A && git commit -m Start",
    );
  });

  test("in a bare repository", async () => {
    const path = folder("bare.git");
    git(path, "init", "-q", "--bare");
    expect(await refusal(path)).toBe(
      "needs-you: ~/bare.git is a bare repository: crew needs a work tree. | Run crew in a clone of it.",
    );
  });

  test("inside a git directory", async () => {
    const path = repositoryAt("work");
    expect(await refusal(join(path, ".git"))).toBe(
      "needs-you: ~/work/.git is not in a git work tree: this operation must be run in a work tree | Run crew in the folder with your files.",
    );
  });

  test("without a commit", async () => {
    const path = folder("empty");
    git(path, "init", "-q");
    expect(await refusal(path)).toBe(
      "needs-you: The repository has no commits yet: an epic has nothing to begin with. | git add -A && git commit -m Start",
    );
  });

  test("owned by somebody whom git does not trust", async () => {
    const path = repositoryAt("theirs");
    const bin = folder("bin");
    const real = spawnSync("sh", ["-c", "command -v git"], { env: environment, encoding: "utf8" }).stdout.trim();
    // git's own switch for tests: it behaves as if the folder were another user's.
    const script = `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${real}' "$@"\n`;
    writeFileSync(join(bin, "git"), script, { mode: 0o755 });
    environment.PATH = `${bin}:${environment.PATH}`;
    expect(await refusal(path)).toBe(
      "needs-you: ~/theirs belongs to somebody else, and git does not trust it. | git config --global --add safe.directory '~/theirs'",
    );
    writeFileSync(join(root, ".gitconfig"), `[safe]\n\tdirectory = ${path}\n`);
    const repository = await openRepository({ cwd: path, environment, identity });
    const base = git(path, "rev-parse", "HEAD");
    await repository.showBranch("shop", { name: "epic", branch: "epic/x", to: base });
    expect(git(path, "rev-parse", "epic/x")).toBe(base);
  });

  test("in a partial clone, which would miss objects in the middle", async () => {
    const path = repositoryAt("full");
    git(path, "config", "uploadpack.allowFilter", "true");
    const address = `file://${path.replaceAll(" ", "%20")}`;
    git(root, "clone", "-q", "--filter=blob:none", address, join(root, "partial"));
    expect(await refusal(join(root, "partial"))).toBe(
      "needs-you: This is a partial clone: crew needs all objects of its history. To fetch them: | git fetch --refetch --no-filter origin\ngit config --unset remote.origin.promisor\ngit config --unset remote.origin.partialclonefilter",
    );
    git(join(root, "partial"), "config", "extensions.partialClone", "origin"); // as older gits made them
    expect(await refusal(join(root, "partial"))).toMatch(/\ngit config --unset extensions.partialClone$/);
  });

  test("without git", async () => {
    const path = repositoryAt("work");
    environment.PATH = folder("no programs here");
    expect(await refusal(path)).toBe(
      "failed: git could not be started: it is not on the PATH, or the repository is gone. | Install git 2.39 or newer, then run the command again.",
    );
  });
});

describe("found", () => {
  test("by a git that says more of itself than its version", async () => {
    const path = repositoryAt("work");
    const wrapper = join(folder("wrapped"), "git");
    const real = spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim();
    const text = `#!/bin/sh\n[ "$1" != version ] || { "${real}" version; echo "hub version 2.14"; exit; }\nexec "${real}" "$@"\n`;
    writeFileSync(wrapper, text, { mode: 0o755 });
    environment.PATH = `${folder("wrapped")}:${environment.PATH}`;
    expect((await openRepository({ cwd: path, environment, identity })).topLevel).toBe(path);
  });

  test("from a subfolder and from a linked work tree: one repository, each its own top", async () => {
    const path = repositoryAt("work tree");
    const linked = join(root, "linked");
    git(path, "worktree", "add", "-q", "-b", "other", linked);
    const below = folder("work tree/a b/c");
    const [first, second] = await Promise.all(
      [below, linked].map((cwd) => openRepository({ cwd, environment, identity })),
    );
    expect([first?.topLevel, second?.topLevel]).toEqual([path, linked]);
    expect(first?.commonDir).toBe(join(path, ".git"));
    expect([second?.commonDir, second?.id]).toEqual([first?.commonDir, first?.id]);
    expect(first?.id).toMatch(/^[0-9a-f]{16}$/);
    expect(first?.source).toMatchObject({ objectDirectory: join(path, ".git", "objects"), objectFormat: "sha1" });
    expect(first?.source).not.toHaveProperty("shallowFile");
  });

  test("whatever GIT_DIR says", async () => {
    const [path, other] = [repositoryAt("work"), repositoryAt("other")];
    const misled = { ...environment, GIT_DIR: join(other, ".git"), GIT_WORK_TREE: other, GIT_INDEX_FILE: "/x" };
    expect((await openRepository({ cwd: path, environment: misled, identity })).topLevel).toBe(path);
  });
});

describe("the default branch", () => {
  const defaultOf = async (path: string) =>
    (await openRepository({ cwd: path, environment, identity })).defaultBranch();

  test("is the remote's, where it exists here", async () => {
    const upstream = repositoryAt("upstream", "trunk");
    git(root, "clone", "-q", upstream, join(root, "work"));
    const path = join(root, "work");
    git(path, "branch", "main");
    expect(await defaultOf(path)).toBe("trunk");
    git(path, "checkout", "-q", "main");
    git(path, "branch", "-q", "-D", "trunk");
    expect(await defaultOf(path)).toBe("main");
  });

  test("is the person's init.defaultBranch, then main, then master, then the current one", async () => {
    const path = repositoryAt("work", "topic");
    expect(await defaultOf(path)).toBe("topic");
    git(path, "branch", "master");
    expect(await defaultOf(path)).toBe("master");
    git(path, "branch", "main");
    expect(await defaultOf(path)).toBe("main");
    git(path, "branch", "develop");
    writeFileSync(join(root, ".gitconfig"), "[init]\n\tdefaultBranch = develop\n");
    expect(await defaultOf(path)).toBe("develop");
  });
});
