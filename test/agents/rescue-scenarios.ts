// What a rescue holds, and when there is none: work that is not in it goes with the folder. On real git, under each shell.
import { execFileSync } from "node:child_process";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Bench, type Shell } from "./bench.ts";

export function rescueScenarios(shell: Shell): void {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench(shell);
  });
  afterEach(() => bench.close());

  const write = (name: string, text: string | Uint8Array) => writeFileSync(join(bench.work, name), text);
  const rescue = () => bench.run("rescue", bench.folder);
  const rescued = (...names: readonly string[]) =>
    names.map((name) => bench.inClone("show", `refs/crew/rescue:${name}`));

  describe("a rescue", () => {
    test("whose git is ended while it adds the files is none", () => {
      write("loose.txt", "loose");
      bench.before("git", " add ", "kill -s KILL $$");
      expect(rescue).toThrow();
      expect(bench.inClone("for-each-ref", "refs/crew")).toBe("");
    });

    test("holds what git cannot convert as it is, whatever it is named", () => {
      write(".gitattributes", "odd.txt working-tree-encoding=UTF-16\n");
      write("odd.txt", "not that encoding");
      write("No space left on device", "loose");
      rescue();
      expect(rescued("odd.txt", "No space left on device")).toEqual(["not that encoding", "loose"]);
    });

    test("holds what was changed in the second in which it was staged", () => {
      const staged = new Date("2020-01-01T00:00:00Z");
      const put = (text: string) => {
        write("quick.txt", text);
        utimesSync(join(bench.work, "quick.txt"), staged, staged);
      };
      bench.inClone("config", "core.trustctime", "false");
      put("old");
      bench.inClone("add", "quick.txt");
      put("new");
      utimesSync(join(bench.work, ".git/index"), staged, staged);
      rescue();
      expect(rescued("quick.txt")).toEqual(["new"]);
    });

    test("leaves nothing of what git wrote in vain", () => {
      const half = join(bench.work, ".git/objects/tmp_obj_x");
      writeFileSync(half, "half");
      rescue();
      expect(existsSync(half)).toBe(false);
    });

    test("holds an amended commit also after a look at the work as it stands", () => {
      const commit = ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty"];
      bench.inClone(...commit, "-m", "First");
      bench.inClone(...commit, "--amend", "-m", "Amended");
      bench.run("snapshot", bench.folder);
      rescue();
      expect(bench.inClone("log", "--format=%s", "refs/crew/rescue").split("\n")).toContain("First");
    });

    test.each([
      ["names a file", "git update-ref refs/crew/rescue $(git hash-object -w a.txt)"],
      ["names nothing", "echo 1111111111111111111111111111111111111111 >.git/refs/crew/rescue"],
      ["is no ref", "echo nonsense >.git/refs/crew/rescue"],
      ["stands for the role's branch", "git symbolic-ref refs/crew/rescue refs/heads/feature/dev"],
    ])("is made where the ref %s, and moves no branch", (_what, command) => {
      const branch = bench.inClone("rev-parse", "feature/dev");
      write("loose.txt", "loose");
      execFileSync("sh", ["-ec", `mkdir -p .git/refs/crew; ${command}`], { cwd: bench.work });
      rescue();
      expect(rescued("loose.txt")).toEqual(["loose"]);
      expect(bench.inClone("rev-parse", "feature/dev")).toBe(branch);
    });
  });
}
