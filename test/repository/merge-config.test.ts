// What the user's own config and attributes say of merging, signing, line endings and filters: it decides nothing about a
// candidate, and a landed work tree is as the user's git would make it.
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Oid } from "../../src/model/names.ts";
import { type GitBench, gitBench, personsThings } from "./git-bench.ts";
import {
  candidateOf,
  type Entries,
  executable,
  gitlink,
  importing,
  link,
  long,
  merged,
  overBase,
  treeCommit,
  wholeTree,
} from "./tree-commits.ts";
import { type Tripwire, tripwire } from "./tripwire.ts";

let bench: GitBench;
beforeEach(async () => {
  bench = await gitBench();
});
afterEach(() => bench.close());

/** What the user has set for all repositories of theirs. */
function configure(settings: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(settings)) bench.git(bench.root, ["config", "--global", key, value]);
}

describe("what the user has configured", () => {
  test.each(["only", "no"])("merge.ff = %s and signing: a candidate is crew's own unsigned merge", async (ff) => {
    const gpg = tripwire(bench, "gpg");
    const signing = { "commit.gpgSign": "true", "merge.gpgSign": "true", "user.signingKey": "0123" };
    configure({ "merge.ff": ff, "pull.ff": ff, "gpg.program": gpg.program, ...signing });
    const { git, work, tryGit, repository, base } = bench;
    const source = treeCommit(bench, { parents: [base], entries: { "new.txt": "new\n" } });
    git(work, ["checkout", "-q", "main"]);
    expect(tryGit(work, ["commit", "-q", "--allow-empty", "-m", "Mine"]).status).not.toBe(0);
    expect(gpg.ran(), "plain git commit asks for a signature").toBe(true);
    gpg.reset();

    const candidate = await candidateOf(bench, base, source);
    await repository.moveTip("shop", "epic", { to: base });
    await repository.moveTip("shop", "epic", { from: base, to: candidate });
    await repository.showBranch("shop", { name: "epic", branch: "epic/auth", to: candidate });
    await repository.land({ branch: "main", from: base, to: candidate, checkedOutAt: work });
    const dates = "1700000000 +0000";
    expect(git(work, ["cat-file", "commit", "main"]).split("\n")).toEqual([
      `tree ${git(work, ["rev-parse", `${source}^{tree}`])}`,
      `parent ${base}`,
      `parent ${source}`,
      `author crew <crew@crew.invalid> ${dates}`,
      `committer crew <crew@crew.invalid> ${dates}`,
      "",
      "Merge work",
      "",
      "Crew-Role: backend",
      "Crew-Bead: shop-12 1",
      "Crew-Gates: 0123abcd",
      "Co-authored-by: crew/backend <backend@crew.invalid>",
    ]);
    expect([git(work, ["rev-parse", "epic/auth"]), git(work, ["status", "--porcelain"])]).toEqual([candidate, ""]);
    expect(gpg.ran()).toBe(false);
  });

  test("merge drivers of the user's own attributes: none runs, and lines merge as git merges them", async () => {
    const driver = tripwire(bench, "driver");
    const { git, work, tryGit, root, repository } = bench;
    const attributes = join(root, "attributes");
    writeFileSync(attributes, "*.txt merge=mine\n");
    configure({ "merge.mine.driver": driver.command, "merge.default": "mine", "core.attributesFile": attributes });
    writeFileSync(join(repository.commonDir, "info", "attributes"), "*.txt merge=mine\n");
    const base = treeCommit(bench, {
      parents: [bench.base],
      entries: { ".gitattributes": "*.txt merge=mine\n*.md merge=ours -text\nlocked -merge\n", locked: long },
    });
    const target = treeCommit(bench, {
      parents: [base],
      entries: { "src/app.txt": "A\nb\nc\n", locked: `zero\n${long}` },
    });
    const source = treeCommit(bench, {
      parents: [base],
      entries: { "src/app.txt": "a\nb\nC\n", locked: `${long}seven\n` },
    });
    git(work, ["checkout", "-q", "--detach", target]);
    expect(tryGit(work, ["merge", "-q", "--no-edit", source]).status).not.toBe(0);
    expect(driver.ran(), "plain git merge runs it").toBe(true);
    git(work, ["merge", "--abort"]);
    driver.reset();
    expect(await merged(bench, target, source)).toEqual({
      ...wholeTree(bench, base),
      "src/app.txt": "A\nb\nC\n",
      locked: `zero\n${long}seven\n`,
    });
    expect(driver.ran()).toBe(false);
  });

  test("line endings: a candidate has the repository's bytes, a landed file the user's", async () => {
    configure({ "core.autocrlf": "true", "core.eol": "crlf", "merge.renormalize": "true" });
    const { git, work, repository } = bench;
    const base = treeCommit(bench, {
      parents: [bench.base],
      entries: { unix: long, dos: long.replaceAll("\n", "\r\n") },
    });
    const target = treeCommit(bench, { parents: [base], entries: { unix: `zero\n${long}` } });
    const source = treeCommit(bench, { parents: [base], entries: { unix: `${long}seven\n`, "new.txt": "new\n" } });
    git(work, ["checkout", "-q", "-B", "main", target]);
    const candidate = await candidateOf(bench, target, source);
    const { dos } = wholeTree(bench, base);
    expect(wholeTree(bench, candidate)).toEqual(
      overBase(bench, { unix: `zero\n${long}seven\n`, dos, "new.txt": "new\n" } as Entries),
    );
    await repository.land({ branch: "main", from: target, to: candidate, checkedOutAt: work });
    expect(git(work, ["status", "--porcelain"])).toBe("");
    const texts = ["unix", "dos", "new.txt"].map((path) => readFileSync(join(work, path), "utf8"));
    const inDos = [`zero\n${long}seven\n`, long, "new\n"].map((text) => text.replaceAll("\n", "\r\n"));
    expect(texts).toEqual(inDos);

    const normalised = treeCommit(bench, { parents: [base], entries: { dos: long } });
    const edited = treeCommit(bench, { parents: [base], entries: { dos: `${long}seven\n`.replaceAll("\n", "\r\n") } });
    expect(await merged(bench, normalised, edited), "as on every other machine").toEqual(["dos"]);
  });
});

describe("large files kept elsewhere, by a filter that fails", () => {
  const pointer = (digit: string) =>
    `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize 12345\n`;
  const attributes = { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" };
  let filter: Tripwire;
  let base: Oid;
  beforeEach(() => {
    filter = tripwire(bench, "lfs");
    base = treeCommit(bench, { parents: [bench.base], entries: { ...attributes, "a.bin": pointer("1") } });
    bench.git(bench.work, ["checkout", "-q", "-B", "main", base]);
    // The clone's own checkout would run it.
    expect(bench.clone).not.toBe("");
    configure({ "filter.lfs.clean": "cat", "filter.lfs.smudge": filter.command, "filter.lfs.required": "true" });
    configure({ "merge.lfs.driver": filter.command });
  });

  test("pointers merge as what they are, and two of them conflict", async () => {
    const { git, work, repository } = bench;
    const target = treeCommit(bench, { parents: [base], entries: { "README.md": "changed\n" } });
    const one = treeCommit(bench, { parents: [base], entries: { "a.bin": pointer("2"), "b.bin": pointer("3") } });
    const other = treeCommit(bench, { parents: [base], entries: { "a.bin": pointer("4") } });
    const candidate = await candidateOf(bench, target, one);
    expect(wholeTree(bench, candidate)).toEqual(
      overBase(bench, { ...attributes, "README.md": "changed\n", "a.bin": pointer("2"), "b.bin": pointer("3") }),
    );
    expect(await merged(bench, one, other)).toEqual(["a.bin"]);
    git(work, ["update-ref", "--no-deref", "HEAD", base]);
    await repository.land({ branch: "main", from: base, to: candidate });
    expect(await bench.branch("main")).toBe(candidate);
    expect(filter.ran()).toBe(false);
  });

  test("a reported pointer is imported without it", async () => {
    const { clone } = bench;
    const commit = treeCommit(bench, { parents: [base], entries: { "a.bin": pointer("2") }, in: clone });
    expect(await importing(bench, commit, base)).toMatchObject({ state: "done", commit });
    expect(wholeTree(bench, commit)).toEqual(overBase(bench, { ...attributes, "a.bin": pointer("2") }));
    expect(filter.ran()).toBe(false);
  });

  test("landing where the base is checked out is refused before anything is written there", async () => {
    const { git, work, tryGit, repository } = bench;
    const entries = { "AAA.txt": "new\n", "README.md": "changed\n", "a.bin": pointer("2"), "z.txt": "z\n" };
    const to = treeCommit(bench, { parents: [base], entries });
    const other = join(bench.root, "other tree");
    git(work, ["worktree", "add", "-q", "--no-checkout", other, "--detach", base]);
    git(other, ["-c", "filter.lfs.smudge=cat", "reset", "-q", "--hard"]);
    filter.reset();
    expect(tryGit(other, ["merge", "-q", "--ff-only", to]).status).not.toBe(0);
    expect(filter.ran()).toBe(true);
    expect(git(other, ["status", "--porcelain", "AAA.txt"]), "plain git merge leaves half of it").toBe("?? AAA.txt");

    const before = personsThings(bench);
    await expect(repository.land({ branch: "main", from: base, to, checkedOutAt: work })).rejects.toMatchObject({
      code: "needs-you",
      message: "Cannot land: a.bin: smudge filter lfs failed. Nothing was written.",
      hint: "Mend that filter of yours (git config --get-regexp ^filter shows what it runs), then crew land",
    });
    expect(personsThings(bench)).toEqual(before);
    expect(await bench.branch("main")).toBe(base);

    configure({ "filter.lfs.smudge": "tr a-z A-Z", "filter.lfs.clean": "tr A-Z a-z" });
    await repository.land({ branch: "main", from: base, to, checkedOutAt: work });
    expect(await bench.branch("main")).toBe(to);
    expect(readFileSync(join(work, "a.bin"), "utf8")).toBe(pointer("2").toUpperCase());
  });
});

test("modes, links and submodules land in the work tree as they are, and no submodule is touched", async () => {
  configure({ "submodule.recurse": "true", "fetch.recurseSubmodules": "true", "diff.submodule": "log" });
  const { git, work, repository } = bench;
  const base = treeCommit(bench, {
    parents: [bench.base],
    entries: { run: long, at: link("README.md"), becomes: long, lib: gitlink("1"), ".gitmodules": modules },
  });
  git(work, ["-c", "submodule.recurse=false", "checkout", "-q", "-B", "main", base]);
  const entries = { run: executable(long), at: link("src/app.txt"), becomes: link("run"), lib: gitlink("2") };
  const to = treeCommit(bench, { parents: [base], entries });
  await repository.land({ branch: "main", from: base, to, checkedOutAt: work });
  expect([
    lstatSync(join(work, "run")).mode & 0o111,
    readlinkSync(join(work, "at")),
    readlinkSync(join(work, "becomes")),
  ]).toEqual([0o111, "src/app.txt", "run"]);
  expect(git(work, ["status", "--porcelain"])).toBe("");
  expect(readdirSync(join(work, "lib"))).toEqual([]);
  expect(wholeTree(bench, "main")).toEqual(overBase(bench, { ...entries, ".gitmodules": modules }));
});

const modules = '[submodule "lib"]\n\tpath = lib\n\turl = https://example.invalid/lib.git\n';
