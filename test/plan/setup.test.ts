// Set-up: from a bare repository to a project whose roles wait for orders.
import { expect, test } from "vitest";
import { metadataKeys } from "../../src/model/bead.ts";
import { aBead, anEpic } from "../builders/bead.ts";
import { aCrew, aGate, aRole, aTask, epicOf } from "../builders/crew.ts";
import { oid, treeOf } from "../builders/oids.ts";
import { planText } from "../builders/plan-text.ts";
import {
  aBranch,
  anOrder,
  aProject,
  aWorld,
  moved,
  withBase,
  withBeads,
  withFacts,
  withRepository,
} from "../builders/world.ts";

const crew = aCrew(
  aRole("backend"),
  aTask("backend", { type: "feature", role: "backend" }),
  aTask("backend.login", { parent: "backend", role: "backend" }),
  aTask("backend.tokens", { parent: "backend", role: "backend", blockedBy: ["backend.login"] }),
  aGate("test"),
);

/** A bead as the file's task of this key made it. */
function task(id: string, key: string, given: Parameters<typeof aBead>[1] = {}) {
  return aBead(id, { ...given, metadata: { [metadataKeys.project]: "shop", [metadataKeys.key]: key } });
}

test("a new project: beads, record, points, branches, instances; no order before the gates have run", () => {
  const world = aWorld(
    aBranch("backend", { branch: "feature/backend", relation: "new" }),
    aBranch("epic", { branch: "epic/auth", relation: "new" }),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "bead.create:shop-23dn (no epic with key epic:auth)
        "Auth", crew_project=shop crew_key=epic:auth
    bead.create:shop-23dn.1 (task backend has no bead)
        "Do backend" under shop-23dn, crew_project=shop crew_key=backend crew_role=backend
        after bead.create:shop-23dn
    bead.create:shop-23dn.1.1 (task backend.login has no bead)
        "Do backend.login" under shop-23dn.1, crew_project=shop crew_key=backend.login crew_role=backend
        after bead.create:shop-23dn.1
    bead.create:shop-23dn.1.2 (task backend.tokens has no bead)
        "Do backend.tokens" under shop-23dn.1, crew_project=shop crew_key=backend.tokens crew_role=backend
        after bead.create:shop-23dn.1
    bead.link:shop-23dn.1.2<shop-23dn.1.1 (task backend.tokens is blocked by backend.login)
        after bead.create:shop-23dn.1.2, bead.create:shop-23dn.1.1
    project.record (new project)
        after bead.create:shop-23dn, bead.create:shop-23dn.1, bead.create:shop-23dn.1.1, bead.create:shop-23dn.1.2, bead.link:shop-23dn.1.2<shop-23dn.1.1
    start.pin (the epic begins at main)
        base···
        after project.record
    tip.create:epic (collects the work of the epic)
        base···
        after start.pin
    branch.show:backend (not there yet)
        feature/backend: created → base···
        after tip.create:epic, start.pin
    branch.show:epic (not there yet)
        epic/auth: created → base···
        after tip.create:epic, start.pin
    volume.create:backend (not found)
        after project.record, start.pin
    instance.create:backend (not found)
        after volume.create:backend
    instance.start:backend (created)
        after instance.create:backend
    = working"
  `);
});

test("after a crash in the middle of it, what was made is found by its key and the rest goes on", () => {
  const world = aWorld(
    withBeads(
      anEpic(),
      task("auth.1", "backend", { type: "feature" }),
      task("auth.1.1", "backend.login", { parent: "auth.1" }),
    ),
  );
  expect(planText(crew, world)).toMatchInlineSnapshot(`
    "bead.create:auth.1.2 (task backend.tokens has no bead)
        "Do backend.tokens" under auth.1, crew_project=shop crew_key=backend.tokens crew_role=backend
    bead.link:auth.1.2<auth.1.1 (task backend.tokens is blocked by backend.login)
        after bead.create:auth.1.2
    project.record (new project)
        after bead.create:auth.1.2, bead.link:auth.1.2<auth.1.1
    start.pin (the epic begins at main)
        base···
        after project.record
    tip.create:epic (collects the work of the epic)
        base···
        after start.pin
    volume.create:backend (not found)
        after project.record, start.pin
    instance.create:backend (not found)
        after volume.create:backend
    instance.start:backend (created)
        after instance.create:backend
    . bead auth.1.1: ready for backend
    = working"
  `);
});

test("the second pass does nothing but what is left", () => {
  const one = aCrew(aRole("backend"));
  expect(planText(one, aProject(one))).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = settled"
  `);
});

test("base moved before the first order: start and every tip follow, and no order starts at the old one", () => {
  const tree = aCrew(aRole("backend"), aRole("api", { into: "backend" }));
  const world = aProject(
    tree,
    withBeads(aBead("login", { labels: ["api"] })),
    withBase({ oid: oid("base2"), tree: treeOf("base2") }),
  );
  expect(planText(tree, world)).toMatchInlineSnapshot(`
    "start.pin (main moved before the first order)
        base··· → base2··
    tip.follow:epic (main moved before the first order)
        base··· → base2··
        after start.pin
    tip.follow:backend (main moved before the first order)
        base··· → base2··
        after start.pin
    . instance backend: up to date
    . instance api: up to date
    . order login.1.1: waits until the gates are green on main
    . bead login: ready for api
    = working"
  `);
});

test("base went back before the first order and crew was killed between start and tip: the tip follows", () => {
  const one = aCrew(aRole("backend"));
  const ahead = { oid: oid("base2"), tree: treeOf("base2"), parents: [oid("base")], subject: "of base", gates: [] };
  const world = aProject(
    one,
    withRepository({
      start: oid("base"),
      tips: new Map([
        ["epic", { name: "epic", oid: ahead.oid, tree: ahead.tree, chain: [ahead], reaches: new Set([ahead.oid]) }],
      ]),
    }),
  );
  expect(planText(one, world)).toMatchInlineSnapshot(`
    "tip.follow:epic (main moved before the first order)
        base2·· → base···
    branch.show:epic (shows base2··)
        epic/auth: base··· → base2··
    . instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = working"
  `);
});

test("once an order was given the points stand, whatever base does; a tip needed later begins at the one above", () => {
  const tree = aCrew(aRole("backend"), aRole("api", { into: "backend" }));
  const world = aProject(
    tree,
    anOrder("login.1.1", "api"),
    moved("epic", { as: "merge1", source: "work1", role: "backend", bead: { id: "form", round: 1 } }),
    withBase({ oid: oid("base2"), tree: treeOf("base2"), behindTip: false }),
    (given) => withRepository({ tips: new Map([...given.repository.tips].filter(([name]) => name === "epic")) })(given),
  );
  expect(planText(tree, world)).toMatchInlineSnapshot(`
    "tip.create:backend (backend collects the roles that merge into it)
        merge1·
    branch.show:epic (shows merge1·)
        epic/auth: base··· → merge1·
    . instance backend: up to date
    . instance api: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = working"
  `);
});

test("a task that is recorded is not made again when its bead is gone, nor its id given to another, nor its edges drawn again", () => {
  const more = aCrew(
    aRole("backend"),
    aTask("login"),
    aTask("tokens", { blockedBy: ["login"] }),
    aTask("form", { blockedBy: ["login", "tokens"] }),
    aTask("login.captcha", { parent: "login" }),
  );
  const world = aProject(
    more,
    withBeads(task("auth.2", "tokens")),
    withFacts({
      project: {
        name: "shop",
        file: more.file,
        declaredName: "shop",
        text: "before",
        inputs: {},
        epic: "auth",
        slug: "auth",
        keys: { login: "auth.1", tokens: "auth.2" },
        branches: { backend: "feature/backend", epic: "epic/auth" },
        into: { backend: "epic" },
        base: "main",
      },
    }),
  );
  expect(planText(more, world)).toMatchInlineSnapshot(`
    "bead.create:auth.3 (task form has no bead)
        "Do form" under auth, crew_project=shop crew_key=form
    bead.create:auth.4 (task login.captcha has no bead)
        "Do login.captcha" under auth, crew_project=shop crew_key=login.captcha
    bead.link:auth.3<auth.2 (task form is blocked by tokens)
        after bead.create:auth.3
    project.record (the file changed)
        after bead.create:auth.3, bead.create:auth.4, bead.link:auth.3<auth.2
    . instance backend: up to date
    ! unassigned auth.2: no role takes auth.2 (Do auth.2)
        crew assign auth.2 backend
        crew bead show auth.2
        crew bead close auth.2
    = working"
  `);
});

test("the file names an epic that is there: it is adopted", () => {
  const adopting = aCrew(epicOf({ id: "shop-7" }));
  const { parent: _, ...root } = aBead("shop-7", { type: "epic" });
  expect(planText(adopting, aWorld(withBeads(root)))).toMatchInlineSnapshot(`
    "project.record (new project)
    start.pin (the epic begins at main)
        base···
        after project.record
    tip.create:epic (collects the work of the epic)
        base···
        after start.pin
    = working"
  `);
});

test("the file names an epic that is not there", () => {
  expect(planText(aCrew(epicOf({ id: "shop-7" })), aWorld())).toMatchInlineSnapshot(`
    "! other-epic shop-7: there is no bead shop-7
        crew bead list
        crew config
    = settled"
  `);
});

test("a branch that somebody made already is not taken over", () => {
  const one = aCrew(aRole("backend"));
  const world = aProject(one, aBranch("backend", { relation: "foreign", oid: oid("theirs"), own: [oid("theirs")] }));
  expect(planText(one, world)).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! foreign-branch feature/backend: branch feature/backend exists and is not crew's
        git branch -m feature/backend feature/backend-old
        crew up
    = settled"
  `);
});
