// Instances: drift is shown field by field; a role at work is left alone until its turn has ended.
import { expect, test } from "vitest";
import { aCrew, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { anInstance, aProject, atWork, withRuntime } from "../builders/world.ts";

const crew = aCrew(aRole("backend", { environment: { LEVEL: "debug", PORT: "80" } }));
const drifted = anInstance("backend", { spec: { role: "backend", environment: { LEVEL: "info", HOST: "::" } } });

test("a drifted instance is replaced, delete first", () => {
  expect(planText(crew, aProject(crew, drifted))).toMatchInlineSnapshot(`
    "instance.stop:backend (environment.HOST: :: → (unset), environment.LEVEL: info → debug, environment.PORT: (unset) → 80; branch and work kept)
    instance.remove:backend (environment.HOST: :: → (unset), environment.LEVEL: info → debug, environment.PORT: (unset) → 80; branch and work kept)
        after instance.stop:backend
    instance.create:backend (environment.HOST: :: → (unset), environment.LEVEL: info → debug, environment.PORT: (unset) → 80; branch and work kept)
        after instance.remove:backend
    instance.start:backend (environment.HOST: :: → (unset), environment.LEVEL: info → debug, environment.PORT: (unset) → 80; branch and work kept)
        after instance.create:backend
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = working"
  `);
});

test("a role at work is replaced after its turn", () => {
  expect(planText(crew, aProject(crew, drifted, atWork("backend", "login.1.1")))).toMatchInlineSnapshot(`
    ". instance backend: environment.HOST: :: → (unset), environment.LEVEL: info → debug, environment.PORT: (unset) → 80; branch and work kept; replaced after its turn
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = settled"
  `);
});

test("killed between remove and create: created with the volume that is there", () => {
  expect(planText(crew, aProject(crew, withRuntime({ instances: new Map() })))).toMatchInlineSnapshot(`
    "instance.create:backend (not found)
    instance.start:backend (created)
        after instance.create:backend
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = working"
  `);
});

test("an instance of a role that the file no longer has stays and takes no order", () => {
  expect(planText(aCrew(), aProject(crew))).toMatchInlineSnapshot(`
    ". instance backend: not in the file any more; takes no order
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = settled"
  `);
});

test("only selected roles are looked after", () => {
  expect(planText(crew, aProject(crew, drifted), { roles: [] })).not.toContain("instance");
});
