// What an agent may leave in the folder of its own instance, and that no supervisor waits for ever or loses work over it.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Bench, eventually, type Shell } from "./bench.ts";

export function hostileScenarios(shell: Shell): void {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench(shell);
  });
  afterEach(() => bench.close());

  describe("an agent", () => {
    test("that puts a FIFO or a folder in a file's place holds up neither this order nor the next", async () => {
      await bench.boot();
      const names = [
        "status.new",
        "outbox/.b-1.1.1.new",
        "state/progress.new",
        "state/feedback.new",
        "state/tail",
        "turns",
      ];
      bench.deliver({
        agent: `cd ..; mkfifo ${names.join(" ")} ".crew-room.$(cut -d ' ' -f 1 pid)"; mkdir state/conclusion.new; exit 1`,
        header: { maxTurns: 1 },
      });
      expect(await bench.report()).toMatchObject({ state: "failed" });
      await bench.idle();
      bench.deliver({ id: "b-2.1.1", agent: "rm ../log/agent; mkfifo ../log/agent" });
      expect(await bench.report("b-2.1.1")).toMatchObject({ state: "done" });
      await bench.idle();
      bench.deliver({ id: "b-3.1.1" });
      expect(await bench.report("b-3.1.1")).toMatchObject({ state: "done" });
    });

    test("that left FIFOs behind does not hold up the next supervisor", async () => {
      bench.deliver();
      const names = ["pid", "status.new", "state/progress", "state/fruitless", "state/alive"];
      spawnSync(
        "mkfifo",
        names.map((name) => join(bench.folder, name)),
      );
      bench.spawn();
      await eventually("the claim", () => statSync(join(bench.folder, "pid")).isFile());
      expect(await bench.report()).toMatchObject({ state: "done" });
    });

    test("whose rescue was killed leaves none of its files behind the next start", async () => {
      mkdirSync(join(bench.folder, "state/snapshot.1"));
      for (const name of ["index.1", "plain.1", "parents.1", "snapshot.1/index.2"])
        writeFileSync(join(bench.folder, "state", name), "");
      await bench.boot();
      await bench.idle();
      expect(bench.names("state").filter((name) => /\.\d+$/.test(name))).toEqual([]);
    });

    test("that takes the outbox away is told of, and its report comes with the next delivery", async () => {
      await bench.boot();
      bench.deliver({ agent: "echo done >done.txt; rm -r ../outbox; echo mine >../outbox" });
      expect(await bench.phase("broken")).toMatchObject({ detail: "the report cannot be written" });
      rmSync(join(bench.folder, "outbox"));
      mkdirSync(join(bench.folder, "outbox"));
      bench.deliver();
      const { commit } = await bench.report();
      expect(bench.inClone("ls-tree", "--name-only", commit)).toBe("a.txt\ndone.txt");
    });

    // busybox takes its own dd, whatever the PATH says: there is no such test for it.
    if (shell[0] !== "busybox")
      test("that fills the disk is begun again once there is room, and that is counted", async () => {
        // Stands for a disk that is full as long as the file is there.
        const text = `if [ -e '${join(bench.work, "full")}' ]; then echo "dd: x: No space left on device" >&2; exit 1; fi`;
        bench.before("dd", ".crew-room.", text);
        await bench.boot();
        bench.deliver({ agent: "[ -e ../home/again ] || { touch full ../home/again; exit 1; }" });
        const why = { fruitless: 1, detail: `no space is left on the disk of ${bench.folder}` };
        expect(await bench.phase("broken")).toMatchObject(why);
        rmSync(join(bench.work, "full"));
        expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
        expect(bench.read("turns")).toMatch(/^b-1\.1\.1 1 \d+ full\nb-1\.1\.1 1 \d+ 0\n$/);
        await bench.idle();
        expect(bench.status()).toMatchObject({ fruitless: 0 });
      });

    test("whose branch names a commit that is not there leaves the other branches kept", async () => {
      await bench.boot();
      bench.deliver({ agent: `git branch side; echo ${"1".repeat(40)} >.git/refs/heads/broken` });
      const { commit } = await bench.report();
      await bench.idle();
      bench.deliver({ id: "b-2.1.1" });
      expect(await bench.report("b-2.1.1")).toMatchObject({ state: "done" });
      expect(bench.inClone("rev-parse", "refs/crew/kept/b-2.1.1/heads/feature/dev")).toBe(commit);
    });
  });
}
