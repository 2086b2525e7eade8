// Down: stop, keep what is there, remove; a landed project is archived before anything of it goes.
import { expect, test } from "vitest";
import { isComplete, planDown } from "../../src/plan/down.ts";
import { aBead, anEpic, closed } from "../builders/bead.ts";
import { aCrew, aGate, aRole, settings } from "../builders/crew.ts";
import { oid, treeOf } from "../builders/oids.ts";
import { downText, planText } from "../builders/plan-text.ts";
import {
  aBranch,
  aGateRun,
  aheadBy,
  anInstance,
  anOrder,
  aProject,
  inOutbox,
  merged,
  shows,
  type WorldPart,
  withBase,
  withBeads,
  withFacts,
  withRepository,
  withRuntime,
} from "../builders/world.ts";

const crew = aCrew(aRole("backend"), aRole("frontend"), aGate("test"));

function stopped(world: Parameters<WorldPart>[0]) {
  return anInstance("backend", { running: false })(anInstance("frontend", { running: false })(world));
}

test("running roles are stopped first; what they leave is planned from the next look", () => {
  const world = aProject(crew, anInstance("frontend", { running: false }), aGateRun(crew, treeOf("base")));
  expect(downText(world)).toMatchInlineSnapshot(`
    "instance.stop:backend (down)
    gate.remove:test:….1 (down)"
  `);
});

test("of what lies in mailboxes nothing goes before it was looked at", () => {
  const unread = aProject(crew, stopped, aGateRun(crew, treeOf("base")), withRuntime({ isMailLeft: true }));
  expect(downText(unread, { volumes: true })).toMatchInlineSnapshot(`"gate.remove:test:….1 (down)"`);
});

test("stopped: reports and rescues are kept, then the instances go; volumes stay", () => {
  const world = aProject(
    crew,
    stopped,
    anOrder("login.1.1", "backend"),
    inOutbox("backend", "login.1.1", "ghost.1.1"),
    withRepository({ rescues: new Map([["backend", 2]]) }),
  );
  expect(downText(world)).toMatchInlineSnapshot(`
    "report.import:login.1.1 (backend reported done)
    rescue.import:backend.3 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    instance.remove:backend (down)
        after report.import:login.1.1, rescue.import:backend.3
    instance.remove:frontend (down)
        after rescue.import:frontend.1"
  `);
});

test("a report that comes in on the way down is looked at with the file's protected paths", () => {
  const guarded = aCrew(aRole("backend"), settings({ protect: ["migrations/**"] }));
  const world = aProject(
    guarded,
    anInstance("backend", { running: false }),
    anOrder("login.1.1", "backend"),
    inOutbox("backend", "login.1.1"),
  );
  expect(planDown(world, { volumes: false, isComplete: false })).toContainEqual(
    expect.objectContaining({ id: "report.import:login.1.1", protect: ["migrations/**"] }),
  );
});

test("-v: the volumes go too, each after its own rescue", () => {
  expect(downText(aProject(crew, stopped), { volumes: true })).toMatchInlineSnapshot(`
    "rescue.import:backend.1 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    instance.remove:backend (down)
        after rescue.import:backend.1
    volume.remove:backend (down)
        after instance.remove:backend, rescue.import:backend.1
        destroys the files of backend, with those that git ignores
    instance.remove:frontend (down)
        after rescue.import:frontend.1
    volume.remove:frontend (down)
        after instance.remove:frontend, rescue.import:frontend.1
        destroys the files of frontend, with those that git ignores"
  `);
});

test("down again: nothing; with -v what is left of the volumes", () => {
  const world = aProject(crew, withRuntime({ instances: new Map() }));
  expect(downText(world)).toMatchInlineSnapshot(`"nothing to take down"`);
  expect(downText(world, { volumes: true })).toMatchInlineSnapshot(`
    "rescue.import:backend.1 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    volume.remove:backend (down)
        after rescue.import:backend.1
        destroys the files of backend, with those that git ignores
    volume.remove:frontend (down)
        after rescue.import:frontend.1
        destroys the files of frontend, with those that git ignores"
  `);
});

test("a volume whose removal was broken off is removed to its end: what it held was safe before", () => {
  const world = aProject(crew, withRuntime({ instances: new Map(), halfRemoved: new Set(["backend", "former"]) }));
  expect(downText(world)).toMatchInlineSnapshot(`"volume.remove:former (its removal was broken off)"`);
});

const landed = [
  stopped,
  merged("login", "backend", { source: "work1", as: "merge1" }),
  shows("epic", "merge1"),
  shows("backend", "work1"),
  withBase({ reachesTip: true }),
  withBeads(closed(anEpic()), closed(aBead("login"))),
  withFacts({ rounds: new Map([["auth.1", { closing: true, closed: true }]]) }),
] as const;

test("landed: the archive before any removal, the branches after it, the project's refs last", () => {
  const world = aProject(crew, ...landed);
  expect(downText(world, { isComplete: isComplete(world) })).toMatchInlineSnapshot(`
    "rescue.import:backend.1 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    project.archive (landed)
        after rescue.import:backend.1, rescue.import:frontend.1
    instance.remove:backend (down)
        after rescue.import:backend.1, project.archive
    volume.remove:backend (down)
        after instance.remove:backend, rescue.import:backend.1, project.archive
        destroys the files of backend, with those that git ignores
    instance.remove:frontend (down)
        after rescue.import:frontend.1, project.archive
    volume.remove:frontend (down)
        after instance.remove:frontend, rescue.import:frontend.1, project.archive
        destroys the files of frontend, with those that git ignores
    branch.delete:backend (archived)
        feature/backend at work1··
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    branch.delete:epic (archived)
        epic/auth at merge1·
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    branch.delete:frontend (archived)
        feature/frontend at base···
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    project.delete (archived)
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend, branch.delete:backend, branch.delete:epic, branch.delete:frontend"
  `);
});

test("a branch with a person's commits, or checked out, or not crew's, is left", () => {
  const world = aProject(
    crew,
    ...landed,
    aheadBy("epic", "mine1"),
    aBranch("backend", { checkedOutAt: "/src/shop" }),
    aBranch("frontend", { relation: "foreign", oid: oid("theirs") }),
  );
  expect(downText(world, { isComplete: true })).not.toContain("branch.delete");
});

test("complete is what crew itself landed and closed", () => {
  expect(isComplete(aProject(crew, ...landed))).toBe(true);
  expect(isComplete(aProject(crew, ...landed, withBase({ reachesTip: false })))).toBe(false);
  expect(isComplete(aProject(crew, ...landed, withBeads(anEpic())))).toBe(false);
  const byPerson = aProject(
    crew,
    withBeads(closed(anEpic())),
    withFacts({ rounds: new Map([["auth.1.1", { closing: true }]]) }),
  );
  expect(isComplete(byPerson)).toBe(false);
});

test("the file names another epic and the last one has landed: it is archived first", () => {
  const next = { ...crew, epic: { ...crew.epic, slug: "billing", title: "Billing" } };
  expect(planText(next, aProject(crew, ...landed))).toMatchInlineSnapshot(`
    "rescue.import:backend.1 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    project.archive (landed)
        after rescue.import:backend.1, rescue.import:frontend.1
    instance.remove:backend (down)
        after rescue.import:backend.1, project.archive
    volume.remove:backend (down)
        after instance.remove:backend, rescue.import:backend.1, project.archive
        destroys the files of backend, with those that git ignores
    instance.remove:frontend (down)
        after rescue.import:frontend.1, project.archive
    volume.remove:frontend (down)
        after instance.remove:frontend, rescue.import:frontend.1, project.archive
        destroys the files of frontend, with those that git ignores
    branch.delete:backend (archived)
        feature/backend at work1··
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    branch.delete:epic (archived)
        epic/auth at merge1·
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    branch.delete:frontend (archived)
        feature/frontend at base···
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    project.delete (archived)
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend, branch.delete:backend, branch.delete:epic, branch.delete:frontend
    . epic auth: landed and closed; archived before the next epic begins
    = working"
  `);
});

test("after down, up on the landed epic does nothing", () => {
  const world = aProject(crew, ...landed);
  const { project: _, ...facts } = world.repository.facts;
  const after = {
    ...world,
    repository: { ...world.repository, facts, archives: ["auth"], tips: new Map(), orders: [], branches: new Map() },
  };
  expect(planText(crew, after)).toMatchInlineSnapshot(`
    ". epic auth: landed and closed
    = complete"
  `);
});

test("a project that a person gave up is archived and cleared although nothing of it has landed", () => {
  expect(downText(aProject(crew, stopped), { isAbandoned: true })).toMatchInlineSnapshot(`
    "rescue.import:backend.1 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    project.archive (given up)
        after rescue.import:backend.1, rescue.import:frontend.1
    instance.remove:backend (down)
        after rescue.import:backend.1, project.archive
    volume.remove:backend (down)
        after instance.remove:backend, rescue.import:backend.1, project.archive
        destroys the files of backend, with those that git ignores
    instance.remove:frontend (down)
        after rescue.import:frontend.1, project.archive
    volume.remove:frontend (down)
        after instance.remove:frontend, rescue.import:frontend.1, project.archive
        destroys the files of frontend, with those that git ignores
    branch.delete:backend (archived)
        feature/backend at base···
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    branch.delete:epic (archived)
        epic/auth at base···
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    branch.delete:frontend (archived)
        feature/frontend at base···
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend
    project.delete (archived)
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend, branch.delete:backend, branch.delete:epic, branch.delete:frontend"
  `);
});

test("given up without a record: what was rescued is archived, and without anything pinned only the folders go", () => {
  const world = aProject(crew, stopped);
  const { project: _, ...facts } = world.repository.facts;
  const lost = { ...world.repository, facts, orders: [], reports: [], branches: new Map(), tips: new Map() };
  const { start: __, ...unrecorded } = lost;
  expect(
    downText({ ...world, repository: { ...unrecorded, rescues: new Map([["backend", 1]]) } }, { isAbandoned: true }),
  ).toMatchInlineSnapshot(`
    "rescue.import:backend.2 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    project.archive (given up)
        after rescue.import:backend.2, rescue.import:frontend.1
    instance.remove:backend (down)
        after rescue.import:backend.2, project.archive
    volume.remove:backend (down)
        after instance.remove:backend, rescue.import:backend.2, project.archive
        destroys the files of backend, with those that git ignores
    instance.remove:frontend (down)
        after rescue.import:frontend.1, project.archive
    volume.remove:frontend (down)
        after instance.remove:frontend, rescue.import:frontend.1, project.archive
        destroys the files of frontend, with those that git ignores
    project.delete (archived)
        after project.archive, instance.remove:backend, volume.remove:backend, instance.remove:frontend, volume.remove:frontend"
  `);
  expect(downText({ ...world, repository: unrecorded }, { isAbandoned: true })).toMatchInlineSnapshot(`
    "rescue.import:backend.1 (keeps what is not reported)
    rescue.import:frontend.1 (keeps what is not reported)
    instance.remove:backend (down)
        after rescue.import:backend.1
    volume.remove:backend (down)
        after instance.remove:backend, rescue.import:backend.1
        destroys the files of backend, with those that git ignores
    instance.remove:frontend (down)
        after rescue.import:frontend.1
    volume.remove:frontend (down)
        after instance.remove:frontend, rescue.import:frontend.1
        destroys the files of frontend, with those that git ignores"
  `);
});

test("roles have the time to end in that a person gives them", () => {
  const stops = planDown(aProject(crew), { volumes: false, isComplete: false, graceMs: 2_000 });
  expect(stops.map((each) => each.kind === "instance.stop" && each.graceMs)).toEqual([2_000, 2_000]);
});
