// Nothing that a turn has started is left when it ends.
import { describe, expect, test } from "vitest";
import { type Bench, eventually, type Shell } from "./bench.ts";
import { long, sleeping } from "./long-sleep.ts";
import { withBench } from "./with-bench.ts";

export function leftoverScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  describe("an order", () => {
    test("is ended when its time is over, with everything that it started", async () => {
      await bench.boot();
      bench.deliver({
        agent: `trap '' TERM; setsid sleep ${long(300)} & env -i sleep ${long(301)} & sleep ${long(302)}`,
        header: { maxTurns: 1, turnTimeoutSeconds: 1 },
      });
      expect(await bench.report()).toMatchObject({ state: "failed", turns: 1, note: "not finished after 1 s" });
      await eventually("nothing but the supervisor", () => bench.strangers().length === 0);
      expect(sleeping(long(300), long(301), long(302))).toEqual([]);
      expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 [12] timeout\n$/);
    });

    test("leaves no process behind: neither one in a new session nor one that wiped its environment", async () => {
      await bench.boot();
      bench.deliver({
        agent: `setsid sleep ${long(310)} & env -i sleep ${long(311)} & (setsid env -i sleep ${long(312)} &) ; sleep 0.2; echo done >done`,
      });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      // The third did both, as a grandchild: it escapes, and is shown to, so that the first two prove something.
      expect(sleeping(long(310), long(311))).toEqual([]);
      const escaped = sleeping(long(312));
      expect(escaped).toHaveLength(1);
      for (const pid of escaped) process.kill(pid, "SIGKILL");
    });

    // busybox sh runs its own awk, whatever PATH has.
    if (shell[0] !== "busybox") {
      test("leaves none behind where the list of them could not be made at once", async () => {
        const fails = `if [ -e "$HOME/leaving" ] && mkdir "$HOME/failed" 2>/dev/null; then exit 2; fi`;
        bench.before("awk", "session=", fails);
        await bench.boot();
        bench.deliver({ agent: `setsid sleep ${long(313)} & sleep 0.2; touch "$HOME/leaving"` });
        await bench.report();
        expect([bench.has("home/failed"), sleeping(long(313))]).toEqual([true, []]);
      });
    }
  });
}
