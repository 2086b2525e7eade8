// When a role's setup runs, and what an image keeps of it.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Bench, Shell } from "./bench.ts";
import { withBench } from "./with-bench.ts";

export function setupScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  describe("setup", () => {
    test("that fails starts no agent, waits, and is tried again when the order comes again", async () => {
      await bench.boot();
      bench.deliver({
        setup: "echo run >>../home/setups; echo registry says 401 >&2; exit 1",
        agent: "echo ran >../home/agent",
      });
      expect(await bench.phase("setup-failed")).toMatchObject({
        order: "b-1.1.1",
        turn: 0,
        detail: "registry says 401",
      });
      expect(bench.read("home/setups")).toBe("run\nrun\nrun\n");
      expect([bench.has("home/agent"), bench.has("turns"), bench.names("inbox/cur")]).toEqual([
        false,
        false,
        ["b-1.1.1"],
      ]);
      bench.deliver({ setup: "echo good >../home/setups", agent: "echo ran >../home/agent" });
      expect(await bench.report()).toMatchObject({ state: "done", turns: 1 });
      await bench.idle();
      bench.deliver({ id: "b-2.1.1", setup: "echo good >../home/setups", agent: "rm ../home/setups" }); // unchanged: not run again
      await bench.report("b-2.1.1");
      expect(bench.has("home/setups")).toBe(false);
    }, 40_000);

    test("runs again when a file of its key is another one than it ran for, and not for any other file", async () => {
      await bench.boot();
      const setup = "cat lock >>../home/setups; echo changed by setup >>lock";
      const run = async (id: string, files: Readonly<Record<string, string>>) => {
        const start = bench.commit(files, id);
        bench.deliver({ id, header: { start }, setup, setupKey: ["gone/lock", "lock"], agent: "git checkout -q lock" });
        await bench.report(id);
        await bench.idle();
        return bench.read("home/setups");
      };
      expect(await run("b-1.1.1", { lock: "one\n" })).toBe("one\n");
      expect(await run("b-2.1.1", { "a.txt": "two\n" })).toBe("one\n");
      expect(await run("b-3.1.1", { lock: "three\n" })).toBe("one\nthree\n");
    }, 40_000);
  });

  describe("a setup that an image keeps", () => {
    const setup = "echo ran >>../home/setups; mkdir made; echo own >made/f";
    const lock = "5626abf0f72e58d7a153368ba57db4c673c0e171"; // of "one\n", as a.txt has it

    /** As gate.sh leaves it in the image. */
    const keep = (key = `${setup}\n${lock} a.txt`) => {
      const kept = join(bench.root, "kept");
      mkdirSync(join(kept, "work/made"), { recursive: true });
      mkdirSync(join(kept, "home/.cache/tool"), { recursive: true });
      writeFileSync(join(kept, "work/made/f"), "kept\n");
      writeFileSync(join(kept, "home/.cache/tool/f"), "kept\n");
      writeFileSync(join(kept, "home/.cache/own"), "kept\n");
      writeFileSync(join(kept, "list"), "made\n");
      writeFileSync(join(kept, "key"), key);
      return { CREW_KEPT: kept };
    };
    const order = { setup, setupKey: ["a.txt"], agent: "cp made/f ../home/found; rm -r made" };

    test("is taken in its place, and what is in HOME already stays", async () => {
      const environment = keep();
      mkdirSync(join(bench.folder, "home/.cache"), { recursive: true });
      writeFileSync(join(bench.folder, "home/.cache/own"), "own\n");
      writeFileSync(join(bench.folder, "log/agent"), "half");
      await bench.boot(environment);
      bench.deliver(order);
      expect(await bench.report()).toMatchObject({ state: "done" });
      const found = ["found", ".cache/tool/f", ".cache/own"].map((name) => bench.read(`home/${name}`));
      expect([bench.has("home/setups"), ...found]).toEqual([false, "kept\n", "kept\n", "own\n"]);
      expect(bench.read("log/agent")).toMatch(/^half\n--- crew: setup, [^\n]* taken from the image: /);
      await bench.idle();
      bench.deliver({ ...order, id: "b-2.1.1", agent: "ls -d made ../home/setups >../home/again" }); // once is enough
      await bench.report("b-2.1.1");
      expect(bench.read("home/again")).toBe("");
    }, 40_000);

    test("runs where it is another one's, or something stands in its way, which stays", async () => {
      await bench.boot(keep(`${setup}\n${lock} other.txt`));
      bench.deliver(order);
      await bench.report();
      expect([bench.read("home/setups"), bench.read("home/found")]).toEqual(["ran\n", "own\n"]);
      await bench.idle();
      keep("echo ran >>../home/setups; true");
      mkdirSync(join(bench.work, "made"));
      writeFileSync(join(bench.work, "made/mine"), "mine\n");
      appendFileSync(join(bench.work, ".git/info/exclude"), "made\n");
      const other = "echo ran >>../home/setups; true";
      bench.deliver({ id: "b-2.1.1", setup: other, agent: "ls made >../home/found" });
      await bench.report("b-2.1.1");
      expect([bench.read("home/setups"), bench.read("home/found")]).toEqual(["ran\nran\n", "mine\n"]);
    }, 40_000);
  });
}
