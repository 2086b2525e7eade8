// What belongs to the person stays as it is: work tree, index, HEAD, config; and none of their hooks ever runs.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Oid } from "../../src/model/names.ts";
import type { RepositoryQuery } from "../../src/ports/repository.ts";
import { aMailReport, anOrder, aProjectFact, aVerdict } from "./contract.ts";
import { type GitBench, gitBench, personsThings } from "./git-bench.ts";

let bench: GitBench;
afterEach(() => bench.close());

const query: RepositoryQuery = { project: "shop", branches: new Map([["backend", "feature/b"]]) };

/** Every method, once through a project's life, with a look at the person's things after each. */
async function wholeLife(check: (step: string) => void): Promise<Oid> {
  const { repository, base } = bench;
  const order = anOrder(base);
  const step = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const result = await work;
    check(name);
    return result;
  };
  await step("pinStart", repository.pinStart("shop", { to: base }));
  await step("moveTip", repository.moveTip("shop", "epic", { to: base }));
  await step("writeFact", repository.writeFact("shop", { kind: "project", value: aProjectFact() }));
  await step("createOrder", repository.createOrder("shop", order));
  const work = await bench.agentCommit({ parents: [base], files: { "new.txt": "new\n" }, message: "Work" });
  const uploadPack = await bench.report(order.id, work);
  await step(
    "importReport",
    repository.importReport({ project: "shop", order, report: aMailReport(work), uploadPack }),
  );
  await bench.rescue(work);
  await step("importRescue", repository.importRescue({ project: "shop", role: "backend", n: 1, uploadPack }));
  const [merge] = await step("testMerges", repository.testMerges([{ source: work, target: base }]));
  if (merge?.kind !== "clean") throw new Error("conflict");
  const candidate = await step(
    "writeCandidate",
    repository.writeCandidate({
      target: base,
      source: work,
      tree: merge.tree,
      subject: "Merge",
      role: "backend",
      gates: [],
    }),
  );
  await step("writeVerdict", repository.writeVerdict("shop", aVerdict(merge.tree)));
  await step("moveTip", repository.moveTip("shop", "epic", { from: base, to: candidate }));
  const show = { name: "backend", branch: "feature/b" };
  await step("showBranch", repository.showBranch("shop", { ...show, to: work }));
  await step("observe", repository.observe(query));
  await step("lease", repository.lease("shop", "lock").acquire("crew up"));
  await step("land", repository.land({ branch: "main", from: base, to: candidate }));
  await step("archive", repository.archive("shop", "shop-1"));
  await step("deleteBranch", repository.deleteBranch("shop", { ...show, from: work }));
  await step("archive", repository.archive("shop", "shop-1"));
  await step("deleteProject", repository.deleteProject("shop", "shop-1"));
  await step("release", repository.lease("shop", "lock").release());
  return candidate;
}

const hooks = [
  "reference-transaction",
  "post-merge",
  "pre-push",
  "pre-receive",
  "update",
  "post-receive",
  "post-update",
  "proc-receive",
  "push-to-checkout",
  "post-checkout",
  "pre-merge-commit",
  "post-index-change",
  "pre-auto-gc",
  "fsmonitor-watchman",
];

/** Hooks that leave a mark each, where git looks for them by itself and where the config says. */
function plantHooks(bench: GitBench): () => readonly string[] {
  const marks = join(bench.root, "marks");
  mkdirSync(marks);
  const { git, work, root } = bench;
  const common = git(work, ["rev-parse", "--path-format=absolute", "--git-common-dir"]);
  for (const folder of [join(common, "hooks"), join(root, "own hooks")]) {
    mkdirSync(folder, { recursive: true });
    for (const name of hooks) {
      writeFileSync(join(folder, name), `#!/bin/sh\n: >'${marks}/${name}'\n`);
      chmodSync(join(folder, name), 0o755);
    }
  }
  git(work, ["config", "core.fsmonitor", `'${join(root, "own hooks", "fsmonitor-watchman")}'`]);
  return () => readdirSync(marks).toSorted();
}

describe.each([
  ["a plain repository", {}],
  ["a SHA-256 repository", { format: "sha256" as const }],
  ["a linked work tree", { linked: true }],
  [
    "a work tree of a bare repository",
    { linked: true, prepare: (early: GitBench) => void early.git(early.work, ["config", "core.bare", "true"]) },
  ],
])("%s", (_name, options) => {
  test("every method leaves the person's things as they are", async () => {
    bench = await gitBench(options);
    writeFileSync(join(bench.work, "README.md"), "changed, not staged\n");
    writeFileSync(join(bench.work, "untracked"), "mine\n");
    const before = personsThings(bench);
    const landed = await wholeLife((step) => expect(personsThings(bench), step).toEqual(before));
    expect(await bench.branch("main")).toBe(landed);
    expect(await bench.repository.observe(query)).toMatchObject({ archives: ["shop-1"] });
    expect(bench.git(bench.work, ["fsck", "--strict", "--no-dangling"])).toBe("");
    const refs = bench.git(bench.work, ["for-each-ref", "--format=%(refname)", "refs/crew"]);
    expect(refs).toBe("refs/crew/archive/shop/shop-1");
  });

  test("none of the person's hooks runs, also where the config points at others", async () => {
    for (const own of [false, true]) {
      bench = await gitBench(options);
      const ran = plantHooks(bench);
      if (own) bench.git(bench.work, ["config", "core.hooksPath", join(bench.root, "own hooks")]);
      bench.git(bench.work, ["update-ref", "refs/x/naive", bench.base]);
      bench.tryGit(bench.work, ["status"]);
      expect(ran(), "plain git runs them").toEqual(
        expect.arrayContaining(["fsmonitor-watchman", "reference-transaction"]),
      );
      for (const mark of ran()) rmSync(join(bench.root, "marks", mark));
      // The bench's own git makes the clone's refs, not the person's; only crew works in the person's repository here.
      const candidate = await wholeLife(() => {});
      bench.git(bench.work, [
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "checkout",
        "-q",
        "-b",
        "there",
        bench.base,
      ]);
      await bench.repository.land({ branch: "there", from: bench.base, to: candidate, checkedOutAt: bench.work });
      expect(await bench.branch("there")).toBe(candidate);
      expect(ran()).toEqual([]);
      if (!own) await bench.close();
    }
  });
});

test("a shallow clone works, and stays shallow", async () => {
  bench = await gitBench({
    prepare: (early) => {
      const { git, work, root } = early;
      git(work, ["checkout", "-q", "main"]);
      for (const n of [1, 2, 3]) git(work, ["commit", "-q", "--allow-empty", "-m", `More ${n}`]);
      const full = join(root, "full");
      git(root, ["clone", "-q", "--no-local", work, full]);
      rmSync(work, { recursive: true });
      git(root, ["clone", "-q", "--depth", "2", `file://${full.replaceAll(" ", "%20")}`, work]);
      git(work, ["checkout", "-q", "--detach"]);
      Object.assign(early, { base: git(work, ["rev-parse", "main"]) });
    },
  });
  const shallow = bench.git(bench.work, ["rev-parse", "--is-shallow-repository"]);
  expect(shallow).toBe("true");
  const count = () => bench.git(bench.work, ["rev-list", "--count", "main~0"]);
  expect(count()).toBe("2");
  const before = personsThings(bench);
  const landed = await wholeLife((step) => expect(personsThings(bench), step).toEqual(before));
  expect(await bench.branch("main")).toBe(landed);
  expect(bench.repository.source.shallowFile).toBe(join(bench.repository.commonDir, "shallow"));
  expect(bench.git(bench.work, ["rev-list", "--count", bench.base])).toBe("2");
});

test("objects that the repository borrows from another one are found", async () => {
  bench = await gitBench({
    prepare: (early) => {
      const { git, work, root } = early;
      const store = join(root, "store");
      git(root, ["clone", "-q", "--bare", work, store]);
      rmSync(work, { recursive: true });
      git(root, ["clone", "-q", "--shared", store, work]);
      git(work, ["checkout", "-q", "--detach"]);
    },
  });
  const landed = await wholeLife(() => {});
  expect(await bench.branch("main")).toBe(landed);
});

describe("crew's view", () => {
  test("is made again where it is damaged, and is not made twice", async () => {
    bench = await gitBench();
    const view = join(bench.repository.commonDir, "crew", "git");
    const listing = () => readdirSync(view).toSorted();
    expect(listing()).toEqual(["HEAD", "config", "info", "objects", "refs"]);
    writeFileSync(join(view, "config"), '[core]\n\trepositoryFormatVersion = 0\n[merge "x"]\n\tdriver = false\n');
    rmSync(join(view, "HEAD"));
    writeFileSync(join(view, "info", "attributes"), "* merge=x\n");
    const again = await bench.open();
    expect(listing()).toEqual(["HEAD", "config", "info", "objects", "refs"]);
    const source = await bench.personCommit({
      parents: [bench.base],
      files: { "src/app.txt": "A\nb\nc\n" },
      message: "a",
    });
    const target = await bench.personCommit({
      parents: [bench.base],
      files: { "src/app.txt": "a\nb\nC\n" },
      message: "c",
    });
    expect(await again.testMerges([{ source, target }])).toMatchObject([{ kind: "clean" }]);
  });

  test("eight openings at once all succeed", async () => {
    bench = await gitBench();
    rmSync(join(bench.repository.commonDir, "crew"), { recursive: true });
    const opened = await Promise.all(Array.from({ length: 8 }, () => bench.open()));
    const seen = await Promise.all(opened.map((repository) => repository.observe(query)));
    expect(new Set(seen.map((state) => state.base.oid))).toEqual(new Set([bench.base]));
    expect(readdirSync(join(bench.repository.commonDir, "crew", "git")).toSorted()).toEqual([
      "HEAD",
      "config",
      "info",
      "objects",
      "refs",
    ]);
  });
});

test("the person's config decides nothing: signing, replacements, aliases, hidden refs, refused deletions", async () => {
  bench = await gitBench();
  const { git, work, root, base } = bench;
  const gpg = join(root, "gpg");
  writeFileSync(gpg, `#!/bin/sh\n: >'${root}/gpg-ran'\nexit 1\n`, { mode: 0o755 });
  const settings = {
    "commit.gpgSign": "true",
    "gpg.program": gpg,
    "push.gpgSign": "true",
    "receive.denyDeletes": "true",
    "receive.denyNonFastForwards": "true",
    "receive.fsckObjects": "true",
    "transfer.hideRefs": "refs/crew",
    "core.logAllRefUpdates": "always",
    "alias.receive-pack": "!false",
    "url.https://example.invalid/.insteadOf": "/",
    "merge.conflictStyle": "diff3",
    "merge.renames": "false",
    "diff.external": "false",
    "log.showSignature": "true",
    "i18n.commitEncoding": "ISO-8859-1",
  };
  const other = await bench.personCommit({ parents: [base], files: { other: "o" }, message: "Other" });
  git(work, ["replace", base, other]);
  for (const [key, value] of Object.entries(settings)) git(work, ["config", key, value]);
  const landed = await wholeLife(() => {});
  expect(await bench.branch("main")).toBe(landed);
  expect(existsSync(join(root, "gpg-ran"))).toBe(false);
});

test("a git directory behind a symbolic link is one repository", async () => {
  bench = await gitBench();
  const link = join(bench.root, "link");
  symlinkSync(bench.work, link);
  const { openRepository } = await import("../../src/repository/open.ts");
  const identity = { host: "here", pid: 1, startTimeOf: async () => "1" };
  const through = await openRepository({ cwd: link, environment: bench.environment, identity });
  expect([through.id, through.commonDir]).toEqual([bench.repository.id, bench.repository.commonDir]);
});
