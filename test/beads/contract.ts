// What every tracker must do, whatever is behind it. Run on each adapter and on the in-memory fake.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bead, NewBead } from "../../src/model/bead.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Tracker } from "../../src/ports/tracker.ts";
import { aBead, refusal, steppingClock } from "./beads.ts";

export interface TrackerHarness {
  /** A tracker that has seen nothing yet, over the same beads: what another process would see. */
  open(clock: Clock, actor: string): Tracker;
  remove(): void;
}

/** Where a tracker is another program, what that program does in its own way. */
export interface TrackerWays {
  /** It stamps what it writes with the time of the machine. */
  readonly hasOwnClock?: boolean;
  /** It holds no edge to a bead that is not there. */
  readonly dropsDanglingEdges?: boolean;
  /** The text as it keeps it. */
  readonly kept?: (text: string) => string;
  /** The same of a value of metadata. */
  readonly keptInMetadata?: (text: string) => string;
  /** The longest title of letters outside ASCII. */
  readonly longest?: string;
  /** What it takes for no reason. */
  readonly noReason?: string;
  /** How many beads "many" are. */
  readonly many?: number;
  readonly timeoutMs?: number;
}

export function describeTracker(name: string, start: () => TrackerHarness, ways: TrackerWays = {}): void {
  const { hasOwnClock = false, kept = (text) => text, many = 5_000, timeoutMs = 60_000 } = ways;
  /** What must be equal of a bead: without the times, where the program makes them. */
  const without = <T extends Partial<Bead> | undefined>(bead: T): T => {
    if (bead === undefined || !hasOwnClock) return bead;
    const { createdAt: _, updatedAt: __, ...rest } = bead;
    return rest as T;
  };

  describe(`a tracker: ${name}`, { timeout: timeoutMs }, () => {
    let harness: TrackerHarness;
    let tracker: Tracker;
    const fresh = () => harness.open(steppingClock(), "somebody else");
    const seen = async () => await fresh().snapshot();
    const bead = async (id: string) => (await seen()).get(id);
    const comments = async (id: string) => await fresh().comments(id);

    const all = (beads: ReadonlyMap<string, Bead>) => new Map([...beads].map(([id, each]) => [id, without(each)]));

    beforeEach(() => {
      harness = start();
      tracker = harness.open(steppingClock(), "crew/test");
    });
    afterEach(() => harness.remove());

    test("has no beads at first", async () => {
      expect(await tracker.snapshot()).toEqual(new Map());
      expect(await tracker.exportLines()).toBe("");
    });

    describe("create", () => {
      test("holds every field, as another process sees it", async () => {
        await tracker.create(aBead("shop-1", { type: "epic" }));
        await tracker.create(
          aBead("shop-1.1", {
            title: "POST /login",
            description: "five tries",
            acceptance: "429 then",
            priority: 0,
            labels: ["backend", "x"],
            parent: "shop-1",
            metadata: { crew_key: "login", crew_project: "shop" },
          }),
        );
        expect(without(await bead("shop-1.1"))).toEqual(
          without({
            id: "shop-1.1",
            title: "POST /login",
            description: "five tries",
            acceptance: "429 then",
            notes: "",
            status: "open",
            type: "task",
            priority: 0,
            labels: ["backend", "x"],
            parent: "shop-1",
            blockedBy: [],
            metadata: { crew_key: "login", crew_project: "shop" },
            comments: [],
            createdAt: "2026-01-01T00:00:00.002Z",
            updatedAt: "2026-01-01T00:00:00.002Z",
          }),
        );
        expect([...(await seen()).keys()].sort()).toEqual(["shop-1", "shop-1.1"]);
      });

      test("leaves the bead of the same task as it is", async () => {
        const task = aBead("shop-1", { metadata: { crew_key: "login", crew_project: "shop" } });
        await tracker.create(task);
        await tracker.close("shop-1", "done");
        const before = await seen();
        await tracker.create({ ...task, title: "told otherwise" });
        expect(await seen()).toEqual(before);
      });

      test.each<[string, Partial<NewBead>]>([
        ["another task", { metadata: { crew_key: "tokens", crew_project: "shop" } }],
        ["another project", { metadata: { crew_key: "login", crew_project: "blog" } }],
        ["no task", {}],
      ])("refuses an id that %s has", async (_, fields) => {
        await tracker.create(aBead("shop-1", { title: "first", ...fields }));
        const again = aBead("shop-1", { metadata: { crew_key: "login", crew_project: "shop" } });
        expect(await refusal(tracker.create(again))).toEqual({
          code: "conflict",
          message: 'The bead id shop-1 is taken by "first".',
          hint: "See crew bead show shop-1",
        });
      });

      test("a bead without a task never passes for the one that is there", async () => {
        await tracker.create(aBead("shop-1"));
        expect((await refusal(tracker.create(aBead("shop-1")))).code).toBe("conflict");
      });

      test("refuses an unknown parent, naming near ones", async () => {
        await tracker.create(aBead("shop-a3f8"));
        expect(await refusal(tracker.create(aBead("shop-1", { parent: "shop-a3f9" })))).toEqual({
          code: "failed",
          message: "There is no bead shop-a3f9. Did you mean shop-a3f8?",
          hint: "See crew bead list",
        });
        expect(await bead("shop-1")).toBeUndefined();
      });

      test.each<[string, Partial<NewBead>]>([
        ["A bead needs a title.", { title: "  " }],
        ["A bead's title has at most 500 characters; this one has 501.", { title: "é".repeat(501) }],
        ["A bead's priority is 0 (highest) to 4, not 5.", { priority: 5 }],
        ["A bead needs a type, such as task.", { type: "" }],
        ['The bead id "" is empty.', { id: "" }],
        ['The bead id "up" is reserved.', { id: "up" }],
        ["The bead id \"-x\" may hold only letters, digits, '.', '_' and '-'.", { id: "-x" }],
        ["The bead id \"a/b\" may hold only letters, digits, '.', '_' and '-'.", { id: "a/b" }],
        ['The bead id "a..b" is no name that git takes for a ref.', { id: "a..b" }],
        ['The bead id "a.lock" is no name that git takes for a ref.', { id: "a.lock" }],
      ])("refuses: %s", async (message, fields) => {
        expect((await refusal(tracker.create({ ...aBead("shop-1"), ...fields }))).message).toBe(message);
        expect(await seen()).toEqual(new Map());
      });

      test.each([
        ["quotes", `"double" 'single' \`back\` \\n \\`],
        ["line ends", "one\ntwo\r\nthree\u2028four"],
        ["a leading dash", "--force -rf"],
        ["emoji", "🦀 👩‍👩‍👧 ünï ‮ right to left"],
        ["500 characters", ways.longest ?? "🦀".repeat(500)],
        ["control characters", "nul \u0000 escape \u001b[31m"],
        ["a lone surrogate", "half \ud83e"],
      ])("keeps texts with %s exactly", async (_, text) => {
        await tracker.create({ ...aBead("shop-1"), title: text, description: text, acceptance: text, labels: [text] });
        await tracker.comment("shop-1", { author: text, text });
        await tracker.setMetadata("shop-1", "note", text);
        await tracker.claim("shop-1", text);
        await tracker.close("shop-1", text);
        const now = kept(text);
        expect(await bead("shop-1")).toMatchObject({
          title: now,
          description: now,
          acceptance: now,
          labels: [now],
          assignee: now,
          metadata: { note: (ways.keptInMetadata ?? kept)(text) },
          closeReason: now,
        });
        expect(await comments("shop-1")).toMatchObject([{ author: now, text: now }]);
      });
    });

    describe("add", () => {
      test("makes a short id under the prefix, and numbers children", async () => {
        const { id: _, ...draft } = aBead("unused");
        const root = await tracker.add(draft, "shop");
        expect(root).toMatch(/^shop-[a-z0-9]{3,8}$/);
        expect(await tracker.add({ ...draft, parent: root }, "shop")).toBe(`${root}.1`);
        expect(await tracker.add({ ...draft, parent: root }, "shop")).toBe(`${root}.2`);
        expect(await tracker.add({ ...draft, parent: `${root}.2` }, "shop")).toBe(`${root}.2.1`);
        expect((await bead(`${root}.2.1`))?.parent).toBe(`${root}.2`);
      });

      test("two writers at the same instant get two ids", async () => {
        const { id: _, ...draft } = aBead("unused");
        const still: Clock = { ...steppingClock(), nowMs: () => 0 };
        const ids = await Promise.all(
          ["a", "a", "a", "a"].map((actor) => harness.open(still, actor).add(draft, "shop")),
        );
        expect(new Set(ids).size).toBe(4);
        expect((await seen()).size).toBe(4);
      });

      test("refuses an unknown parent", async () => {
        const { id: _, ...draft } = aBead("unused", { parent: "shop-9" });
        expect((await refusal(tracker.add(draft, "shop"))).message).toBe("There is no bead shop-9.");
      });
    });

    describe("addBlocker", () => {
      beforeEach(async () => {
        for (const id of ["shop-1", "shop-2", "shop-3"]) await tracker.create(aBead(id));
        await tracker.create(aBead("shop-1.1", { parent: "shop-1" }));
      });

      test("adds the edge once", async () => {
        await tracker.addBlocker("shop-1", "shop-2");
        const once = await seen();
        await tracker.addBlocker("shop-1", "shop-2");
        expect(once.get("shop-1")?.blockedBy).toEqual(["shop-2"]);
        expect(await seen()).toEqual(once);
      });

      test("keeps the parent beside it", async () => {
        await tracker.addBlocker("shop-1.1", "shop-2");
        await tracker.addBlocker("shop-1.1", "shop-3");
        const { parent, blockedBy } = (await bead("shop-1.1")) ?? {};
        expect([parent, [...(blockedBy ?? [])].sort()]).toEqual(["shop-1", ["shop-2", "shop-3"]]);
      });

      test("refuses a ring, with the path, and changes nothing", async () => {
        await tracker.addBlocker("shop-2", "shop-1");
        await tracker.addBlocker("shop-3", "shop-2");
        const before = await seen();
        expect(await refusal(tracker.addBlocker("shop-1", "shop-3"))).toEqual({
          code: "failed",
          message: "These beads would wait for each other: shop-1 → shop-3 → shop-2 → shop-1",
          hint: "See crew bead show shop-3",
        });
        expect(await seen()).toEqual(before);
      });

      test.each([
        ["itself", "shop-1", "shop-1", "shop-1 → shop-1"],
        ["its parent", "shop-1.1", "shop-1", "shop-1.1 → shop-1 → shop-1.1"],
        ["its child", "shop-1", "shop-1.1", "shop-1 → shop-1.1 → shop-1"],
      ])("refuses a bead that waits for %s", async (_, id, blocker, path) => {
        expect((await refusal(tracker.addBlocker(id, blocker))).message).toBe(
          `These beads would wait for each other: ${path}`,
        );
      });

      test("refuses a ring that closes through a parent", async () => {
        await tracker.addBlocker("shop-2", "shop-1");
        expect((await refusal(tracker.addBlocker("shop-1.1", "shop-2"))).message).toBe(
          "These beads would wait for each other: shop-1.1 → shop-2 → shop-1 → shop-1.1",
        );
      });
    });

    describe("edit and removeBlocker", () => {
      beforeEach(async () => {
        await tracker.create(aBead("shop-1", { type: "epic" }));
        await tracker.create(aBead("shop-1.1", { parent: "shop-1", labels: ["a", "b"] }));
        await tracker.create(aBead("shop-1.2", { parent: "shop-1" }));
        await tracker.addBlocker("shop-1.1", "shop-1.2");
      });

      test("changes what is given and nothing else; the same again changes nothing", async () => {
        const before = await bead("shop-1.1");
        const change = {
          title: "new title",
          description: "more words",
          acceptance: "then",
          type: "bug",
          priority: 0,
          addLabels: ["c"],
          removeLabels: ["a"],
        };
        await tracker.edit("shop-1.1", change);
        const after = await bead("shop-1.1");
        const { addLabels: _, removeLabels: __, ...texts } = change;
        expect(after).toEqual({ ...before, ...texts, labels: ["b", "c"], updatedAt: after?.updatedAt });
        await tracker.edit("shop-1.1", change);
        expect(await bead("shop-1.1")).toEqual(after);
      });

      test("a bead moves under another parent, and out of every one; its blockers stay", async () => {
        await tracker.create(aBead("shop-2", { type: "epic" }));
        await tracker.edit("shop-1.1", { parent: "shop-2" });
        expect(await bead("shop-1.1")).toMatchObject({ parent: "shop-2", blockedBy: ["shop-1.2"] });
        await tracker.edit("shop-1.1", { parent: null });
        expect(await bead("shop-1.1")).not.toHaveProperty("parent");
        expect((await bead("shop-1.1"))?.blockedBy).toEqual(["shop-1.2"]);
      });

      test("refuses what could not have been added, and then changes nothing", async () => {
        const before = await seen();
        expect((await refusal(tracker.edit("shop-1.1", { title: " " }))).message).toBe("A bead needs a title.");
        expect((await refusal(tracker.edit("shop-1.1", { priority: 7 }))).message).toBe(
          "A bead's priority is 0 (highest) to 4, not 7.",
        );
        expect((await refusal(tracker.edit("shop-1.1", { parent: "shop-3" }))).message).toMatch(
          /There is no bead shop-3/,
        );
        expect((await refusal(tracker.edit("shop-1", { parent: "shop-1.1" }))).message).toMatch(/wait for each other/);
        expect(await seen()).toEqual(before);
      });

      test("an edge goes once, and the parent stays", async () => {
        await tracker.removeBlocker("shop-1.1", "shop-1.2");
        const after = await bead("shop-1.1");
        expect(after).toMatchObject({ parent: "shop-1", blockedBy: [] });
        await tracker.removeBlocker("shop-1.1", "shop-1.2");
        expect(await bead("shop-1.1")).toEqual(after);
      });
    });

    describe("claim and release", () => {
      beforeEach(() => tracker.create(aBead("shop-1")));

      test("claim is in progress and assigned; again changes nothing", async () => {
        await tracker.claim("shop-1", "crew/backend");
        const once = await seen();
        await tracker.claim("shop-1", "crew/backend");
        expect(once.get("shop-1")).toMatchObject({ status: "in_progress", assignee: "crew/backend" });
        expect(await seen()).toEqual(once);
      });

      test("one role may follow another, but not a person", async () => {
        await tracker.claim("shop-1", "crew/backend");
        await tracker.claim("shop-1", "crew/frontend");
        expect((await bead("shop-1"))?.assignee).toBe("crew/frontend");
        expect(await refusal(tracker.claim("shop-1", "ann"))).toEqual({
          code: "conflict",
          message: "shop-1 is in progress by crew/frontend.",
          hint: "See crew bead show shop-1",
        });
        await tracker.release("shop-1", "crew/frontend");
        await tracker.claim("shop-1", "ann");
        expect((await refusal(tracker.claim("shop-1", "crew/backend"))).message).toBe("shop-1 is in progress by ann.");
      });

      test("a closed bead is not claimed", async () => {
        await tracker.close("shop-1", "done");
        expect(await refusal(tracker.claim("shop-1", "crew/backend"))).toMatchObject({
          code: "conflict",
          message: "shop-1 is closed.",
        });
        expect((await bead("shop-1"))?.status).toBe("closed");
      });

      test("release opens it for all; again, or by another, changes nothing", async () => {
        await tracker.claim("shop-1", "crew/backend");
        const claimed = await seen();
        await tracker.release("shop-1", "crew/frontend");
        expect(await seen()).toEqual(claimed);
        await tracker.release("shop-1", "crew/backend");
        const released = await seen();
        expect(released.get("shop-1")?.status).toBe("open");
        expect(released.get("shop-1")).not.toHaveProperty("assignee");
        await tracker.release("shop-1", "crew/backend");
        expect(await seen()).toEqual(released);
      });

      test("release leaves what a person closed", async () => {
        await tracker.claim("shop-1", "crew/backend");
        await tracker.close("shop-1", "by hand");
        await tracker.release("shop-1", "crew/backend");
        expect(await bead("shop-1")).toMatchObject({ status: "closed", assignee: "crew/backend" });
      });
    });

    describe("comment and setMetadata", () => {
      beforeEach(() => tracker.create(aBead("shop-1", { metadata: { crew_key: "a" } })));

      test("a comment is said once by each author", async () => {
        await tracker.comment("shop-1", { author: "crew", text: "merged as 3c4d" });
        await tracker.comment("shop-1", { author: "crew", text: "merged as 3c4d" });
        await tracker.comment("shop-1", { author: "ann", text: "merged as 3c4d" });
        await tracker.comment("shop-1", { author: "crew", text: "undone" });
        expect((await comments("shop-1")).map(({ author, text }) => `${author}: ${text}`)).toEqual([
          "crew: merged as 3c4d",
          "ann: merged as 3c4d",
          "crew: undone",
        ]);
      });

      test("metadata is set beside what is there; the same again changes nothing", async () => {
        await tracker.setMetadata("shop-1", "crew_merged", "3c4d");
        const once = await seen();
        await tracker.setMetadata("shop-1", "crew_merged", "3c4d");
        expect(once.get("shop-1")?.metadata).toEqual({ crew_key: "a", crew_merged: "3c4d" });
        expect(await seen()).toEqual(once);
      });
    });

    describe("close and reopen", () => {
      beforeEach(async () => {
        await tracker.create(aBead("shop-1", { type: "epic" }));
        await tracker.create(aBead("shop-1.1", { parent: "shop-1" }));
        await tracker.create(aBead("shop-1.2", { parent: "shop-1" }));
      });

      test("keeps the first reason", async () => {
        await tracker.close("shop-1.1", "landed in main 3c4d");
        const once = await seen();
        await tracker.close("shop-1.1", "again");
        expect(once.get("shop-1.1")).toMatchObject({ status: "closed", closeReason: "landed in main 3c4d" });
        expect(await seen()).toEqual(once);
      });

      test("refuses while a child is open", async () => {
        expect(await refusal(tracker.close("shop-1", "done"))).toEqual({
          code: "failed",
          message: "shop-1 has 2 open children: shop-1.1, shop-1.2.",
          hint: "Close the children first: crew bead close shop-1.1",
        });
        await tracker.close("shop-1.1", "");
        await tracker.claim("shop-1.2", "crew/x");
        expect((await refusal(tracker.close("shop-1", "done"))).message).toBe("shop-1 has an open child: shop-1.2.");
        await tracker.close("shop-1.2", "done");
        await tracker.close("shop-1", "done");
        expect([...(await seen()).values()].map((each) => each.status)).toEqual(["closed", "closed", "closed"]);
        expect((await bead("shop-1.1"))?.closeReason).toBe(ways.noReason);
      });

      test("reopen forgets the reason; of an open one it changes nothing", async () => {
        await tracker.claim("shop-1.2", "crew/x");
        const before = await seen();
        await tracker.reopen("shop-1.1");
        await tracker.reopen("shop-1.2");
        expect(await seen()).toEqual(before);
        await tracker.close("shop-1.1", "done");
        await tracker.reopen("shop-1.1");
        expect((await bead("shop-1.1"))?.status).toBe("open");
        expect(await bead("shop-1.1")).not.toHaveProperty("closeReason");
      });
    });

    test.each<[string, (tracker: Tracker) => Promise<unknown>]>([
      ["addBlocker", (each) => each.addBlocker("shop-l", "shop-1")],
      ["addBlocker, second", (each) => each.addBlocker("shop-1", "shop-l")],
      ["edit", (each) => each.edit("shop-l", { title: "x" })],
      ["removeBlocker", (each) => each.removeBlocker("shop-l", "shop-1")],
      ["claim", (each) => each.claim("shop-l", "crew/x")],
      ["release", (each) => each.release("shop-l", "crew/x")],
      ["comment", (each) => each.comment("shop-l", { author: "a", text: "b" })],
      ["setMetadata", (each) => each.setMetadata("shop-l", "a", "b")],
      ["close", (each) => each.close("shop-l", "done")],
      ["reopen", (each) => each.reopen("shop-l")],
    ])("%s refuses an unknown id, naming near ones", async (_, write) => {
      await tracker.create(aBead("shop-1"));
      const before = await seen();
      expect(await refusal(write(tracker))).toEqual({
        code: "failed",
        message: "There is no bead shop-l. Did you mean shop-1?",
        hint: "See crew bead list",
      });
      expect(await seen()).toEqual(before);
    });

    describe("export and import", () => {
      test("what is exported comes back equal elsewhere, and again changes nothing", async () => {
        await tracker.create(aBead("shop-1", { type: "epic", labels: ["a", "b"], metadata: { k: "v" } }));
        await tracker.create(aBead("shop-1.1", { parent: "shop-1", title: '"quoted"\n🦀' }));
        await tracker.create(aBead("shop-2"));
        await tracker.addBlocker("shop-1.1", "shop-2");
        await tracker.comment("shop-2", { author: "ann", text: "hm" });
        await tracker.claim("shop-1.1", "crew/x");
        await tracker.close("shop-2", "done");
        const lines = await tracker.exportLines();
        const other = start();
        try {
          const target = other.open(steppingClock(), "ann");
          expect(await target.importLines(lines)).toEqual({
            created: ["shop-1", "shop-1.1", "shop-2"],
            updated: [],
            skipped: [],
          });
          expect(all(await target.snapshot())).toEqual(all(await seen()));
          expect(await target.comments("shop-2")).toMatchObject([{ author: "ann", text: "hm" }]);
          expect(await target.importLines(lines)).toEqual({
            created: [],
            updated: [],
            skipped: ["shop-1", "shop-1.1", "shop-2"],
          });
          expect(all(await target.snapshot())).toEqual(all(await seen()));
        } finally {
          other.remove();
        }
      });

      test("the newer line wins, with labels, edges and comments of both", async () => {
        await tracker.create(aBead("shop-1", { labels: ["here"], title: "old", metadata: { here: "1" } }));
        await tracker.create(aBead("shop-2"));
        await tracker.addBlocker("shop-1", "shop-2");
        await tracker.comment("shop-1", { author: "ann", text: "here" });
        const newer = {
          id: "shop-1",
          title: "new",
          status: "deferred",
          updated_at: "2027-01-01T00:00:00Z",
          labels: ["there"],
          metadata: { there: "2" },
          comments: [{ author: "bob", text: "there", created_at: "2026-12-01T00:00:00Z" }],
          dependencies: [{ depends_on_id: "shop-9", type: "blocks" }],
        };
        const older = { id: "shop-2", title: "stale", updated_at: "2020-01-01T00:00:00Z" };
        expect(await tracker.importLines(`${JSON.stringify(newer)}\n${JSON.stringify(older)}\n`)).toEqual({
          created: [],
          updated: ["shop-1"],
          skipped: ["shop-2"],
        });
        expect(await bead("shop-1")).toMatchObject({
          title: "new",
          status: "deferred",
          labels: ["here", "there"],
          metadata: { here: "1", there: "2" },
          blockedBy: ways.dropsDanglingEdges ? ["shop-2"] : ["shop-2", "shop-9"],
        });
        expect((await comments("shop-1")).map(({ text }) => text).sort()).toEqual(["here", "there"]);
        expect((await bead("shop-2"))?.title).toBe("title of shop-2");
      });

      test("refuses a ring and unreadable lines, and then takes nothing", async () => {
        const ring = ["a", "b"].map((id, index, ids) =>
          JSON.stringify({ id, title: id, dependencies: [{ depends_on_id: ids[1 - index], type: "blocks" }] }),
        );
        expect((await refusal(tracker.importLines(ring.join("\n")))).message).toBe(
          "These beads would wait for each other: a → b → a",
        );
        const bad = `${JSON.stringify({ id: "a", title: "a" })}\n{"id":\n[]\n{"title":"b","priority":"1"}\n`;
        expect(await refusal(tracker.importLines(bad))).toMatchObject({
          message: [
            "Cannot read beads:",
            "  import:2: not a JSON object",
            "  import:3: not a JSON object",
            "  import:4: id is missing",
            "  import:4: priority must be a whole number",
          ].join("\n"),
        });
        expect(await seen()).toEqual(new Map());
      });
    });

    test("8 concurrent writers lose nothing", async () => {
      await tracker.create(aBead("shop-0"));
      const writers = Array.from({ length: 8 }, (_, n) => ({ n, tracker: harness.open(steppingClock(), `w${n}`) }));
      await Promise.all(
        writers.map(async (writer) => {
          for (let i = 0; i < 2; i += 1) {
            await writer.tracker.create(aBead(`shop-${writer.n}-${i}`));
            await writer.tracker.comment("shop-0", { author: `w${writer.n}`, text: `${i}` });
          }
        }),
      );
      const beads = await seen();
      expect(beads.size).toBe(17);
      expect(await comments("shop-0")).toHaveLength(16);
    });

    test(`${many} beads`, async () => {
      const last = `shop-${many - 1}`;
      const lines = Array.from({ length: many }, (_, n) =>
        JSON.stringify({
          id: `shop-${n}`,
          title: `[AUTH/backend] Task ${n}`,
          description: "line one\nline two ".repeat(10),
          updated_at: "2026-01-01T00:00:00Z",
          dependencies: n === 0 ? [] : [{ depends_on_id: `shop-${n - 1}`, type: "blocks" }],
        }),
      );
      expect((await tracker.importLines(lines.join("\n"))).created).toHaveLength(many);
      await tracker.setMetadata(last, "crew_merged", "3c4d");
      expect((await refusal(tracker.addBlocker("shop-0", last))).message).toMatch(
        new RegExp(`^These beads would wait for each other: shop-0 → ${last} → .* → shop-1 → shop-0$`),
      );
      const beads = await seen();
      expect(beads.size).toBe(many);
      expect(beads.get(last)?.metadata).toEqual({ crew_merged: "3c4d" });
    });
  });
}
