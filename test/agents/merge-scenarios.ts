// A merge that an order brings: resolved by the agent, or handed back.
import { describe, expect, test } from "vitest";
import type { Bench, Shell } from "./bench.ts";
import { promptOf, savePrompt } from "./saved-prompt.ts";
import { withBench } from "./with-bench.ts";

export function mergeScenarios(shell: Shell): void {
  let bench: Bench;
  withBench(shell, (made) => {
    bench = made;
  });

  describe("a merge under way", () => {
    const theirs = () => {
      bench.inRepository("checkout", "-q", "-b", "theirs");
      const commit = bench.commit({ "a.txt": "theirs\n" }, "Theirs");
      bench.inRepository("checkout", "-q", "main");
      return { merge: commit, start: bench.commit({ "a.txt": "ours\n" }, "Ours") };
    };

    test("that is left unmerged goes back, and at last is reported as unresolved with both sides as parents", async () => {
      const header = { ...theirs(), maxTurns: 2, kind: "conflict" };
      await bench.boot();
      bench.deliver({
        header,
        agent: `${savePrompt}; git status --short >>"$HOME/seen"; echo half >a.txt`,
        check: "touch ../home/checked",
      });
      const report = await bench.report();
      expect(report).toMatchObject({ state: "unresolved", turns: 2, note: "unmerged: a.txt", detail: "a.txt\n" });
      expect(bench.read("home/seen")).toBe("UU a.txt\nUU a.txt\n");
      expect(promptOf(bench, 1)).toBe(
        "Do the bead.\n\n\nThese paths are still unmerged. Resolve each and git add it:\n\na.txt\n",
      );
      expect(bench.has("home/checked")).toBe(false);
      expect(bench.inClone("log", "-1", "--format=%P", report.commit)).toBe(`${header.start} ${header.merge}`);
      expect(bench.inClone("show", `${report.commit}:a.txt`)).toBe("half");
    });

    test("that is resolved but not committed becomes the merge commit", async () => {
      const header = { ...theirs(), kind: "conflict" };
      await bench.boot();
      bench.deliver({ header, agent: "echo both >a.txt; git add a.txt" });
      const report = await bench.report();
      expect(report).toMatchObject({ state: "done", turns: 1 });
      expect(bench.inClone("log", "-1", "--format=%P", report.commit)).toBe(`${header.start} ${header.merge}`);
      expect(bench.inClone("show", `${report.commit}:a.txt`)).toBe("both");
    });
  });
}
