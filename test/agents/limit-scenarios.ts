// When a preset's program may not ask, or cannot: a limit is waited for, a refusal is a person's to mend.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readerOf } from "../../src/agents/reading/index.ts";
import { type Bench, eventually, type Shell } from "./bench.ts";
import { codex, failed, first, ok, resume, said, scriptedCodex, thread } from "./scripted-codex.ts";
import { withBench } from "./with-bench.ts";

/** At work until it may go. */
const setup = 'touch "$HOME/busy"; until [ -e "$HOME/go" ]; do sleep 0.1; done';

export function limitScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });
  const { boot, deliver, calls } = scriptedCodex(() => bench);

  describe("a turn of a preset", () => {
    test("meets a limit, and asks nothing before its end, also when the supervisor begins anew", async () => {
      await boot(`${thread("t-1")}; ${said({ type: "turn.failed", error: { message: "usage limit" } })}; exit 1`, ok);
      const reader = readerOf({
        ...codex,
        reader: `${codex.reader}/turn.failed/ { say("until", ${Math.floor(Date.now() / 1000) + 12}) }\n`,
      });
      deliver({ reader, header: { maxTurns: 1 } });
      const limited = await bench.phase("limited");
      expect([limited.turn, limited.detail]).toEqual([1, "usage limit"]);
      const until = limited.untilMs ?? 0;
      expect(until - Date.now()).toBeGreaterThan(3_000);
      await bench.terminate();
      // Another instance of the role has another name.
      await bench.boot({ PATH: `${join(bench.folder, "programs")}:${process.env.PATH}`, HOSTNAME: "another" });
      await bench.phase("limited");
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      expect(calls()).toEqual([first, resume("t-1")]);
      const [, again = 0] = bench.read("home/times").trimEnd().split("\n").map(Number);
      expect(again * 1000).toBeGreaterThanOrEqual(until);
    });

    test("asks nothing before the end of a limit that another role has met while it was set up", async () => {
      await boot(`${thread("t-1")}; ${ok}`);
      deliver({ setup });
      await eventually("the setup", () => bench.has("home/busy"));
      const limitUntilSeconds = Math.floor(Date.now() / 1000) + 600;
      deliver({ setup, header: { limitUntilSeconds } });
      await eventually("that it knows", () => bench.status()?.limitUntilMs === limitUntilSeconds * 1000);
      expect(bench.status()?.phase).toBe("setup");
      writeFileSync(join(bench.folder, "home/go"), "");
      expect((await bench.phase("limited")).untilMs).toBe(limitUntilSeconds * 1000);
      bench.post("withdraw-b-1.1.1");
      expect(await bench.report()).toMatchObject({ state: "withdrawn" });
      expect(bench.has("home/calls")).toBe(false);
    });

    test.each([
      ["a year from now", () => Math.floor(Date.now() / 1000) + 31_536_000],
      ["of eleven digits", () => 99_999_999_999],
      ["of twelve", () => 999_999_999_999],
    ])("does not wait for the end of another's limit that nobody can mean: %s", async (_, limitUntilSeconds) => {
      await boot(`${thread("t-1")}; ${ok}`);
      deliver({ setup });
      await eventually("the setup", () => bench.has("home/busy"));
      deliver({ setup, header: { limitUntilSeconds: limitUntilSeconds() } });
      await eventually("that it is taken", () => !bench.has("inbox/new/b-1.1.1"));
      writeFileSync(join(bench.folder, "home/go"), "");
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      expect(calls()).toEqual([first]);
    });

    test("waits to the end of the minute that is named, and not until tomorrow where it has just been", async () => {
      const clock = (ms: number) =>
        new Date(ms).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" }).replace(/\s/g, " ");
      const limit = (ms: number) => failed(`usage limit: try again at ${clock(ms)}.`);
      const begun = Date.now();
      await boot(`${thread("t-1")}; ${limit(begun + 60_000)}`);
      deliver();
      const { untilMs = 0 } = await bench.phase("limited");
      const minuteEnd = (Math.floor((begun + 60_000) / 60_000) + 1) * 60_000;
      expect(untilMs).toBe(minuteEnd);
      bench.post("withdraw-b-1.1.1");
      await bench.report();
    });

    test("waits a little where the minute that is named has just been", async () => {
      const clock = new Date(Date.now() - 120_000).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
      await boot(`${thread("t-1")}; ${failed(`usage limit: try again at ${clock.replace(/\s/g, " ")}.`)}`);
      deliver();
      const { untilMs = 0 } = await bench.phase("limited");
      expect(untilMs - Date.now()).toBeLessThan(120_000);
      bench.post("withdraw-b-1.1.1");
      await bench.report();
    });

    test("waits where no time is named, and a withdrawal ends that", async () => {
      await boot(`${thread("t-1")}; ${failed("unexpected status 529 Overloaded")}`);
      deliver();
      const limited = await bench.phase("limited");
      expect(Math.round(((limited.untilMs ?? 0) - limited.sinceMs) / 1000)).toBeGreaterThan(25);
      bench.post("withdraw-b-1.1.1");
      expect(await bench.report()).toMatchObject({ state: "withdrawn" });
      expect(calls()).toEqual([first]);
    });

    test("is refused for its credential, costs nothing, and is tried again when the order comes again", async () => {
      await boot(`${thread("t-1")}; ${failed("unexpected status 401 Unauthorized: Incorrect API key provided")}`, ok);
      deliver({ header: { maxTurns: 1 } });
      const refused = await bench.phase("refused");
      expect([refused.turn, refused.detail, refused.fruitless]).toEqual([
        1,
        "unexpected status 401 Unauthorized: Incorrect API key provided",
        0,
      ]);
      deliver({ header: { maxTurns: 1 } });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      expect(calls()).toEqual([first, resume("t-1")]);
    });

    test("does not begin where the program is not there", async () => {
      await bench.boot();
      deliver({ header: { program: "no-such-agent" } });
      expect((await bench.phase("setup-failed")).detail).toBe("the program of its agent is not there: no-such-agent");
    });
  });
}
