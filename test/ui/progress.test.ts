// Progress in its four forms, fed by the events that a driver's hooks make.
import { expect, test } from "vitest";
import { CrewError } from "../../src/errors.ts";
import type { CrewEvent } from "../../src/model/event.ts";
import type { Operation } from "../../src/model/plan.ts";
import { driverEvents } from "../../src/ui/driver-events.ts";
import { createProgress, type ProgressForm } from "../../src/ui/progress.ts";
import { progressRows } from "../../src/ui/progress-rows.ts";
import type { Seen } from "../../src/ui/seen.ts";
import { anOperation, candidate, everyOperation } from "./operations.ts";
import {
  aCrew,
  anInstance,
  anOrder,
  aRole,
  aWorld,
  epicId,
  midway,
  nowMs,
  oid,
  recorded,
  seen,
  working,
} from "./sample.ts";
import { aClock, aPipe, aTerminal } from "./terminal.ts";

/** What a short run tells: a start, work, a red gate, a failure that mends itself, a merge, the end. */
function aRun(): readonly CrewEvent[] {
  const events: CrewEvent[] = [];
  let now = nowMs;
  const crew = aCrew();
  const hooks = driverEvents({ crew, nowMs: () => now, emit: (event) => events.push(event) });
  const does = (operation: Operation) => {
    now += 1000;
    hooks.onStart(operation);
    hooks.onDone(operation);
  };
  const order = anOrder(`${epicId}.1.2`, "backend");
  const rest = { beads: [...midway().world.beads.values()], facts: recorded(crew) };
  const early: Seen = seen(crew, aWorld({ ...rest }));
  hooks.onPass(early);
  for (const operation of everyOperation.filter(({ kind }) => kind === "bead.create" || kind === "instance.start"))
    does(operation);
  hooks.onPass(seen(crew, aWorld({ instances: [anInstance("backend")], ...rest })));
  does(
    anOperation(
      { kind: "order.issue", order: { ...order, start: { kind: "commit", oid: oid("e") } } },
      { cause: "ready" },
    ),
  );
  const failing = anOperation({ kind: "order.deliver", order });
  hooks.onStart(failing);
  hooks.onFailed(failing, new CrewError("failed", "the mailbox is full", { hint: "crew logs backend" }));
  const raced = anOperation({ kind: "tip.move", tip: "epic", candidate });
  hooks.onFailed(raced, new CrewError("conflict", "tip/epic moved"));
  does(failing);
  hooks.onPass(seen(crew, aWorld({ orders: [order], instances: [working(order)], ...rest })));
  hooks.onPass(seen(crew, aWorld({ orders: [order], instances: [working(order, { phase: "checking" })], ...rest })));
  hooks.onPass(seen(crew, aWorld({ orders: [order], instances: [working(order, { turn: 2 })], ...rest })));
  does(raced);
  hooks.onPass(midway());
  hooks.onPass(midway());
  now += 1000;
  hooks.onEnd({ outlook: "settled", attention: midway().plan.attention, failures: [] });
  return events;
}

async function shown(form: ProgressForm, changes: { verbose?: boolean; timestamps?: boolean } = {}): Promise<string> {
  const pipe = aPipe();
  const progress = createProgress({ form, sink: pipe.sink, clock: aClock(nowMs), verbose: false, ...changes });
  for (const event of aRun()) progress.show(event);
  await progress.close();
  return pipe.written();
}

test("plain: one line for each finished operation and each change of state", async () => {
  expect(await shown("plain")).toMatchInlineSnapshot(`
    "? auth-a3f8.2 is in progress by somebody, so it is not handed out
    ? no role takes auth-a3f8.4 (Write the release note)
    ✓ created bead auth-a3f8.1 "[AUTH/backend] POST /login"
    ✓ started backend
    → gave auth-a3f8.1.2 to backend
    ! could not deliver bead auth-a3f8.1.2: the mailbox is full
        crew logs backend
    → backend working auth-a3f8.1.2: turn 1
    → backend working auth-a3f8.1.2: turn 2
    ✓ merged auth-a3f8.1 into epic (test green)
    → backend working auth-a3f8.1.2: mend 2 of 3, turn 2
    ! auth-a3f8.3 is blocked, its attempts are used up: check failed: validation.test.js: expected 3 messages, got 2

    Needs you
      ! auth-a3f8.3 is blocked, its attempts are used up: check failed: validation.test.js: expected 3 messages, got 2
          crew retry auth-a3f8.3 -m …
          crew logs forms
          crew bead close auth-a3f8.3
      ? no role takes auth-a3f8.4 (Write the release note)
          crew assign auth-a3f8.4 backend
          crew assign auth-a3f8.4 frontend
          crew assign auth-a3f8.4 forms
          crew bead show auth-a3f8.4
          crew bead close auth-a3f8.4

    ? Settled: a person is needed. 1/6 beads, 16 %.
    "
  `);
});

test("plain, every detail, with times", async () => {
  expect(await shown("plain", { verbose: true, timestamps: true })).toMatchInlineSnapshot(`
    "2026-03-01T12:00:00Z · backend not created
    2026-03-01T12:00:00Z · frontend not created
    2026-03-01T12:00:00Z · forms not created
    2026-03-01T12:00:00Z ? auth-a3f8.2 is in progress by somebody, so it is not handed out
    2026-03-01T12:00:00Z ? no role takes auth-a3f8.4 (Write the release note)
    2026-03-01T12:00:01Z ✓ created bead auth-a3f8.1 "[AUTH/backend] POST /login"  [because]
    2026-03-01T12:00:02Z ✓ started backend  [because]
    2026-03-01T12:00:02Z · backend idle: auth-a3f8.1.1 is next
    2026-03-01T12:00:03Z → gave auth-a3f8.1.2 to backend  [ready]
    2026-03-01T12:00:03Z ! could not deliver bead auth-a3f8.1.2: the mailbox is full
    2026-03-01T12:00:03Z     crew logs backend
    2026-03-01T12:00:03Z ! could not merge bead auth-a3f8.1: tip/epic moved
    2026-03-01T12:00:04Z · delivered auth-a3f8.1.2 to backend  [because]
    2026-03-01T12:00:04Z → backend working auth-a3f8.1.2: turn 1
    2026-03-01T12:00:04Z → backend checking auth-a3f8.1.2: turn 1
    2026-03-01T12:00:04Z → backend working auth-a3f8.1.2: turn 2
    2026-03-01T12:00:05Z ✓ merged auth-a3f8.1 into epic (test green)  [because]
    2026-03-01T12:00:05Z → backend working auth-a3f8.1.2: mend 2 of 3, turn 2
    2026-03-01T12:00:05Z · frontend idle: auth-a3f8.2 waits to be merged
    2026-03-01T12:00:05Z · forms idle: auth-a3f8.3 is blocked
    2026-03-01T12:00:05Z ! auth-a3f8.3 is blocked, its attempts are used up: check failed: validation.test.js: expected 3 messages, got 2
    2026-03-01T12:00:06Z 
    2026-03-01T12:00:06Z Needs you
    2026-03-01T12:00:06Z   ! auth-a3f8.3 is blocked, its attempts are used up: check failed: validation.test.js: expected 3 messages, got 2
    2026-03-01T12:00:06Z       crew retry auth-a3f8.3 -m …
    2026-03-01T12:00:06Z       crew logs forms
    2026-03-01T12:00:06Z       crew bead close auth-a3f8.3
    2026-03-01T12:00:06Z   ? no role takes auth-a3f8.4 (Write the release note)
    2026-03-01T12:00:06Z       crew assign auth-a3f8.4 backend
    2026-03-01T12:00:06Z       crew assign auth-a3f8.4 frontend
    2026-03-01T12:00:06Z       crew assign auth-a3f8.4 forms
    2026-03-01T12:00:06Z       crew bead show auth-a3f8.4
    2026-03-01T12:00:06Z       crew bead close auth-a3f8.4
    2026-03-01T12:00:06Z 
    2026-03-01T12:00:06Z ? Settled: a person is needed. 1/6 beads, 16 %.
    "
  `);
});

test("json: every event on a line of its own, unchanged; a pass that changes nothing is none", async () => {
  const lines = (await shown("json")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(aRun());
  expect(aRun().filter((event) => event.type === "pass")).toHaveLength(6);
  expect(JSON.parse(lines[1] ?? "")).toMatchInlineSnapshot(`
    {
      "at": 1772366401000,
      "bead": "auth-a3f8.1",
      "cause": "because",
      "id": "bead.create",
      "isDetail": true,
      "kind": "bead.create",
      "mark": "going",
      "state": "started",
      "text": "create bead auth-a3f8.1",
      "type": "operation",
    }
  `);
});

test("quiet: nothing", async () => {
  expect(await shown("quiet")).toBe("");
});

test("auto: lines where there is no terminal", async () => {
  const pipe = aPipe();
  const progress = createProgress({ form: "auto", sink: pipe.sink, clock: aClock(nowMs), verbose: false });
  const run = aRun();
  for (const event of run) progress.show(event);
  expect(pipe.written()).toBe(await shown("plain"));
});

test("a viewer that reads the log from a file shows the same", async () => {
  const pipe = aPipe();
  const log = aRun().map((event) => JSON.stringify(event));
  const progress = createProgress({ form: "plain", sink: pipe.sink, clock: aClock(nowMs), verbose: false });
  for (const line of log) progress.show(JSON.parse(line) as CrewEvent);
  expect(pipe.written()).toBe(await shown("plain"));
});

function aView(terminal = aTerminal()) {
  const clock = aClock(nowMs);
  const progress = createProgress({ form: "auto", sink: terminal.sink, clock, verbose: false });
  return { terminal, clock, progress };
}

test("tty: one row for the epic, one for gates and merges, one for each role; the seconds go on", async () => {
  const { terminal, clock, progress } = aView();
  const pass = aRun().findLast((event) => event.type === "pass");
  if (pass) progress.show(pass);
  await clock.advance(300);
  expect(terminal.isCursorShown()).toBe(false);
  expect(terminal.screen()).toMatchInlineSnapshot(`
    "→ auth-a3f8  1/6 beads, 16 %  [AUTH] Sign-in
      gate test on auth-a3f8.2 · 2 need you: crew status
    → backend   working  auth-a3f8.1.2  mend 2 of 3  [AUTH/bac…  turn 2  1m 05s  1/3
    · frontend  idle     auth-a3f8.2 waits to be merged                          0/1
    · forms     idle     auth-a3f8.3 is blocked                                  0/1"
  `);
  await clock.advance(60_000);
  expect(terminal.screen()).toContain("2m 05s");
  await progress.close();
  expect(terminal.isCursorShown()).toBe(true);
});

test("tty: what failed is shown until it is done", async () => {
  const { terminal, clock, progress } = aView();
  const run = aRun();
  const failed = run.findIndex((event) => event.type === "operation" && event.state === "failed");
  for (const event of run.slice(0, failed + 1)) progress.show(event);
  await clock.advance(300);
  expect(terminal.screen()).toContain("! could not deliver bead auth-a3f8.1.2: the mailbox is full");
  for (const event of run.slice(failed + 1)) progress.show(event);
  await clock.advance(300);
  expect(terminal.screen()).not.toContain("mailbox is full");
  await progress.close();
});

test("tty: at most five frames a second, however many events come", async () => {
  const { terminal, clock, progress } = aView();
  const passes = aRun().filter((event) => event.type === "pass");
  terminal.countWrites();
  for (let i = 0; i < 1000; i++) {
    progress.show(passes[i % passes.length] as CrewEvent);
    await clock.advance(10);
  }
  expect(terminal.countWrites()).toBeLessThanOrEqual(51);
  await progress.close();
});

test("tty: made narrower and wider, nothing of an older frame is left, and nothing above it is lost", async () => {
  const screen = aTerminal();
  screen.sink.write("$ crew up\n");
  const { terminal, clock, progress } = aView(screen);
  for (const event of aRun().slice(0, -1)) progress.show(event);
  await clock.advance(300);
  const screens = [];
  for (const columns of [50, 120, 60, 80]) {
    terminal.resize(columns);
    await clock.advance(1000);
    screens.push(terminal.screen());
  }
  expect(screens).toMatchInlineSnapshot(`
    [
      "$ crew up
    → auth-a3f8  1/6 beads, 16 %  [AUTH] Sign-in
      gate test on auth-a3f8.2 · 2 need you: crew sta…
    → backend   working  auth-a3…  turn 2  1m 06s  1/3
    · frontend  idle     auth-a3…                  0/1
    · forms     idle     auth-a3…                  0/1",
      "$ crew up
    → auth-a3f8  1/6 beads, 16 %  [AUTH] Sign-in
      gate test on auth-a3f8.2 · 2 need you: crew status
    → backend   working  auth-a3f8.1.2  mend 2 of 3  [AUTH/backend] Session tokens  turn 2  1m 07s  1/3
    · frontend  idle     auth-a3f8.2 waits to be merged                                             0/1
    · forms     idle     auth-a3f8.3 is blocked                                                     0/1",
      "$ crew up
    → auth-a3f8  1/6 beads, 16 %  [AUTH] Sign-in
      gate test on auth-a3f8.2 · 2 need you: crew status
    → backend   working  auth-a3f8.1.2  me…  turn 2  1m 08s  1/3
    · frontend  idle     auth-a3f8.2 waits…                  0/1
    · forms     idle     auth-a3f8.3 is bl…                  0/1",
      "$ crew up
    → auth-a3f8  1/6 beads, 16 %  [AUTH] Sign-in
      gate test on auth-a3f8.2 · 2 need you: crew status
    → backend   working  auth-a3f8.1.2  mend 2 of 3  [AUTH/bac…  turn 2  1m 09s  1/3
    · frontend  idle     auth-a3f8.2 waits to be merged                          0/1
    · forms     idle     auth-a3f8.3 is blocked                                  0/1",
    ]
  `);
  await progress.close();
});

test("tty: the end leaves the last frame, then says how it ended, and the cursor is back", async () => {
  const { terminal, progress } = aView();
  for (const event of aRun()) progress.show(event);
  await progress.close();
  await progress.close();
  expect(terminal.isCursorShown()).toBe(true);
  expect(terminal.screen()).toMatchInlineSnapshot(`
    "→ auth-a3f8  1/6 beads, 16 %  [AUTH] Sign-in
      gate test on auth-a3f8.2 · 2 need you: crew status
    → backend   working  auth-a3f8.1.2  mend 2 of 3  [AUTH/bac…  turn 2  1m 05s  1/3
    · frontend  idle     auth-a3f8.2 waits to be merged                          0/1
    · forms     idle     auth-a3f8.3 is blocked                                  0/1

    Needs you
      ! auth-a3f8.3 is blocked, its attempts are used up: check failed:
        validation.test.js: expected 3 messages, got 2
          crew retry auth-a3f8.3 -m …
          crew logs forms
          crew bead close auth-a3f8.3
      ? no role takes auth-a3f8.4 (Write the release note)
          crew assign auth-a3f8.4 backend
          crew assign auth-a3f8.4 frontend
          crew assign auth-a3f8.4 forms
          crew bead show auth-a3f8.4
          crew bead close auth-a3f8.4

    ? Settled: a person is needed. 1/6 beads, 16 %."
  `);
});

test("tty: more roles than rows: those at work are shown, the rest counted", () => {
  const names = Array.from({ length: 40 }, (_, i) => `role-${i}`);
  const crew = aCrew({ roles: names.map((name) => aRole(name)) });
  const order = anOrder(`${epicId}.9`, "role-33");
  const instances = names.map((name) => (name === "role-33" ? working(order) : anInstance(name)));
  const events: CrewEvent[] = [];
  const hooks = driverEvents({ nowMs: () => nowMs, emit: (event) => events.push(event) });
  hooks.onPass(seen(crew, aWorld({ orders: [order], instances, facts: recorded(crew) })));
  const [pass] = events;
  if (pass?.type !== "pass") throw new Error("no pass");
  expect(progressRows({ pass }, { width: 80, height: 8, color: false, nowMs })).toMatchInlineSnapshot(`
    [
      "→  0/0 beads, 0 %  [AUTH] Sign-in",
      "  1 needs you: crew status",
      "· role-0   idle     no beads                     0/0",
      "· role-1   idle     no beads                     0/0",
      "· role-2   idle     no beads                     0/0",
      "· role-3   idle     no beads                     0/0",
      "→ role-33  working  auth-a3f8.9  turn 1  1m 05s  0/0",
      "  … 35 more roles: crew status",
    ]
  `);
});
