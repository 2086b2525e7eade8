// What every repository adapter must do, the in-memory fake included. Behaviour of the port only: no git here.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CrewError } from "../../src/errors.ts";
import type { Oid, OrderId } from "../../src/model/names.ts";
import { noFacts, type Order, type ProjectFact, type Verdict } from "../../src/model/records.ts";
import type { MailReport } from "../../src/model/world.ts";
import type { CandidateSpec, Repository, RepositoryQuery } from "../../src/ports/repository.ts";
import type { UploadPack } from "../../src/ports/runtime.ts";

export interface NewCommit {
  readonly parents: readonly Oid[];
  /** Over the first parent's files; null removes. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly message: string;
}

/** A repository with one commit on `main`: README.md (one, two, three), src/app.txt (a, b, c) and .beads/issues.jsonl. */
export interface Bench {
  readonly repository: Repository;
  readonly base: Oid;
  agentCommit(commit: NewCommit): Promise<Oid>;
  personCommit(commit: NewCommit): Promise<Oid>;
  /** Sets the instance's report ref and returns how to fetch it. */
  report(id: OrderId, commit: Oid): Promise<UploadPack>;
  rescue(commit: Oid | undefined): Promise<UploadPack>;
  setBranch(branch: string, commit: Oid | undefined): Promise<void>;
  branch(branch: string): Promise<Oid | undefined>;
  /** Checks the branch out in a work tree of its own; returns its path. */
  checkOut(branch: string): Promise<string>;
  files(commit: Oid): Promise<Readonly<Record<string, string>>>;
  parents(commit: Oid): Promise<readonly Oid[]>;
  close(): Promise<void>;
}

const project = "shop";
const query: RepositoryQuery = {
  project,
  branches: new Map([
    ["epic", "epic/auth"],
    ["backend", "feature/auth-backend"],
  ]),
};

export function anOrder(start: Oid, order: Partial<Order> = {}): Order {
  return {
    id: { subject: "shop-12", round: 1, attempt: 1 },
    kind: "bead",
    role: "backend",
    start,
    cause: "ready: no blockers",
    words: "",
    counts: true,
    issuedAtMs: 1_700_000_000_123,
    ...order,
  };
}

export function aMailReport(commit: Oid, report: Partial<MailReport> = {}): MailReport {
  return { order: "shop-12.1.1", commit, state: "done", turns: 1, note: "", detail: "", ...report };
}

export function aVerdict(tree: Oid, verdict: Partial<Verdict> = {}): Verdict {
  return {
    key: "0123abcd",
    tree,
    gate: "test",
    result: "green",
    flaky: false,
    runs: 1,
    exitCode: 0,
    output: "ok\n",
    atMs: 5,
    ...verdict,
  };
}

export function aProjectFact(fact: Partial<ProjectFact> = {}): ProjectFact {
  return {
    name: project,
    file: "crew.yaml",
    declaredName: "shop",
    text: "name: shop\n",
    inputs: { feature: "auth" },
    epic: "shop-1",
    slug: "auth",
    keys: { login: "shop-12" },
    branches: { epic: "epic/auth", backend: "feature/auth-backend" },
    into: { backend: "epic" },
    base: "main",
    protect: ["migrations/**"],
    ...fact,
  };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no error";
  } catch (error) {
    if (error instanceof CrewError) return error.code;
    throw error;
  }
}

export function repositoryContract(name: string, makeBench: () => Promise<Bench>): void {
  describe(`repository contract: ${name}`, () => {
    let bench: Bench;
    let repository: Repository;
    beforeEach(async () => {
      bench = await makeBench();
      repository = bench.repository;
    });
    afterEach(() => bench.close());

    const state = () => repository.observe(query);
    const begin = async (): Promise<void> => {
      await repository.pinStart(project, { to: bench.base });
      await repository.moveTip(project, "epic", { to: bench.base });
    };
    const change = (path: string, content: string, parents: readonly Oid[] = [bench.base]) =>
      bench.agentCommit({ parents, files: { [path]: content }, message: `Change ${path}` });
    const importing = async (commit: Oid, order: Order = anOrder(bench.base), report: Partial<MailReport> = {}) =>
      repository.importReport({
        project,
        order,
        report: aMailReport(commit, report),
        uploadPack: await bench.report(order.id, commit),
      });
    const merged = async (source: Oid, target: Oid, spec: Partial<CandidateSpec> = {}): Promise<Oid> => {
      const [merge] = await repository.testMerges([{ source, target }]);
      if (merge?.kind !== "clean") throw new Error("conflict");
      return repository.writeCandidate({
        target,
        source,
        tree: merge.tree,
        subject: "Merge work",
        role: "backend",
        bead: { id: "shop-12", round: 1 },
        gates: ["0123abcd"],
        ...spec,
      });
    };

    describe("observe", () => {
      test("an untouched repository has a base and nothing else", async () => {
        const seen = await state();
        expect(seen).toEqual({
          id: repository.id,
          base: { branch: "main", oid: bench.base, tree: seen.base.tree, reachesTip: false, behindTip: false },
          tips: new Map(),
          orders: [],
          reports: [],
          facts: noFacts,
          verdicts: new Map(),
          branches: new Map([
            ["epic", { branch: "epic/auth", relation: "new", own: [] }],
            ["backend", { branch: "feature/auth-backend", relation: "new", own: [] }],
          ]),
          archives: [],
          rescues: new Map(),
        });
        expect(await repository.projects()).toEqual([]);
      });

      test("branches and base of the project fact are added, so that no file is needed", async () => {
        await repository.writeFact(project, { kind: "project", value: aProjectFact() });
        const seen = await repository.observe({ project, branches: new Map() });
        expect([...seen.branches]).toEqual([
          ["backend", { branch: "feature/auth-backend", relation: "new", own: [] }],
          ["epic", { branch: "epic/auth", relation: "new", own: [] }],
        ]);
        expect(seen.base.branch).toBe("main");
        expect(await repository.projects()).toEqual([project]);
      });

      test("a base that does not exist needs a person", async () => {
        expect(await codeOf(repository.observe({ ...query, base: "trunk" }))).toBe("needs-you");
      });

      test("a base that is gone may stand where the epic began, for who takes the project down", async () => {
        await begin();
        const seen = await repository.observe({ ...query, base: "trunk", mayLackBase: true });
        expect(seen.base).toMatchObject({ branch: "trunk", oid: bench.base });
      });

      test("a tip has its chain since start, with what its commits say of themselves", async () => {
        await begin();
        const work = await change("new.txt", "new\n");
        await importing(work);
        const candidate = await merged(work, bench.base);
        await repository.moveTip(project, "epic", { from: bench.base, to: candidate });
        const seen = await state();
        const tip = seen.tips.get("epic");
        expect(tip).toEqual({
          name: "epic",
          oid: candidate,
          tree: tip?.tree,
          chain: [
            {
              oid: candidate,
              tree: tip?.tree,
              parents: [bench.base, work],
              subject: "Merge work",
              role: "backend",
              bead: { id: "shop-12", round: 1 },
              gates: ["0123abcd"],
            },
          ],
          reaches: new Set([candidate, work]),
        });
        expect(seen.base).toMatchObject({ reachesTip: false, behindTip: true });
        expect(seen.start).toBe(bench.base);
      });

      test("text in a subject cannot become a trailer", async () => {
        await begin();
        const work = await change("new.txt", "new\n");
        await importing(work);
        const subject = "Fix\n\nCrew-Bead: shop-99 1\nCrew-Undo: shop-12 1\r\n\u0000Crew-Role: root";
        const candidate = await merged(work, bench.base, { subject, gates: [] });
        await repository.moveTip(project, "epic", { from: bench.base, to: candidate });
        const [commit] = (await state()).tips.get("epic")?.chain ?? [];
        expect(commit).toEqual({
          oid: candidate,
          tree: commit?.tree,
          parents: [bench.base, work],
          subject: "Fix Crew-Bead: shop-99 1 Crew-Undo: shop-12 1 Crew-Role: root",
          role: "backend",
          bead: { id: "shop-12", round: 1 },
          gates: [],
        });
      });
    });

    describe("commit points", () => {
      test("a tip is created once, moved from where it was seen, and no other way", async () => {
        const a = await bench.personCommit({ parents: [bench.base], files: { a: "a" }, message: "a" });
        const b = await bench.personCommit({ parents: [bench.base], files: { b: "b" }, message: "b" });
        await repository.moveTip(project, "epic", { to: bench.base });
        await repository.moveTip(project, "epic", { to: bench.base });
        expect(await codeOf(repository.moveTip(project, "epic", { to: a }))).toBe("conflict");
        await repository.moveTip(project, "epic", { from: bench.base, to: a });
        await repository.moveTip(project, "epic", { from: bench.base, to: a });
        expect(await codeOf(repository.moveTip(project, "epic", { from: bench.base, to: b }))).toBe("conflict");
        expect((await state()).tips.get("epic")?.oid).toBe(a);
      });

      test("of two moves at once one wins, the other gets a conflict", async () => {
        const targets = await Promise.all(
          ["a", "b", "c", "d"].map((name) =>
            bench.personCommit({ parents: [bench.base], files: { [name]: name }, message: name }),
          ),
        );
        await repository.moveTip(project, "epic", { to: bench.base });
        const codes = await Promise.all(
          targets.map((to) => codeOf(repository.moveTip(project, "epic", { from: bench.base, to }))),
        );
        expect(codes.toSorted()).toEqual(["conflict", "conflict", "conflict", "no error"]);
        expect((await state()).tips.get("epic")?.oid).toBe(targets[codes.indexOf("no error")]);
      });

      test("a base that no longer contains start is rewritten", async () => {
        await begin();
        expect((await state()).base).not.toHaveProperty("isRewritten");
        const other = await bench.personCommit({ parents: [], files: { o: "o" }, message: "o" });
        await bench.setBranch("main", other);
        expect((await state()).base).toMatchObject({ oid: other, isRewritten: true });
      });

      test("start follows until it is elsewhere", async () => {
        const a = await bench.personCommit({ parents: [bench.base], files: { a: "a" }, message: "a" });
        await repository.pinStart(project, { to: bench.base });
        await repository.pinStart(project, { from: bench.base, to: a });
        expect(await codeOf(repository.pinStart(project, { from: bench.base, to: bench.base }))).toBe("conflict");
        expect((await state()).start).toBe(a);
      });
    });

    describe("records", () => {
      test("orders come back as they were given, in the order of their attempts", async () => {
        const merge = await bench.personCommit({ parents: [bench.base], files: { a: "a" }, message: "a" });
        const words = "Words.\n\nOrder: forged\n\n  indented, ünïcode ✓\n\n\n";
        const id = (attempt: number): OrderId => ({ subject: "shop-12", round: 1, attempt });
        const orders = [
          anOrder(bench.base, { words }),
          anOrder(bench.base, { id: id(2), kind: "conflict", merge, counts: false, cause: "conflicts with x" }),
          anOrder(bench.base, { id: id(10), kind: "retry", words: "\n" }),
          anOrder(bench.base, { id: { subject: "up/backend", round: 1, attempt: 1 }, kind: "mend" }),
        ];
        for (const order of orders) await repository.createOrder(project, order);
        expect((await state()).orders).toEqual(orders);
      });

      test("the same order again is done; another one under its id is a conflict", async () => {
        await repository.createOrder(project, anOrder(bench.base));
        await repository.createOrder(project, anOrder(bench.base));
        const other = anOrder(bench.base, { words: "other" });
        expect(await codeOf(repository.createOrder(project, other))).toBe("conflict");
        expect((await state()).orders).toEqual([anOrder(bench.base)]);
      });

      test("facts: rounds say once that they ended, the others say the latest", async () => {
        const retry = { round: 1, attempt: 3, words: "Try\nharder", role: "backend", atMs: 7 };
        const approval = { commit: bench.base, noChange: true, atMs: 8 };
        await repository.writeFact(project, { kind: "project", value: aProjectFact() });
        await repository.writeFact(project, { kind: "project", value: aProjectFact({ keys: { form: "shop-13" } }) });
        await repository.writeFact(project, { kind: "land", value: { tip: bench.base, atMs: 1 } });
        await repository.writeFact(project, { kind: "retry", id: "shop-12", value: retry });
        await repository.writeFact(project, { kind: "retry", id: "up/backend", value: { ...retry, words: "" } });
        await repository.writeFact(project, { kind: "approval", id: "shop-12.1.1", value: approval });
        const rejection = { commit: bench.base, words: "Not\nlike this", atMs: 9 };
        const assignment = { role: "backend", atMs: 10 };
        const hold = { state: "none", reason: "", liftsSinceMs: 10, graceMs: 5, atMs: 11 } as const;
        await repository.writeFact(project, { kind: "rejection", id: "shop-12.1.1", value: rejection });
        const message = { role: "backend", words: "Mind\nthe time", isUrgent: true, atMs: 12 };
        await repository.writeFact(project, { kind: "message", id: "12-a", value: message });
        await repository.writeFact(project, { kind: "assignment", id: "shop-12", value: assignment });
        await repository.writeFact(project, { kind: "hold", id: "backend", value: { ...hold, state: "paused" } });
        await repository.writeFact(project, { kind: "hold", id: "backend", value: hold });
        await repository.writeFact(project, { kind: "closing", id: "shop-12.1", value: { atMs: 1 } });
        await repository.writeFact(project, { kind: "closing", id: "shop-12.1", value: { atMs: 2 } });
        await repository.writeFact(project, { kind: "closed", id: "shop-12.1", value: { atMs: 3 } });
        await repository.writeFact(project, { kind: "withdrawn", id: "shop-13.2", value: { atMs: 4 } });
        await repository.writeFact(project, { kind: "reopening", id: "shop-12.1", value: { atMs: 5 } });
        await repository.writeFact(project, { kind: "reopened", id: "shop-12.1", value: { atMs: 6 } });
        expect((await state()).facts).toEqual({
          project: aProjectFact({ keys: { form: "shop-13" } }),
          land: { tip: bench.base, atMs: 1 },
          retries: new Map([
            ["shop-12", retry],
            ["up/backend", { ...retry, words: "" }],
          ]),
          approvals: new Map([["shop-12.1.1", approval]]),
          rejections: new Map([["shop-12.1.1", rejection]]),
          messages: new Map([["12-a", message]]),
          assignments: new Map([["shop-12", assignment]]),
          holds: new Map([["backend", hold]]),
          undos: new Map(),
          rounds: new Map([
            ["shop-12.1", { closing: true, closed: true, reopening: true, reopened: true }],
            ["shop-13.2", { withdrawn: true }],
          ]),
        });
      });

      test("a verdict is created, replaced as it was observed, and no other way", async () => {
        const red = aVerdict(bench.base, { result: "red", exitCode: 1, output: "\u0007ü\n" });
        const green = aVerdict(bench.base, { flaky: true, runs: 2 });
        await repository.writeVerdict(project, red);
        await repository.writeVerdict(project, red);
        expect(await codeOf(repository.writeVerdict(project, green))).toBe("conflict");
        expect(await codeOf(repository.writeVerdict(project, green, { ...red, atMs: 6 }))).toBe("conflict");
        await repository.writeVerdict(project, green, red);
        await repository.writeVerdict(project, green, red);
        expect((await state()).verdicts).toEqual(new Map([[green.key, green]]));
      });

      test("a name that cannot be a ref is refused before anything is written", async () => {
        for (const subject of ["", "a b", "../x", "x.lock", "a/b", "-x", "up", "a\nb", "x~1"]) {
          const order = anOrder(bench.base, { id: { subject, round: 1, attempt: 1 } });
          expect([subject, await codeOf(repository.createOrder(project, order))]).toEqual([subject, "invalid"]);
        }
        expect((await state()).orders).toEqual([]);
      });
    });

    describe("merging", () => {
      test("pairs are answered in their order: clean with the tree, conflicting with the paths", async () => {
        const a = await bench.personCommit({
          parents: [bench.base],
          files: { "src/app.txt": "A\nb\nc\n" },
          message: "a",
        });
        const b = await bench.personCommit({
          parents: [bench.base],
          files: { "src/app.txt": "B\nb\nc\n" },
          message: "b",
        });
        const c = await bench.personCommit({ parents: [bench.base], files: { "sp ace": "c\n" }, message: "c" });
        const results = await repository.testMerges([
          { source: a, target: b },
          { source: c, target: a },
          { source: a, target: b },
        ]);
        const conflict = { kind: "conflict", source: a, target: b, paths: ["src/app.txt"] };
        const tree = results[1]?.kind === "clean" ? results[1].tree : "";
        const changes = new Map([["sp ace", "100644 f2ad6c76f0115a6ba5b00456a849810e7ec0af20"]]);
        expect(results).toEqual([conflict, { kind: "clean", source: c, target: a, tree, changes }, conflict]);
        const candidate = await merged(c, a);
        expect(await bench.files(candidate)).toEqual({
          ".beads/issues.jsonl": "{}\n",
          "README.md": "one\ntwo\nthree\n",
          "sp ace": "c\n",
          "src/app.txt": "A\nb\nc\n",
        });
        expect(await bench.parents(candidate)).toEqual([a, c]);
      });

      test("several are tried one on the other; one that conflicts is left out of what follows", async () => {
        const made = (files: Readonly<Record<string, string>>, message: string) =>
          bench.personCommit({ parents: [bench.base], files, message });
        const a = await made({ "src/app.txt": "A\nb\nc\n" }, "a");
        const b = await made({ "src/app.txt": "B\nb\nc\n" }, "b");
        const c = await made({ "c.txt": "c\n" }, "c");
        const chain = { target: bench.base, sources: [a, b, c] };
        const [first, second, third, ...more] = await repository.testChain(chain);
        expect(await repository.testChain(chain)).toEqual([first, second, third]);
        expect([first?.kind, second?.kind, third?.kind, more]).toEqual(["clean", "conflict", "clean", []]);
        expect([first?.target, second?.target === bench.base, second?.target === third?.target]).toEqual([
          bench.base,
          false,
          true,
        ]);
        if (first?.kind !== "clean" || third?.kind !== "clean") throw new Error("they conflict");
        const spec = { subject: "Merge", role: "backend", gates: [] };
        const one = await repository.writeCandidate({ ...spec, target: bench.base, source: a, tree: first.tree });
        const both = await repository.writeCandidate({ ...spec, target: one, source: c, tree: third.tree });
        expect(await bench.files(both)).toMatchObject({ "src/app.txt": "A\nb\nc\n", "c.txt": "c\n" });
        expect([...(third.changes ?? [])]).toEqual([["c.txt", "100644 f2ad6c76f0115a6ba5b00456a849810e7ec0af20"]]);
      });

      test(".beads stays as in the target, also where it would conflict", async () => {
        const files = (text: string | null) => ({ ".beads/issues.jsonl": text, ".beads/x": text, other: "x" });
        const source = await bench.personCommit({ parents: [bench.base], files: files("agent\n"), message: "s" });
        const target = await bench.personCommit({
          parents: [bench.base],
          files: { ".beads/issues.jsonl": "person\n" },
          message: "t",
        });
        const removing = await bench.personCommit({
          parents: [bench.base],
          files: { ".beads/issues.jsonl": null, more: "m" },
          message: "r",
        });
        expect(await bench.files(await merged(source, target))).toMatchObject({
          ".beads/issues.jsonl": "person\n",
          other: "x",
        });
        expect(Object.keys(await bench.files(await merged(source, target)))).not.toContain(".beads/x");
        expect(await bench.files(await merged(removing, bench.base))).toMatchObject({
          ".beads/issues.jsonl": "{}\n",
          more: "m",
        });
      });

      test("a changelog gets the lines of both sides, any other file conflicts", async () => {
        const adding = (text: string) => {
          const files = Object.fromEntries(["docs/Changelog.md", "docs/Changelog.mdx"].map((path) => [path, text]));
          return { parents: [bench.base], files, message: text };
        };
        const [source, target] = [await bench.personCommit(adding("s\n")), await bench.personCommit(adding("t\n"))];
        expect(await repository.testMerges([{ source, target }])).toEqual([
          { kind: "conflict", source, target, paths: ["docs/Changelog.mdx"] },
        ]);
        const files = { "docs/Changelog.mdx": null };
        const clean = await bench.personCommit({ parents: [source], files, message: "without" });
        expect(await bench.files(await merged(clean, target))).toMatchObject({
          "docs/Changelog.md": "t\ns\n",
          "docs/Changelog.mdx": "t\n",
        });
      });

      test("the same candidate has the same id, another one another", async () => {
        const c = await bench.personCommit({ parents: [bench.base], files: { c: "c\n" }, message: "c" });
        const [first, again] = [await merged(c, bench.base), await merged(c, bench.base)];
        expect(again).toBe(first);
        expect(await merged(c, bench.base, { bead: { id: "shop-12", round: 2 } })).not.toBe(first);
      });
    });

    describe("import", () => {
      test("a report is pinned with what it says, once", async () => {
        const order = anOrder(bench.base);
        const work = await change("new.txt", "new\n");
        const detail = "last\n\nlines\n";
        const report = await importing(work, order, { turns: 3, note: "note\nof two lines", detail });
        expect(report).toEqual({
          id: order.id,
          role: "backend",
          state: "done",
          commit: work,
          tree: report.tree,
          turns: 3,
          note: "note of two lines",
          detail,
          oneSided: false,
        });
        expect((await state()).reports).toEqual([report]);
        expect(await bench.files(work)).toMatchObject({ "new.txt": "new\n" });
        const later = await change("later.txt", "later\n", [work]);
        expect(await importing(later, order)).toEqual(report);
      });

      test("every state is kept as it was reported", async () => {
        for (const [index, mailState] of (["done", "failed", "unresolved", "withdrawn"] as const).entries()) {
          const id = { subject: "shop-12", round: 1, attempt: index + 1 };
          const order = `shop-12.1.${index + 1}`;
          const work = await change(`${mailState}.txt`, "x\n");
          const report = await importing(work, anOrder(bench.base, { id }), { state: mailState, order });
          expect(report).toMatchObject({ state: mailState, commit: work });
        }
      });

      test("a commit without its order's start is refused, and pinned", async () => {
        const moved = await bench.personCommit({ parents: [bench.base], files: { a: "a" }, message: "a" });
        const work = await change("new.txt", "new\n");
        const report = await importing(work, anOrder(moved));
        expect(report).toMatchObject({ state: "refused", commit: work });
        expect(report.note).toBe(`it does not contain ${moved.slice(0, 7)}, the commit that the order started at`);
        expect((await state()).reports).toEqual([report]);
      });

      test("a withdrawn order's commit is kept whatever it contains", async () => {
        const moved = await bench.personCommit({ parents: [bench.base], files: { a: "a" }, message: "a" });
        const work = await change("new.txt", "new\n");
        expect(await importing(work, anOrder(moved), { state: "withdrawn" })).toMatchObject({
          state: "withdrawn",
          commit: work,
        });
      });

      test("a report that names another commit than the clone has is refused", async () => {
        const order = anOrder(bench.base);
        const work = await change("new.txt", "new\n");
        const other = await change("other.txt", "other\n");
        const uploadPack = await bench.report(order.id, work);
        const report = await repository.importReport({ project, order, report: aMailReport(other), uploadPack });
        expect(report).toMatchObject({
          state: "refused",
          commit: work,
          note: `the report names ${other}, but refs/crew/report/shop-12.1.1 is ${work}`,
        });
      });

      test("a report without its ref is refused and pins the start", async () => {
        const id = { subject: "up/backend", round: 1, attempt: 1 };
        const uploadPack = await bench.rescue(undefined);
        const report = await repository.importReport({
          project,
          order: anOrder(bench.base, { id }),
          report: aMailReport(bench.base, { order: "up/backend.1.1" }),
          uploadPack,
        });
        expect(report).toMatchObject({
          state: "refused",
          commit: bench.base,
          note: "the clone has no refs/crew/report/up+backend.1.1",
        });
      });

      test("a report of the start itself is a report without a change", async () => {
        expect(await importing(bench.base)).toMatchObject({ state: "done", commit: bench.base });
      });
    });

    describe("import of protected paths", () => {
      const id = (attempt: number) => ({ subject: "shop-12", round: 1, attempt });
      /** Issues the order and imports its report. */
      const reporting = async (attempt: number, start: Oid, files: Readonly<Record<string, string | null>>) => {
        const order = anOrder(start, { id: id(attempt) });
        await repository.createOrder(project, order);
        const commit = await bench.agentCommit({ parents: [start], files, message: "Work" });
        const uploadPack = await bench.report(order.id, commit);
        const report = aMailReport(commit, { order: `shop-12.1.${attempt}` });
        return repository.importReport({ project, order, report, protect: ["migrations/**"], uploadPack });
      };

      test("those of the built-in list and the file's own are told, whatever their case and depth", async () => {
        await begin();
        const files = {
          ".GitHub/workflows/ci.yml": "x",
          "packages/a/CLAUDE.md": "x",
          "Migrations/1.sql": "x",
          "src/other.txt": "x",
        };
        const { protects } = await reporting(1, bench.base, files);
        expect(protects).toEqual([".GitHub/workflows/ci.yml", "Migrations/1.sql", "packages/a/CLAUDE.md"]);
      });

      test("a rename is a change of both names", async () => {
        const files = { ".githooks/pre-push": "x" };
        const start = await bench.personCommit({ parents: [bench.base], files, message: "Hooks" });
        const { protects } = await reporting(1, start, { ".githooks/pre-push": null, ".husky/pre-push": "x" });
        expect(protects).toEqual([".githooks/pre-push", ".husky/pre-push"]);
      });

      test("what an earlier attempt of the round changed is told as long as it stands", async () => {
        await begin();
        const { commit } = await reporting(1, bench.base, { "crew.yaml": "x", "src/other.txt": "x" });
        const second = await reporting(2, commit, { "src/other.txt": "y" });
        expect(second.protects).toEqual(["crew.yaml"]);
        expect(await reporting(3, second.commit, { "crew.yaml": null })).not.toHaveProperty("protects");
      });

      test("what a tip has like that is merged, and told no more", async () => {
        await begin();
        const { commit } = await reporting(1, bench.base, { ".gitattributes": "x", "crew.yaml": "x" });
        const merged = await bench.personCommit({
          parents: [bench.base],
          files: { ".gitattributes": "x" },
          message: "m",
        });
        await repository.moveTip(project, "epic", { from: bench.base, to: merged });
        expect((await reporting(2, commit, { "src/other.txt": "x" })).protects).toEqual(["crew.yaml"]);
      });

      test("what is put back to what a tip behind still has is told", async () => {
        await begin();
        const files = { ".gitattributes": "x" };
        const approved = await bench.personCommit({ parents: [bench.base], files, message: "Approved" });
        await repository.moveTip(project, "epic", { from: bench.base, to: approved });
        await repository.moveTip(project, "frontend", { to: bench.base });
        const order = anOrder(approved);
        await repository.createOrder(project, order);
        const back = { parents: [approved], files: { ".gitattributes": null }, message: "Back" };
        const commit = await bench.agentCommit(back);
        const uploadPack = await bench.report(order.id, commit);
        const report = aMailReport(commit);
        const taken = await repository.importReport({ project, order, report, uploadPack });
        expect(taken.protects).toEqual([".gitattributes"]);
      });
    });

    describe("import of a move upward", () => {
      const files = { "src/app.txt": "OURS\nb\nc\n" };
      const others = { "src/app.txt": "THEIRS\nb\nc\n", "src/child.txt": "child" };
      const upward = async () => {
        await begin();
        const target = await bench.personCommit({ parents: [bench.base], files, message: "Ours" });
        const tip = await bench.personCommit({ parents: [bench.base], files: others, message: "Theirs" });
        const reporting = async (
          attempt: number,
          order: Partial<Order>,
          work: Parameters<typeof bench.agentCommit>[0],
        ) => {
          const issued = anOrder(work.parents[0] ?? bench.base, {
            id: { subject: "up/backend", round: 1, attempt },
            ...order,
          });
          await repository.createOrder(project, issued);
          const commit = await bench.agentCommit(work);
          const uploadPack = await bench.report(issued.id, commit);
          const report = aMailReport(commit, { order: `up/backend.1.${attempt}` });
          return repository.importReport({ project, order: issued, report, uploadPack });
        };
        return { target, tip, reporting };
      };

      test("tells what the role itself changed, in earlier attempts too: neither what it merged nor the conflict's paths", async () => {
        const { target, tip, reporting } = await upward();
        const both = { "src/app.txt": "OURS\nTHEIRS\nb\nc\n", "docs/own.md": "own" };
        const merge = { parents: [target, tip], files: { ...others, ...both }, message: "Resolve" };
        const first = await reporting(1, { kind: "conflict", merge: tip }, merge);
        expect(first.own).toEqual(["docs/own.md"]);
        const resolved = { "web/x.ts": "x", "src/app.txt": "BOTH\nb\nc\n" };
        const mend = { parents: [first.commit], files: resolved, message: "Mend" };
        expect((await reporting(2, { kind: "mend" }, mend)).own).toEqual(["docs/own.md", "web/x.ts"]);
      });

      test("tells of what stands from before a refused report", async () => {
        const { tip, reporting } = await upward();
        const first = await reporting(1, {}, { parents: [tip], files: { "api/c.ts": "c" }, message: "One" });
        expect(first.own).toEqual(["api/c.ts"]);
        const start = { kind: "mend", start: first.commit } as const;
        const lost = { parents: [bench.base], files: { "web/x.ts": "x" }, message: "Lost" };
        const refused = await reporting(2, start, lost);
        expect([refused.state, refused.own]).toEqual(["refused", undefined]);
        const third = { parents: [first.commit], files: { "web/x.ts": "x" }, message: "Three" };
        expect((await reporting(3, start, third)).own).toEqual(["api/c.ts", "web/x.ts"]);
      });

      test("tells nothing where it changed nothing else", async () => {
        const { target, tip, reporting } = await upward();
        const both = { ...others, "src/app.txt": "OURS\nTHEIRS\nb\nc\n" };
        const merge = { parents: [target, tip], files: both, message: "Resolve" };
        expect(await reporting(1, { kind: "conflict", merge: tip }, merge)).not.toHaveProperty("own");
      });

      test("keeps no list of very many", async () => {
        const { tip, reporting } = await upward();
        const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`web/${n}.ts`, "x"]));
        const first = await reporting(1, { kind: "mend" }, { parents: [tip], files: many, message: "Many" });
        expect(first.own).toBe("many");
        const mend = { parents: [first.commit], files: { "a.txt": "a" }, message: "Mend" };
        expect((await reporting(2, { kind: "mend" }, mend)).own).toBe("many");
      });
    });

    describe("import of a resolved conflict", () => {
      const conflict = async () => {
        const ours = await change("src/app.txt", "OURS\nb\nc\n");
        const theirs = await change("src/app.txt", "THEIRS\nb\nc\n");
        for (const [attempt, commit] of [
          [1, ours],
          [2, theirs],
        ] as const) {
          const id = { subject: "shop-11", round: 1, attempt };
          await importing(commit, anOrder(bench.base, { id }), { order: `shop-11.1.${attempt}` });
        }
        const order = anOrder(ours, { kind: "conflict", merge: theirs });
        const resolve = (content: string, parents: readonly Oid[] = [ours, theirs]) =>
          bench.agentCommit({ parents, files: { "src/app.txt": content }, message: "Resolve" });
        return { ours, theirs, order, resolve };
      };

      test("both sides' work is accepted", async () => {
        const { order, resolve } = await conflict();
        const work = await resolve("OURS\nTHEIRS\nb\nc\n");
        expect(await importing(work, order)).toMatchObject({ state: "done", commit: work, oneSided: false });
      });

      test("one side's text everywhere is told", async () => {
        const { order, resolve } = await conflict();
        expect(await importing(await resolve("THEIRS\nb\nc\n"), order)).toMatchObject({
          state: "done",
          oneSided: true,
        });
      });

      test("a marker that is left is refused, with its place", async () => {
        const { order, resolve } = await conflict();
        const left = "x\n<<<<<<< HEAD\nOURS\n=======\nTHEIRS\n>>>>>>> theirs\nb\nc\n";
        expect(await importing(await resolve(left), order)).toMatchObject({
          state: "refused",
          note: "a conflict marker is left in src/app.txt:2",
        });
      });

      test("a resolution that lost the other side's history is refused", async () => {
        const { order, resolve, ours, theirs } = await conflict();
        expect(await importing(await resolve("BOTH\nb\nc\n", [ours]), order)).toMatchObject({
          state: "refused",
          note: `it does not contain ${theirs.slice(0, 7)}, the commit that was to be merged`,
        });
      });

      test("an unresolved one is kept as it is", async () => {
        const { order, resolve, ours } = await conflict();
        const work = await resolve("<<<<<<< HEAD\n", [ours]);
        expect(await importing(work, order, { state: "unresolved" })).toMatchObject({
          state: "unresolved",
          commit: work,
        });
      });
    });

    describe("rescue", () => {
      test("is pinned once, and counted", async () => {
        const first = await change("rescued.txt", "x\n");
        const pin = async (commit: Oid | undefined, n: number) =>
          repository.importRescue({ project, role: "backend", n, uploadPack: await bench.rescue(commit) });
        expect(await pin(undefined, 1)).toBe(false);
        expect(await pin(first, 1)).toBe(true);
        expect(await pin(first, 2)).toBe(false);
        expect(await pin(await change("more.txt", "x\n", [first]), 2)).toBe(true);
        expect((await state()).rescues).toEqual(new Map([["backend", 2]]));
        expect(await bench.files(first)).toMatchObject({ "rescued.txt": "x\n" });
      });
    });

    describe("visible branches", () => {
      const backend = async () => (await state()).branches.get("backend");
      const branch = "feature/auth-backend";
      const show = (from: Oid | undefined, to: Oid) =>
        repository.showBranch(project, { name: "backend", branch, ...(from ? { from } : {}), to });
      const personal = (parent: Oid, name = "p") =>
        bench.personCommit({ parents: [parent], files: { [name]: name }, message: name });

      test("new, same, ahead, rewritten, deleted, foreign", async () => {
        const work = await personal(bench.base, "work");
        expect(await backend()).toEqual({ branch, relation: "new", own: [] });
        await bench.setBranch(branch, bench.base);
        expect(await backend()).toEqual({ branch, relation: "new", oid: bench.base, own: [] });
        await bench.setBranch(branch, work);
        expect(await backend()).toEqual({ branch, relation: "foreign", oid: work, own: [] });
        await bench.setBranch(branch, undefined);

        await show(undefined, work);
        expect(await backend()).toEqual({ branch, relation: "same", oid: work, shown: work, own: [] });
        const own = await personal(work);
        await bench.setBranch(branch, own);
        expect(await backend()).toEqual({ branch, relation: "ahead", oid: own, shown: work, own: [own] });
        const other = await personal(bench.base, "other");
        await bench.setBranch(branch, other);
        expect(await backend()).toEqual({ branch, relation: "rewritten", oid: other, shown: work, own: [other] });
        await repository.moveTip(project, "epic", { to: other });
        expect(await backend()).toEqual({ branch, relation: "rewritten", oid: other, shown: work, own: [] });
        await bench.setBranch(branch, bench.base);
        expect(await backend()).toEqual({ branch, relation: "rewritten", oid: bench.base, shown: work, own: [] });
        await bench.setBranch(branch, undefined);
        expect(await backend()).toEqual({ branch, relation: "deleted", shown: work, own: [] });
      });

      test("showing again is done; from anywhere else it is a conflict", async () => {
        const [a, b] = [await personal(bench.base, "a"), await personal(bench.base, "b")];
        await show(undefined, a);
        await show(undefined, a);
        expect(await codeOf(show(undefined, b))).toBe("conflict");
        expect(await codeOf(show(bench.base, b))).toBe("conflict");
        await show(a, b);
        expect(await backend()).toMatchObject({ relation: "same", oid: b, shown: b });
      });

      test("a branch that is there already gets its note", async () => {
        const a = await personal(bench.base, "a");
        await bench.setBranch(branch, a);
        await show(undefined, a);
        expect(await backend()).toMatchObject({ relation: "same", oid: a, shown: a });
      });

      test("one that is checked out is neither moved nor deleted", async () => {
        const [a, b] = [await personal(bench.base, "a"), await personal(bench.base, "b")];
        await show(undefined, a);
        const path = await bench.checkOut(branch);
        expect(await backend()).toMatchObject({ relation: "same", checkedOutAt: path });
        expect(await codeOf(show(a, b))).toBe("needs-you");
        expect(await codeOf(repository.deleteBranch(project, { name: "backend", branch, from: a }))).toBe("needs-you");
        expect(await backend()).toMatchObject({ relation: "same", oid: a, shown: a });
      });

      test("a rewritten one that is taken is ahead of what it has in common with its target", async () => {
        const work = await personal(bench.base, "work");
        await show(undefined, work);
        const tip = await personal(bench.base, "tip");
        await repository.moveTip(project, "epic", { to: tip });
        const own = await personal(bench.base, "mine");
        await bench.setBranch(branch, own);
        expect(await backend()).toMatchObject({ relation: "rewritten" });
        const take = (shown: Oid, oid: Oid) =>
          repository.takeBranch(project, { name: "backend", shown, oid, target: tip });
        expect(await codeOf(take(tip, own))).toBe("conflict");
        expect(await backend()).toMatchObject({ relation: "rewritten" });
        await take(work, own);
        await take(work, own);
        expect(await backend()).toEqual({ branch, relation: "ahead", oid: own, shown: bench.base, own: [own] });
        const stranger = await bench.personCommit({ parents: [], files: { s: "s" }, message: "s" });
        expect(await codeOf(take(bench.base, stranger))).toBe("failed");
      });

      test("one that lost its last commit and is taken holds what is left of it", async () => {
        const left = await personal(bench.base, "left");
        await show(undefined, await personal(left, "dropped"));
        await bench.setBranch(branch, left);
        const { shown = "" } = (await backend()) ?? {};
        await repository.moveTip(project, "epic", { to: bench.base });
        await repository.takeBranch(project, { name: "backend", shown, oid: left, target: bench.base });
        expect(await backend()).toEqual({ branch, relation: "ahead", oid: left, shown: bench.base, own: [left] });
      });

      test("deleted with its note, only from where it was seen", async () => {
        const [a, b] = [await personal(bench.base, "a"), await personal(bench.base, "b")];
        await show(undefined, a);
        const remove = (from: Oid) => repository.deleteBranch(project, { name: "backend", branch, from });
        expect(await codeOf(remove(b))).toBe("conflict");
        await remove(a);
        await remove(a);
        expect(await backend()).toEqual({ branch, relation: "new", own: [] });
        expect(await bench.branch(branch)).toBeUndefined();
      });
    });

    describe("landing", () => {
      test("moves a base that is not checked out, once, forward only", async () => {
        await begin();
        const a = await bench.personCommit({ parents: [bench.base], files: { a: "a" }, message: "a" });
        const side = await bench.personCommit({ parents: [bench.base], files: { b: "b" }, message: "b" });
        await repository.moveTip(project, "epic", { from: bench.base, to: a });
        await repository.land({ branch: "main", from: bench.base, to: a });
        await repository.land({ branch: "main", from: bench.base, to: a });
        expect((await state()).base).toMatchObject({ oid: a, reachesTip: true, behindTip: true });
        expect(await codeOf(repository.land({ branch: "main", from: bench.base, to: side }))).toBe("conflict");
        expect(await codeOf(repository.land({ branch: "main", from: a, to: side }))).toBe("failed");
        await repository.land({ branch: "main", from: a, to: bench.base });
        expect(await bench.branch("main")).toBe(a);
      });
    });

    const made = (path: string, parent = bench.base) =>
      bench.personCommit({ parents: [parent], files: { [path]: "new\n" }, message: `Make ${path}` });

    describe("undoing", () => {
      const undo = { bead: "shop-12", round: 1, words: "not like this", atMs: 1_700_000_000_123 };

      test("the wish holds what takes the evidence back, whatever was merged since", async () => {
        await begin();
        const first = await made("new.txt");
        const second = await made("other.txt", first);
        await repository.askUndo(project, { ...undo, evidence: first });
        const [asked] = [...(await state()).facts.undos.values()];
        expect(asked).toEqual({ ...undo, evidence: first, commit: expect.any(String) });
        const [tried] = await repository.testMerges([{ source: asked?.commit ?? "", target: second }]);
        if (tried?.kind !== "clean") throw new Error("it conflicts");
        const to = await repository.writeCandidate({
          ...{ target: second, source: asked?.commit ?? "", tree: tried.tree, subject: "Undo", role: "backend" },
          ...{ undo: { id: "shop-12", round: 1 }, gates: [] },
        });
        expect(Object.keys(await bench.files(to)).sort()).toEqual(
          [...Object.keys(await bench.files(bench.base)), "other.txt"].sort(),
        );
        await repository.moveTip(project, "epic", { from: bench.base, to });
        expect((await state()).tips.get("epic")?.chain.at(-1)?.undo).toEqual({ id: "shop-12", round: 1 });
      });

      test("asked again, the later words count; taken back, it is gone, once", async () => {
        await begin();
        const evidence = await made("new.txt");
        await repository.askUndo(project, { ...undo, evidence });
        await repository.askUndo(project, { ...undo, evidence, words: "", atMs: undo.atMs + 5 });
        const [asked] = [...(await state()).facts.undos.values()];
        expect(asked).toMatchObject({ words: "", atMs: undo.atMs + 5 });
        if (!asked) throw new Error("there is none");
        await repository.dropUndo(project, asked);
        await repository.dropUndo(project, asked);
        expect((await state()).facts.undos.size).toBe(0);
      });
    });

    describe("the end", () => {
      test("what is archived is recalled as it was, against the base as it is", async () => {
        await begin();
        await repository.writeFact(project, { kind: "project", value: aProjectFact() });
        await repository.writeVerdict(project, aVerdict(bench.base));
        const work = await made("new.txt");
        await repository.moveTip(project, "epic", { from: bench.base, to: work });
        const { tips, facts, verdicts, start } = await state();
        await repository.archive(project, "shop-1");
        await repository.deleteProject(project, "shop-1");
        expect(await codeOf(repository.recall(project, "shop-2"))).toBe("failed");
        const recalled = await repository.recall(project, "shop-1");
        expect({ ...recalled }).toMatchObject({ tips, facts, verdicts, start, archives: ["shop-1"] });
        expect(recalled.base).toMatchObject({ branch: "main", oid: bench.base, reachesTip: false });
        expect(await repository.chain(bench.base, work)).toEqual(tips.get("epic")?.chain);
        expect(await repository.chain(work, work)).toEqual([]);
      });

      test("an archive holds everything, and only then the project goes", async () => {
        await begin();
        const work = await change("new.txt", "new\n");
        await repository.createOrder(project, anOrder(bench.base));
        await importing(work);
        await repository.writeFact(project, { kind: "project", value: aProjectFact() });
        await repository.writeVerdict(project, aVerdict(bench.base));
        const rescued = await change("rescued.txt", "x\n");
        const uploadPack = await bench.rescue(rescued);
        await repository.importRescue({ project, role: "backend", n: 1, uploadPack });

        expect(await codeOf(repository.deleteProject(project, "shop-1"))).toBe("failed");
        await repository.archive(project, "shop-1");
        await repository.archive(project, "shop-1");
        await repository.createOrder(
          project,
          anOrder(bench.base, { id: { subject: "shop-13", round: 1, attempt: 1 } }),
        );
        expect(await codeOf(repository.deleteProject(project, "shop-1"))).toBe("conflict");
        expect((await state()).orders.length).toBe(2);
        await repository.archive(project, "shop-1");
        await repository.deleteProject(project, "shop-1");
        await repository.deleteProject(project, "shop-1");
        const seen = await state();
        expect(seen).toMatchObject({ archives: ["shop-1"], orders: [], reports: [] });
        expect([seen.tips.size, seen.verdicts.size, seen.start, seen.facts.project]).toEqual([
          0,
          0,
          undefined,
          undefined,
        ]);
        expect(await repository.projects()).toEqual([]);
        expect(await bench.files(rescued)).toMatchObject({ "rescued.txt": "x\n" });
      });
    });

    describe("projects", () => {
      test("each one that is recorded is told, by name", async () => {
        const projects = async () => (await repository.recorded()).projects;
        expect(await projects()).toEqual([]);
        await begin();
        expect(await projects()).toEqual([]);
        const [shop, blog] = [aProjectFact(), aProjectFact({ name: "blog", declaredName: "shop" })];
        await repository.writeFact("shop", { kind: "project", value: shop });
        await repository.writeFact("blog", { kind: "project", value: blog });
        expect(await projects()).toEqual([blog, shop]);
      });

      test("whoever drives one is told with them, and so are the branches", async () => {
        await begin();
        const lease = repository.lease(project, "driver");
        const seen = async () => {
          const { drivers, branches } = await repository.recorded();
          return { drivers: [...drivers].map(([name, { command }]) => [name, command]), branches };
        };
        expect(await seen()).toEqual({ drivers: [], branches: ["main"] });
        await lease.acquire("crew up");
        await repository.lease(project, "lock").acquire("crew plan");
        await repository.showBranch(project, { name: "dev", branch: "feature/dev", to: bench.base });
        expect(await seen()).toEqual({ drivers: [[project, "crew up"]], branches: ["feature/dev", "main"] });
        await lease.release();
        expect((await seen()).drivers).toEqual([]);
      });
    });

    describe("leases", () => {
      test("are held, seen and given back", async () => {
        const lease = repository.lease(project, "lock");
        expect(await lease.holder()).toBeUndefined();
        expect(await lease.acquire("crew up")).toEqual({ held: true });
        expect(await lease.acquire("crew up")).toEqual({ held: true });
        expect(await lease.holder()).toMatchObject({ command: "crew up" });
        expect(await repository.lease(project, "driver").holder()).toBeUndefined();
        await lease.release();
        await lease.release();
        expect(await lease.holder()).toBeUndefined();
      });
    });
  });
}
