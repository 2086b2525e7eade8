// Landing by a pull request: the epic's branch is pushed, the request opened, and the base there looked at until it has the
// epic, by whatever way.
import { expect, test } from "vitest";
import { metadataKeys } from "../../src/model/bead.ts";
import type { Landed, RemoteState } from "../../src/model/remote.ts";
import { plan } from "../../src/plan/plan.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { nowMs, oid, startedAtMs, treeOf } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  all,
  aProject,
  aVerdict,
  merged,
  reported,
  shows,
  type WorldPart,
  withBeads,
  withFacts,
  withRepository,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aGate("test"), settings({ land: "pr" }));
const marked = { metadata: { [metadataKeys.merged]: oid("merge1") } };
const title = "Say *hello* to @everyone, closes #12 <b>";
const login = given({ ...aBead("login", { labels: ["backend"], ...marked }), title }, "backend");
const looked = { upstream: { remote: "origin", branch: "main", oid: oid("base"), atMs: nowMs - 1000 } };
const approved = withFacts({ land: { tip: oid("merge1"), atMs: 600_000 }, ...looked });
const isOpen = withFacts({ pullRequest: { tip: oid("merge1"), url: "https://forge/7", atMs: 700_000 } });

function aRemote(given: Partial<RemoteState> = {}): WorldPart {
  return withRepository({
    remote: { name: "origin", names: ["origin"], records: new Map(), pushed: new Map(), ...given },
  });
}

const epicPushed = aRemote({ pushed: new Map([["refs/heads/epic/auth", oid("merge1")]]) });
const allMerged = all(
  withBeads(login),
  reported("login.1.1", "backend", "work1"),
  merged("login", "backend", { source: "work1", as: "merge1" }),
  shows("epic", "merge1"),
  shows("backend", "work1"),
  aVerdict(crew, treeOf("merge1"), "green"),
  aRemote(),
);

test("all is merged: crew land is a person's word here too", () => {
  expect(planText(crew, aProject(crew, allMerged))).toContain("= landable");
});

test("approved: the epic's branch is pushed, and that branch alone", () => {
  expect(planText(crew, aProject(crew, allMerged, approved))).toMatchInlineSnapshot(`
    "remote.push (1 ref changed since the last push)
        refs/heads/epic/auth: nothing → merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("its branch is there: the pull request is opened", () => {
  expect(planText(crew, aProject(crew, allMerged, approved, epicPushed))).toMatchInlineSnapshot(`
    "remote.propose (all is merged, and its branch is on the remote)
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("what it says: words of people and agents without markup, mentions or keywords", () => {
  const world = aProject(crew, allMerged, approved, epicPushed);
  const { operations } = plan(crew, world, { startedAtMs, allowRedBase: false });
  const [body] = operations.flatMap((each) => (each.kind === "remote.propose" ? [each.request.body] : []));
  expect(body?.replaceAll("\u2060", "(wj)")).toMatchInlineSnapshot(`
    "1 of 1 beads of epic auth, collected on \`epic/auth\` from \`main at base···\`.

    ### Beads

    - [x] login Say \\*hello\\* to @(wj)everyone, closes #(wj)12 \\<b\\>: merge1·································· by backend

    ### Gates

    | gate | verdict | command |
    | --- | --- | --- |
    | \`test\` | green | \`run test\` |

    ### Roles

    | role | branch | orders | turns |
    | --- | --- | --- | --- |
    | backend | \`feature/backend\` | 1 | 1 |
    "
  `);
});

test("open: nothing is left to do here", () => {
  expect(planText(crew, aProject(crew, allMerged, approved, epicPushed, isOpen))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! pull-request epic/auth: the pull request https://forge/7 waits to be merged into main
        crew land
    = proposed"
  `);
});

const ends: readonly ["closed" | "merged", string][] = [
  ["closed", "was closed without being merged: reopen it there, or crew land opens another"],
  [
    "merged",
    "was merged there, yet main does not hold what the epic is here (changed on the way, or merged elsewhere): crew land opens another for the rest",
  ],
];
test.each(ends)(
  "%s there, and base does not have it: a person's, until crew land is said once more",
  (ended, words) => {
    const fact = { tip: oid("merge1"), url: "https://forge/7", ended, atMs: 700_000 };
    const over = all(allMerged, approved, epicPushed, withFacts({ pullRequest: fact }));
    const attention = `! pull-request epic/auth: the pull request https://forge/7 ${words}`;
    const text = planText(crew, aProject(crew, over));
    expect(text).toContain(`${attention}\n    crew land\n= settled`);
    const again = withFacts({ land: { tip: oid("merge1"), atMs: 700_001 }, ...looked });
    expect(planText(crew, aProject(crew, over, again))).toContain("remote.propose");
  },
);

test("the pull request is asked after as long as it is out there, and no more while another is opened", () => {
  const fact = { tip: oid("merge1"), url: "https://forge/7", atMs: 700_000 };
  const asked = (...parts: readonly WorldPart[]) => {
    const world = aProject(crew, allMerged, approved, epicPushed, ...parts);
    const { operations } = plan(crew, world, { startedAtMs: nowMs, allowRedBase: false });
    return operations.flatMap((each) => (each.kind === "remote.fetch" ? [each.request] : []));
  };
  expect(asked(isOpen)).toEqual([{ branch: "epic/auth", fact }]);
  const closed = { ...fact, ended: "closed" as const };
  expect(asked(withFacts({ pullRequest: closed }))).toEqual([{ branch: "epic/auth", fact: closed }]);
  const again = withFacts({ pullRequest: closed, land: { tip: oid("merge1"), atMs: 700_001 } });
  expect(asked(again)).toEqual([undefined]);
});

test("the tip moved on and is approved: pushed and proposed anew", () => {
  const older = withFacts({ pullRequest: { tip: oid("merge0"), url: "https://forge/7", atMs: 700_000 } });
  expect(planText(crew, aProject(crew, allMerged, approved, epicPushed, older))).toContain("remote.propose");
});

test("the base is looked at twice a minute, and as soon as a person says so", () => {
  const waits = all(allMerged, approved, epicPushed, isOpen);
  expect(planText(crew, aProject(crew, waits))).not.toContain("remote.fetch");
  expect(planText(crew, aProject(crew, waits), { startedAtMs: nowMs })).toContain("remote.fetch");
  const late = withFacts({ upstream: { ...looked.upstream, atMs: nowMs - 30_000 } });
  expect(planText(crew, aProject(crew, waits, late))).toMatchInlineSnapshot(`
    "remote.fetch (it may have been merged on origin)
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! pull-request epic/auth: the pull request https://forge/7 waits to be merged into main
        crew land
    = proposed"
  `);
});

const ways: readonly Landed["how"][] = ["merge", "squash", "rebase"];
test.each(ways)("seen on base by %s: beads close as after a merge, with the commit there", (how) => {
  const landed = { how, commit: oid("theirs") };
  const world = aProject(crew, allMerged, approved, epicPushed, isOpen, withRepository({ landed }));
  expect(planText(crew, world)).toMatchSnapshot();
});

test("the file says merge, a person said --pr", () => {
  const usual = settings({ land: "merge" })(crew);
  const said = withFacts({ land: { tip: oid("merge1"), how: "pr", atMs: 600_000 }, ...looked });
  const world = aProject(usual, allMerged, said, epicPushed);
  expect(planText(usual, world)).toContain("remote.propose");
  expect(planText(usual, world)).not.toContain("base.land");
});

test("base was rewritten on the remote: a person's word once more, and it is looked at again", () => {
  const rewritten = aRemote({ isBaseRewritten: true });
  const text = planText(crew, aProject(crew, allMerged, approved, isOpen, rewritten), { startedAtMs: nowMs });
  expect(text).toMatchInlineSnapshot(`
    "remote.fetch (it may have been merged on origin)
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! base-rewritten main: main was rewritten: it no longer contains base···, where the epic began, and landing would bring that back
        git log main..base···
        crew land --allow-rewritten-base
    = settled"
  `);
});

test("no remote: said with the way out", () => {
  const { name: _name, ...nameless } = { name: "", names: [], records: new Map(), pushed: new Map() };
  const world = aProject(crew, allMerged, approved, withRepository({ remote: nameless }));
  expect(planText(crew, world)).toContain("! no-remote remote: nothing can be pushed");
});
