// A bd that is missing, wrong, slow, killed, chatty or lying: what crew makes of each, and that nothing is done twice.
import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BdOptions } from "../../../src/beads/bd/tracker.ts";
import type { Tracker } from "../../../src/ports/tracker.ts";
import { aBead, refusal, steppingClock } from "../beads.ts";
import { type BdVersion, binaryOf } from "./binaries.ts";
import { type BdWorkspace, bdWorkspace } from "./workspace.ts";
import { type WrappedBd, wrappedBd } from "./wrapped.ts";

export function describeFaults(version: BdVersion): void {
  describe(`faults of bd ${version}`, { timeout: 240_000 }, () => {
    let place: BdWorkspace;
    let wrapped: WrappedBd;
    const open = (options: Partial<BdOptions> = {}): Tracker =>
      place.open(steppingClock(), "crew/test", { command: wrapped.path, ...options });
    const plain = () => place.open(steppingClock(), "reader");
    const bead = async (id: string) => (await plain().snapshot()).get(id);

    beforeEach(() => {
      place = bdWorkspace(version);
      wrapped = wrappedBd(binaryOf(version));
    });
    afterEach(() => {
      place.remove();
      wrapped.remove();
    });

    test("missing: the way out is named", async () => {
      expect(await refusal(open({ command: "no-such-bd" }).snapshot())).toEqual({
        code: "failed",
        message: "There is no no-such-bd, and this repository keeps its beads with it.",
        hint: "Install beads (bd), or name the program in the crew file: tracker: {kind: bd, command: /path/to/bd}",
      });
    });

    test("another program under its name is told apart", async () => {
      wrapped.behave("*", "echo busybox says hello");
      expect((await refusal(open().snapshot())).message).toBe(
        `${wrapped.path} is no bd that crew can work with: it does not say its version`,
      );
      wrapped.behave("version", 'echo "unknown shorthand" >&2; exit 2');
      expect((await refusal(open().about())).message).toBe(
        `${wrapped.path} is no bd that crew can work with: unknown shorthand`,
      );
    });

    test("hanging: it is stopped at the limit, and the next call works", async () => {
      const tracker = open({ limitMs: 5_000 });
      await tracker.create(aBead("shop-1"));
      wrapped.behave("update", "exec sleep 600", 1);
      expect((await refusal(tracker.claim("shop-1", "crew/x"))).message).toBe(
        "bd update shop-1 had not ended after 5 s and was stopped.",
      );
      await tracker.claim("shop-1", "crew/x");
      expect((await bead("shop-1"))?.assignee).toBe("crew/x");
    });

    test.each([
      ["before it wrote", "kill -9 $$"],
      ["after it wrote, before it said so", '"$REAL" "$@" > /dev/null 2>&1; kill -9 $$'],
    ])("killed %s: the same again ends in the same, once", async (_, script) => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      for (const [verb, again] of [
        ["comments", () => tracker.comment("shop-1", { author: "crew/x", text: "a note" })],
        ["update", () => tracker.claim("shop-1", "crew/x")],
        ["import", () => tracker.create(aBead("shop-2", { metadata: { crew_key: "a", crew_project: "p" } }))],
        ["close", () => tracker.close("shop-1", "merged as 3c4d")],
      ] as const) {
        wrapped.behave(verb, script, 1);
        await again().catch(() => undefined);
        await again();
      }
      const beads = await plain().snapshot();
      expect([...beads.keys()].sort()).toEqual(["shop-1", "shop-2"]);
      expect(beads.get("shop-1")).toMatchObject({
        status: "closed",
        assignee: "crew/x",
        closeReason: "merged as 3c4d",
      });
      expect((await plain().comments("shop-1")).map(({ text }) => text)).toEqual(["a note"]);
    });

    test("warnings around its answers change nothing", async () => {
      wrapped.behave(
        "*",
        'echo "Warning: not running {really}"; "$REAL" "$@"; code=$?; echo "Tip: bd doctor"; exit $code',
      );
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      await tracker.claim("shop-1", "crew/x");
      await tracker.comment("shop-1", { author: "crew/x", text: "a note" });
      await tracker.close("shop-1", "done");
      expect([...(await tracker.snapshot()).keys()]).toEqual(["shop-1"]);
      expect(await bead("shop-1")).toMatchObject({ status: "closed", assignee: "crew/x" });
      expect(await plain().comments("shop-1")).toHaveLength(1);
    });

    test("exit 0 with nothing done is a failure that says so", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      wrapped.behave("update", "exit 0");
      expect((await refusal(tracker.claim("shop-1", "crew/x"))).message).toBe(
        "bd did not do it (claim shop-1 for crew/x): it ended with 0 and said nothing",
      );
      wrapped.behave("close", "exit 0");
      expect((await refusal(tracker.close("shop-1", "done"))).code).toBe("failed");
      wrapped.behave("import", "exit 0");
      expect((await refusal(tracker.create(aBead("shop-2")))).message).toBe(
        "bd did not create shop-2: it ended with 0 and said nothing",
      );
      expect((await bead("shop-1"))?.status).toBe("open");
    });

    test("an export that says nothing is not believed: no bead is taken for deleted", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      wrapped.behave("export", "exit 0");
      await tracker.claim("shop-1", "crew/x").catch(() => undefined);
      expect((await refusal(tracker.snapshot())).message).toBe(
        "bd says nothing about the beads: its export is empty, its list is not.",
      );
      wrapped.behave("export", '"$REAL" "$@" | head -c 40; exit 0');
      expect((await refusal(tracker.snapshot())).message).toMatch(/^Cannot read beads:/);
    });

    test("locked by another process: tried again, then told", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      wrapped.behave("update", 'echo "Error: database is locked" >&2; exit 1', 2);
      await tracker.claim("shop-1", "crew/x");
      expect((await bead("shop-1"))?.assignee).toBe("crew/x");
      wrapped.behave("close", 'echo "Error: database is locked" >&2; exit 1');
      expect((await refusal(tracker.close("shop-1", "done"))).message).toBe(
        "bd did not do it (close shop-1: done): database is locked",
      );
    });

    test("a workspace that is broken is told, and left as it is", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      if (version.startsWith("0.")) truncateSync(join(place.workspace.beadsDir, "beads.db"), 5_000);
      else writeFileSync(join(place.workspace.beadsDir, "embeddeddolt/shop/.dolt/noms/manifest"), "5:__DOLT__:torn");
      expect((await refusal(open().snapshot())).message).toMatch(/^bd cannot (open|read) the beads: \S/);
    });

    // 0.47.1 does so by itself when several write at once; later generations were not seen to, and are believed.
    const onlyOld = version.startsWith("0.") ? test : undefined;
    onlyOld?.("what bd loses of a new bead is given back to it", async () => {
      wrapped.behave("import", '"$REAL" "$@"; "$REAL" update shop-2 --remove-label crew-key:a', 1);
      const tracker = open();
      await tracker.create(aBead("shop-2", { metadata: { crew_key: "a", crew_project: "p" } }));
      expect((await bead("shop-2"))?.metadata).toEqual({ crew_key: "a", crew_project: "p" });
    });

    test("a workspace that is gone is told, and no other one is taken for it", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      rmSync(place.workspace.beadsDir, { recursive: true });
      const gone = `The beads workspace ${place.workspace.beadsDir} is not there any more.`;
      expect((await refusal(tracker.snapshot())).message).toBe(gone);
      expect((await refusal(tracker.claim("shop-1", "crew/x"))).message).toBe(gone);
    });

    test("what a person wrote without telling the files is seen before anything is closed or taken", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1", { type: "epic" }));
      await tracker.create(aBead("shop-2"));
      await tracker.snapshot();
      const quietly = version.startsWith("0.") ? ["--no-auto-flush"] : [];
      place.bd(...quietly, "create", "--title=hers", "--description=x", "--parent=shop-1");
      place.bd(...quietly, "update", "shop-2", "--claim");
      expect((await refusal(tracker.close("shop-1", "done"))).message).toMatch(/^shop-1 has an open child: /);
      expect((await refusal(tracker.claim("shop-2", "crew/x"))).message).toBe("shop-2 is in progress by ann.");
    });

    test("a version that nobody tried works by what its help says, and this is told once", async () => {
      wrapped.behave("version", `echo '{"version":"1.97.0","build":"x"}'`);
      const said: string[] = [];
      const tracker = open({ warn: (words) => said.push(words) });
      await tracker.create(aBead("shop-1", { metadata: { crew_key: "a" } }));
      await tracker.claim("shop-1", "crew/x");
      await tracker.close("shop-1", "done");
      expect(await bead("shop-1")).toMatchObject({ status: "closed", metadata: { crew_key: "a" } });
      expect(said).toEqual([
        "bd 1.97.0 has not been tried with crew (0.47.1, 1.0.5, 1.2.2 have); crew goes by what its help says.",
      ]);
    });

    test("a program that is replaced while crew runs is asked again what it is", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      await tracker.claim("shop-1", "crew/x");
      const asked = () => wrapped.calls().filter((call) => call.startsWith("version")).length;
      expect(asked()).toBe(1);
      wrapped.behave("version", '"$REAL" "$@"');
      await tracker.release("shop-1", "crew/x");
      await tracker.close("shop-1", "done");
      expect(asked()).toBe(2);
    });

    test("a look costs no call while nothing changed, one after a change; a write costs one", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      await tracker.snapshot();
      const cost = async (work: () => Promise<unknown>) => {
        const before = wrapped.calls().length;
        await work();
        return wrapped
          .calls()
          .slice(before)
          .map((call) => call.split(" ")[0]);
      };
      expect(await cost(() => tracker.snapshot())).toEqual([]);
      const readBack = version.startsWith("0.") ? ["export"] : [];
      expect(await cost(() => tracker.claim("shop-1", "crew/x"))).toEqual(["update", ...readBack]);
      expect(await cost(() => tracker.setMetadata("shop-1", "crew_merged", "3c4d"))).toEqual(["update", ...readBack]);
      // What closes is decided on the beads as they stand now.
      const lookedAt = version.startsWith("0.") ? [] : ["export"];
      expect(await cost(() => tracker.close("shop-1", "done"))).toEqual([...lookedAt, "close", ...readBack]);
      await tracker.snapshot();
      place.bd("create", "--title=by ann", "--description=x", "--id=shop-2");
      expect(await cost(() => tracker.snapshot())).toEqual(["export"]);
      expect((await tracker.snapshot()).get("shop-2")?.title).toBe("by ann");
      expect(await cost(() => tracker.snapshot())).toEqual([]);
      await Promise.all(Array.from({ length: 9 }, (_, n) => tracker.create(aBead(`shop-n${n}`))));
      expect(wrapped.calls().filter((call) => call.startsWith("import"))).toHaveLength(2);
    });

    test("a bead that somebody made under the id meanwhile stays as it is", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1", { type: "epic" }));
      // Between crew's look and its write.
      wrapped.behave(
        "import",
        '(cd "$PWD" && "$REAL" create --title="by ann" --description=hers --id=shop-1.1 > /dev/null 2>&1); exec "$REAL" "$@"',
        1,
      );
      const mine = aBead("shop-1.1", { parent: "shop-1", metadata: { crew_key: "a", crew_project: "p" } });
      expect(await refusal(tracker.create(mine))).toMatchObject({
        code: "conflict",
        message: 'The bead id shop-1.1 is taken by "by ann".',
      });
      expect(await bead("shop-1.1")).toMatchObject({ title: "by ann", description: "hers" });
    });

    test("nothing but beads is left: no process, no file beside them", async () => {
      const tracker = open();
      await tracker.create(aBead("shop-1"));
      await tracker.comment("shop-1", { author: "a", text: "b" });
      await tracker.close("shop-1", "done");
      expect(place.strangers()).toEqual([]);
      expect(place.processes()).toEqual([]);
    });
  });
}
