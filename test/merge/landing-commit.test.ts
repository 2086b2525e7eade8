// As which commit an epic landed, and which verdicts are on exactly its tree.
import { expect, test } from "vitest";
import { landingCommit, landingSpan, verdictsOn } from "../../src/merge/landing-commit.ts";
import type { ChainCommit, Tip } from "../../src/model/chain.ts";
import type { Verdict } from "../../src/model/records.ts";
import type { RepositoryState } from "../../src/model/world.ts";
import { oid, treeOf } from "../builders/oids.ts";
import { aWorld } from "../builders/world.ts";

const commit = (name: string, parents: readonly string[], gates: readonly string[] = []): ChainCommit => ({
  oid: oid(name),
  tree: treeOf(name),
  parents: parents.map(oid),
  subject: name,
  gates,
});

const tip: Tip = {
  name: "epic",
  oid: oid("tip"),
  tree: treeOf("tip"),
  chain: [commit("tip", ["base"])],
  reaches: new Set([oid("tip")]),
};

function repository(given: Partial<RepositoryState> & { readonly reachesTip?: boolean }): RepositoryState {
  const { reachesTip = true, ...rest } = given;
  const state = aWorld().repository;
  return { ...state, tips: new Map([["epic", tip]]), base: { ...state.base, reachesTip }, ...rest };
}

test("it is looked for in what base has beyond the tip, once it landed and something was merged", () => {
  expect(landingSpan(repository({}))).toEqual({ tip, base: oid("base") });
  expect(landingSpan(repository({ reachesTip: false }))).toBeUndefined();
  const landed = { how: "squash", commit: oid("squashed") } as const;
  expect(landingSpan(repository({ reachesTip: false, landed }))).toEqual({ tip, base: oid("squashed") });
  expect(landingSpan(repository({ tips: new Map([["epic", { ...tip, chain: [] }]]) }))).toBeUndefined();
});

test.each<[string, Partial<RepositoryState>, readonly ChainCommit[], string, readonly string[] | undefined]>([
  ["a fast-forward is the tip itself, whatever came after", {}, [commit("later", ["tip"])], "tip", undefined],
  ["a merge of crew's names its gates", {}, [commit("landing", ["moved", "tip"], ["k1"])], "landing", ["k1"]],
  [
    "a person's own merge names none",
    {},
    [commit("theirs", ["moved", "tip"]), commit("x", ["theirs"])],
    "theirs",
    undefined,
  ],
  [
    "a squash is the commit that has it",
    { landed: { how: "squash", commit: oid("squashed") } },
    [commit("moved", ["base"]), commit("squashed", ["moved"])],
    "squashed",
    undefined,
  ],
])("%s", (_, given, chain, name, named) => {
  const found = landingCommit(repository(given), tip, chain);
  expect(found).toEqual({ oid: oid(name), tree: treeOf(name), ...(named && { named }) });
});

test("of every gate the last word on exactly that tree counts", () => {
  const says = (key: string, given: Partial<Verdict>): [string, Verdict] => {
    const base = { key, tree: treeOf("tip"), gate: "test", flaky: false, runs: 1, exitCode: 0, output: "" } as const;
    return [key, { ...base, result: "green", atMs: 1, ...given }];
  };
  const verdicts = new Map([
    says("old", { result: "red", atMs: 1 }),
    says("new", { atMs: 2 }),
    says("types", { gate: "a" }),
    says("other", { tree: treeOf("other"), gate: "b" }),
  ]);
  expect(verdictsOn(treeOf("tip"), verdicts).map(({ key }) => key)).toEqual(["types", "new"]);
});
