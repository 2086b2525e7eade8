// Landing: once all is merged and a person says so; base may have moved; what goes wrong is a person's.
import { expect, test } from "vitest";
import { metadataKeys } from "../../src/model/bead.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { oid, treeOf } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  aheadBy,
  all,
  aProject,
  aVerdict,
  landingMerge,
  merged,
  reported,
  shows,
  withBase,
  withBeads,
  withFacts,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aGate("test"));
const marked = { metadata: { [metadataKeys.merged]: oid("merge1") } };
const login = given(aBead("login", { labels: ["backend"], ...marked }), "backend");
const allMerged = all(
  withBeads(login),
  reported("login.1.1", "backend", "work1"),
  merged("login", "backend", { source: "work1", as: "merge1" }),
  shows("epic", "merge1"),
  shows("backend", "work1"),
  aVerdict(crew, treeOf("merge1"), "green"),
);
const approved = withFacts({ land: { tip: oid("merge1"), atMs: 600_000 } });
const rewritten = withBase({ oid: oid("base2"), tree: treeOf("base2"), behindTip: false, isRewritten: true });
const baseMoved = withBase({ oid: oid("base2"), tree: treeOf("base2"), behindTip: false });
const together = oid("t-landing");

test("all is merged: crew land is a person's word", () => {
  expect(planText(crew, aProject(crew, allMerged))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = landable"
  `);
});

test("approved, base unmoved: the base is moved forward to the tip", () => {
  expect(planText(crew, aProject(crew, allMerged, approved))).toMatchInlineSnapshot(`
    "base.land:main (all is merged; fast-forward from base···)
        main: base··· → merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("review: none lands by itself", () => {
  const free = settings({ review: "none" })(crew);
  expect(planText(free, aProject(free, allMerged))).toMatchInlineSnapshot(`
    "base.land:main (all is merged; fast-forward from base···)
        main: base··· → merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("an approval of an earlier tip says nothing", () => {
  const world = aProject(crew, allMerged, withFacts({ land: { tip: oid("merge0"), atMs: 600_000 } }));
  expect(planText(crew, world)).toBe(planText(crew, aProject(crew, allMerged)));
});

test("base checked out: landed in that work tree", () => {
  expect(
    planText(crew, aProject(crew, allMerged, approved, withBase({ checkedOutAt: "/src/shop" }))),
  ).toMatchInlineSnapshot(`
    "base.land:main (all is merged; fast-forward from base···)
        main: base··· → merge1· in /src/shop
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("base moved: the merge of both is tested first, then landed", () => {
  const world = aProject(crew, allMerged, approved, baseMoved, landingMerge(together));
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "gate.start:test:….1 (no verdict on the landing)
        on base2·· + merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
  expect(planText(crew, aVerdict(crew, together, "green")(world))).toMatchInlineSnapshot(`
    "base.land:main (all is merged; merged with main, which moved)
        main: base2·· → base2·· + merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("base rewritten: landing would bring back what was taken out, so a person says it once more", () => {
  const world = aProject(crew, allMerged, rewritten, landingMerge(together), aVerdict(crew, together, "green"));
  expect(planText(crew, approved(world))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! base-rewritten main: main was rewritten: it no longer contains base···, where the epic began, and landing would bring that back
        git log main..base···
        crew land --allow-rewritten-base
    = settled"
  `);
  const allowed = withFacts({ land: { tip: oid("merge1"), allowsRewrittenBase: true, atMs: 600_000 } });
  expect(planText(crew, allowed(world))).toMatchInlineSnapshot(`
    "base.land:main (all is merged; merged with main, which moved)
        main: base2·· → base2·· + merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("base moved and conflicts: a person's", () => {
  expect(
    planText(crew, aProject(crew, allMerged, approved, baseMoved, landingMerge(["src/app.ts"]))),
  ).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! land-conflict main: the epic conflicts with main, which moved, in src/app.ts
        git switch epic/auth && git merge main
        crew land
    = settled"
  `);
});

test("red on the landing: a person's, until that person says land again", () => {
  const world = aProject(
    crew,
    allMerged,
    baseMoved,
    landingMerge(together),
    aVerdict(crew, together, "red", { atMs: 650_000 }),
  );
  expect(planText(crew, approved(world))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! land-red main: gate test is red on the landing
        crew logs gate:test
        crew land
    = settled"
  `);
  const again = withFacts({ land: { tip: oid("merge1"), atMs: 700_000 } });
  expect(planText(crew, again(world))).toMatchInlineSnapshot(`
    "gate.start:test:….3 (red before; tried again)
        on base2·· + merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("a gate only on land runs when it lands", () => {
  const late = aCrew(aRole("backend"), aGate("smoke", { on: ["land"] }));
  expect(planText(late, aProject(late, allMerged, approved))).toMatchInlineSnapshot(`
    "gate.start:smoke:….1 (no verdict on the landing)
        on merge1·
    . instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    = working"
  `);
});

test("landing waits for a bead that is not merged, and for a person's commits", () => {
  const open = aProject(
    crew,
    allMerged,
    approved,
    withBeads({ ...aBead("tokens", { labels: ["backend"] }), status: "deferred" }),
  );
  expect(planText(crew, open)).not.toContain("base.land");
  expect(planText(crew, aProject(crew, allMerged, approved, aheadBy("epic", "mine1")))).not.toContain("base.land");
});

test("a person closed the epic: nothing is landed", () => {
  const world = aProject(crew, allMerged, approved);
  const epic = world.beads.get("auth");
  const text = planText(crew, withBeads(...(epic ? [{ ...epic, status: "closed" }] : []))(world));
  expect(text).toMatchInlineSnapshot(`
    ". instance backend: up to date
    . bead login: merged into epic; closed when the epic lands
    ! epic-closed auth: epic auth is closed: nothing is handed out or landed
        crew bead reopen auth
        crew down
    = settled"
  `);
});
