// Instances: drift is shown field by field; a role at work is left alone until its turn has ended.
import { expect, test } from "vitest";
import { plan } from "../../src/plan/plan.ts";
import { aBead, given } from "../builders/bead.ts";
import { aCrew, aRole } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import {
  all,
  anInstance,
  anOrder,
  aProject,
  atWork,
  inOutbox,
  withBeads,
  withFacts,
  withRuntime,
} from "../builders/world.ts";

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

test("a full disk does not end a turn: what drifted is replaced after it", () => {
  const full = anInstance("backend", {
    spec: { role: "backend", environment: { LEVEL: "info" } },
    withoutRoom: "/state",
  });
  expect(planText(crew, aProject(crew, full, atWork("backend", "login.1.1")))).toMatchInlineSnapshot(`
    ". instance backend: environment.LEVEL: info → debug, environment.PORT: (unset) → 80; branch and work kept; replaced after its turn
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! broken backend: backend cannot work: no space is left on the disk of /state
        df -h /state
        crew gc
    = settled"
  `);
});

test("a role of an engine without room is told how to make some there", () => {
  const said = { phase: "broken", detail: "no space is left on the disk of /crew" } as const;
  const full = anInstance("backend", { isEngineFull: true, ...said });
  expect(planText(aCrew(aRole("backend")), aProject(aCrew(aRole("backend")), full))).toMatchInlineSnapshot(`
    "! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! broken backend: backend cannot work: no space is left on the engine's disk
        docker system df
        crew gc
    = settled"
  `);
});

test("a role without room is told, and keeps its phase", () => {
  const full = anInstance("backend", { withoutRoom: "/state" });
  expect(
    planText(aCrew(aRole("backend")), aProject(aCrew(aRole("backend")), full, atWork("backend", "login.1.1"))),
  ).toMatchInlineSnapshot(`
    "! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! broken backend: backend cannot work: no space is left on the disk of /state
        df -h /state
        crew gc
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
    ". instance backend: not in the file any more; takes no order; crew up --remove-orphans removes it
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = settled"
  `);
});

test("where a person says so an orphan is stopped, then removed with what it holds safe; one at work after its turn", () => {
  const removeOrphans = { removeOrphans: true };
  expect(planText(aCrew(), aProject(crew), removeOrphans)).toMatchInlineSnapshot(`
    "instance.stop:backend (not in the file any more)
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = working"
  `);
  const left = all(
    withBeads(given(aBead("login"), "backend")),
    anOrder("login.1.1", "backend"),
    anInstance("backend", { running: false }),
    inOutbox("backend", "login.1.1"),
  );
  expect(planText(aCrew(), aProject(crew, left), removeOrphans)).toMatchInlineSnapshot(`
    "rescue.import:backend.1 (keeps what is not reported)
        after report.import:login.1.1
    instance.remove:backend (not in the file any more)
        after report.import:login.1.1, rescue.import:backend.1
    report.import:login.1.1 (backend reported done)
    . bead login: with backend: order login.1.1
    = working"
  `);
  const busy = all(withBeads(given(aBead("login"), "backend")), anOrder("login.1.1", "backend"));
  expect(planText(aCrew(), aProject(crew, busy, atWork("backend", "login.1.1")), removeOrphans)).toMatchInlineSnapshot(`
    ". instance backend: not in the file any more; takes no order; removed after its turn
    . bead login: with backend: order login.1.1
    = working, in flight"
  `);
});

test("a file that is missing or invalid by now is told, and the last good one counts", () => {
  const fileProblem = 'crew.yaml:4:1 unknown key "rolls"';
  expect(planText(crew, aProject(crew), { fileProblem })).toMatchInlineSnapshot(`
    ". instance backend: up to date
    ! file /src/shop/crew.yaml: crew.yaml:4:1 unknown key "rolls"; the file as it was good last is used
        crew config
    ! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    = settled"
  `);
});

test("only selected roles are looked after", () => {
  expect(planText(crew, aProject(crew, drifted), { roles: [] })).not.toContain("instance");
});

test("what is to replace an instance is looked at before it ends", () => {
  const container = { image: "b", cpus: 1, memoryBytes: 1, pids: 1, readOnly: false, stopGraceMs: 1_500 };
  const crew = aCrew(aRole("backend", { container }));
  const spec = { role: "backend", environment: {}, container: { ...container, image: "a", stopGraceMs: 2_500 } };
  const { operations } = plan(crew, aProject(crew, anInstance("backend", { spec })), {
    startedAtMs: 0,
    allowRedBase: false,
  });
  const stop = operations.find(({ kind }) => kind === "instance.stop");
  expect(stop).toMatchObject({ graceMs: 2_500, next: { role: "backend", container } });
});

test("one whose supervisor ended before it began is not started again", () => {
  const stillborn = anInstance("backend", { running: false, stillborn: "its supervisor ended with 1 before it began" });
  expect(planText(aCrew(aRole("backend")), aProject(aCrew(aRole("backend")), stillborn))).toMatchInlineSnapshot(`
    "! no-beads auth: epic auth has no beads: there is nothing to do
        crew bead add --parent auth "…"
        crew up
    ! broken backend: backend cannot work: its supervisor ended with 1 before it began
        crew logs backend
        crew down
        crew up
    = settled"
  `);
});

const forced = { recreate: ["backend"], graceMs: 3_000 };

test("a person has an instance replaced at once, also at work and as the file has it", () => {
  const same = aCrew(aRole("backend"), aRole("frontend"));
  const world = aProject(same, atWork("backend", "login.1.1"), atWork("frontend", "form.1.1"));
  const { operations } = plan(same, world, { startedAtMs: 0, allowRedBase: false, ...forced });
  expect(
    operations.map((each) => [each.id, each.needs, each.kind === "instance.stop" ? each.graceMs : each.cause]),
  ).toEqual([
    ["instance.stop:backend", [], 3_000],
    ["instance.remove:backend", ["instance.stop:backend"], "crew up --force-recreate; branch and work kept"],
    ["instance.create:backend", ["instance.remove:backend"], "crew up --force-recreate; branch and work kept"],
    ["instance.start:backend", ["instance.create:backend"], "crew up --force-recreate; branch and work kept"],
  ]);
});

test("what is not there, or held, is not replaced", () => {
  const world = aProject(crew, withRuntime({ instances: new Map() }));
  const options = { startedAtMs: 0, allowRedBase: false, ...forced };
  expect(plan(crew, world, options).operations.map(({ id }) => id)).toEqual([
    "instance.create:backend",
    "instance.start:backend",
  ]);
  const held = withFacts({ holds: new Map([["backend", { state: "stopped", reason: "", atMs: 1 }]]) });
  const stopped = aProject(crew, held, anInstance("backend", { running: false }));
  expect(plan(crew, stopped, options).operations).toEqual([]);
});

test("an instance is left as it was made where a person said so, and started all the same", () => {
  const options = { startedAtMs: 0, allowRedBase: false, noRecreate: ["backend"] };
  const kept = plan(crew, aProject(crew, drifted), options);
  expect(kept.operations).toEqual([]);
  expect(kept.notes).toEqual([
    {
      subject: "instance backend",
      cause:
        "environment.HOST: :: → (unset), environment.LEVEL: info → debug, environment.PORT: (unset) → 80; kept as it is until crew up without --no-recreate",
    },
  ]);
  const ended = aProject(crew, drifted, anInstance("backend", { running: false }));
  expect(plan(crew, ended, options).operations.map(({ id }) => id)).toEqual(["instance.start:backend"]);
  expect(plan(crew, ended, { ...options, noRecreate: ["frontend"] }).operations[0]?.id).toBe("instance.stop:backend");
});

test("an instance of crew run is nobody's orphan: no driver removes it", () => {
  const one = anInstance("backend.run-0a1b2c", { spec: { role: "backend.run-0a1b2c", environment: {} } });
  const alone = aCrew(aRole("backend"));
  const { operations, notes } = plan(alone, aProject(alone, one), {
    startedAtMs: 0,
    allowRedBase: false,
    removeOrphans: true,
  });
  expect(operations).toEqual([]);
  expect(notes).toContainEqual({
    subject: "instance backend.run-0a1b2c",
    cause: "of crew run; crew down removes it",
  });
});
