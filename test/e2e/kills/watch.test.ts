// What is watched while a story is killed is really seen: each thing that must never be is done here by hand.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aBench, type Bench } from "../bench.ts";
import { watchOf } from "./watch.ts";

const root = "refs/crew/p/story";
let bench: Bench;
let tree: string;
let look: () => void;

/** A tip that was moved once, by two green gates. */
beforeEach(() => {
  bench = aBench({ "a.txt": "a\n" });
  tree = bench.git("rev-parse", "HEAD^{tree}");
  bench.git("update-ref", `${root}/start`, "HEAD");
  bench.git("update-ref", `${root}/tip/epic`, commit("Merge a\n\nCrew-Role: a\nCrew-Gates: one two", "-p", "HEAD"));
  judge("one", "green", tree);
  judge("two", "green", tree);
  look = watchOf(bench);
  look();
});
afterEach(() => bench.remove());

function commit(message: string, ...parents: readonly string[]): string {
  return bench.git("commit-tree", tree, ...parents, "-m", message);
}

function judge(key: string, result: string, judged: string): void {
  writeFileSync(
    join(bench.repository, "verdict"),
    JSON.stringify({ key, result, tree: judged, output: "two\n\nlines" }),
  );
  bench.git("update-ref", `${root}/gate/${key}`, bench.git("hash-object", "-w", "verdict"));
}

test("a tip that stands where one of its gates is red, or was green on another tree, or is gone", () => {
  judge("two", "red", tree);
  expect(look).toThrow(/without a green verdict: expected 'tip\/epic at/);
  judge("two", "green", bench.git("hash-object", "-wt", "tree", "/dev/null"));
  expect(look).toThrow(/without a green verdict: expected 'tip\/epic at/);
  bench.git("update-ref", "-d", `${root}/gate/two`);
  expect(look).toThrow(/without a green verdict: expected 'tip\/epic at/);
  judge("two", "green", tree);
  look();
});

test("a head that no ref reaches any more", () => {
  const ref = `${root}/report/a.1.1.1`;
  bench.git("update-ref", ref, commit("Work"));
  look();
  bench.git("update-ref", "-d", ref);
  expect(look).toThrow(/heads that were lost: expected 'refs\/crew\/p\/story\/report\/a/);
});
