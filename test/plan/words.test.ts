// What agents said through their bd: told once as comments by the role, on beads of the epic only; and what they propose.
import { expect, test } from "vitest";
import { beadTree } from "../../src/merge/tree.ts";
import { metadataKeys } from "../../src/model/bead.ts";
import type { Said } from "../../src/model/said.ts";
import { acceptedAs, beadOfProposal, proposalsIn } from "../../src/plan/proposals.ts";
import { aBead, anEpic, given } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { all, anOrder, aProject, aReport, type WorldPart, withBeads } from "../builders/world.ts";

const crew = aCrew(aRole("backend"));
const login = given(aBead("login", { labels: ["backend"] }), "backend");
const other = aBead("other", { labels: ["none"] });
const note = (text: string, bead = "login"): Said => ({ kind: "note", bead, text });

function said(id: string, ...words: readonly Said[]): WorldPart {
  return all(anOrder(id, "backend"), aReport(id, "backend", `work${id}`, { state: "failed", said: words }));
}

function told(...parts: readonly WorldPart[]): string {
  const text = planText(crew, aProject(crew, withBeads(login, other), ...parts));
  return text
    .split(/\n(?=\S)/)
    .filter((part) => /^"?bead\.(comment|mark)/.test(part))
    .join("\n");
}

test("each is a comment by the role, and then the bead is marked", () => {
  const words: readonly Said[] = [
    note("half way"),
    { kind: "blocked", bead: "login", text: "Which port?" },
    { kind: "close", bead: "login", text: "All there" },
    { kind: "proposal", bead: "login", text: JSON.stringify({ title: "Rotate keys", description: "They never are" }) },
  ];
  expect(told(said("login.1.1", ...words))).toMatchInlineSnapshot(`
    "bead.comment:login:login.1.1:1 (backend said so in order login.1.1)
        crew/backend: half way
    bead.comment:login:login.1.1:2 (backend said so in order login.1.1)
        crew/backend: Question: Which port?
    bead.comment:login:login.1.1:3 (backend said so in order login.1.1)
        crew/backend: Done: All there
    bead.comment:login:login.1.1:4 (backend said so in order login.1.1)
        crew/backend: Proposes a bead: Rotate keys. They never are
    bead.mark:login:said (what backend said is told)
        crew_said=1.1
        after bead.comment:login:login.1.1:1, bead.comment:login:login.1.1:2, bead.comment:login:login.1.1:3, bead.comment:login:login.1.1:4"
  `);
});

test("what is not in sight of the bead in hand is said on that bead", () => {
  expect(
    told(said("login.1.1", note("about another", "other"), note("about nobody's", "prod-1"))),
  ).toMatchInlineSnapshot(`
    "bead.comment:login:login.1.1:1 (backend said so in order login.1.1)
        crew/backend: about another
    bead.comment:login:login.1.1:2 (backend said so in order login.1.1)
        crew/backend: about nobody's
    bead.mark:login:said (what backend said is told)
        crew_said=1.1
        after bead.comment:login:login.1.1:1, bead.comment:login:login.1.1:2"
  `);
});

test("only what was not told yet, oldest first", () => {
  const marked = withBeads({ ...login, metadata: { [metadataKeys.said]: "1.1" } });
  const reports = [said("login.1.1", note("old")), said("login.1.2", note("new"))];
  expect(told(...reports, marked)).toMatchInlineSnapshot(`
    "bead.comment:login:login.1.2:1 (backend said so in order login.1.2)
        crew/backend: new
    bead.mark:login:said (what backend said is told)
        crew_said=1.2
        after bead.comment:login:login.1.2:1"
  `);
  expect(told(...reports, withBeads({ ...login, metadata: { [metadataKeys.said]: "1.2" } }))).toBe("");
  expect(told(...reports, withBeads({ ...login, metadata: { [metadataKeys.said]: "2.1" } }))).toBe("");
  // A mark that is none tells nothing.
  expect(
    told(...reports, withBeads({ ...login, metadata: { [metadataKeys.said]: "x" } })).match(/^bead\.comment/gm),
  ).toHaveLength(2);
});

test("a report that says nothing plans nothing", () => {
  expect(told(said("login.1.1"))).toBe("");
});

test("a proposal becomes the same bead however often it is accepted: beside the role's own, with its labels", () => {
  const text = JSON.stringify({ title: "Rotate keys", type: "bug", priority: 0, description: "They never are" });
  const world = aProject(
    crew,
    withBeads(login),
    said(
      "login.1.1",
      note("x"),
      { kind: "proposal", bead: "login", text },
      { kind: "proposal", bead: "prod-1", text: "no JSON" },
    ),
  );
  const tree = beadTree(anEpic().id, world.beads);
  const [first, second] = proposalsIn(world);
  if (!first || !second) throw new Error("no proposals");
  expect([first, second]).toMatchObject([
    { id: "login.1.1:2", role: "backend", title: "Rotate keys", type: "bug", priority: 0, parent: "login" },
    { id: "login.1.1:3", title: "(no title)", type: "task", priority: 2, parent: "prod-1" },
  ]);
  const bead = beadOfProposal(first, { project: crew.name, tree, world });
  expect(bead).toEqual({
    id: expect.stringMatching(/^shop-[0-9a-z]{6}$/),
    title: "Rotate keys",
    description: "They never are",
    acceptance: "",
    type: "bug",
    priority: 0,
    labels: ["backend"],
    parent: login.parent,
    metadata: { crew_project: "shop", crew_key: "proposal:login.1.1:2" },
  });
  expect(beadOfProposal(first, { project: crew.name, tree, world })).toEqual(bead);
  expect(beadOfProposal(second, { project: crew.name, tree, world }).parent).toBe(login.parent);
  expect(acceptedAs(first, crew.name, world.beads)).toBeUndefined();
  expect(acceptedAs(first, crew.name, new Map([[bead.id, aBead(bead.id, { metadata: bead.metadata })]]))?.id).toBe(
    bead.id,
  );
});
