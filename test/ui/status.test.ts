// What `crew status` shows of a project that is under way, new, waiting for a person, and done.
import { expect, test } from "vitest";
import { cellsOf } from "../../src/ui/cells.ts";
import { statusJson, statusText } from "../../src/ui/status.ts";
import {
  aBead,
  aCrew,
  anEpic,
  anInstance,
  anOrder,
  aReport,
  aTip,
  aWorld,
  epicId,
  evidence,
  midway,
  oid,
  recorded,
  seen,
} from "./sample.ts";

const plain = { width: 80, color: false };

test("a project under way, nobody driving", () => {
  expect(statusText(midway(), plain)).toMatchInlineSnapshot(`
    "nobody is driving: crew up

    [AUTH] Sign-in  auth-a3f8
    epic/auth → main  1/6 beads, 16 %

      ROLE      BRANCH     PHASE                                       SINCE   BEADS
    → backend   …-backend  working auth-a3f8.1.2: mend 2 of 3, turn 2  1m 05s  1/3
    · frontend  …frontend  idle: auth-a3f8.2 waits to be merged        1m 05s  0/1
    · forms     …th-forms  idle: auth-a3f8.3 is blocked                1m 05s  0/1

    → auth-a3f8.1      [AUTH/backend] Sign-in API     33 %
      ✓ auth-a3f8.1.1  [AUTH/backend] POST /login     merged
      → auth-a3f8.1.2  [AUTH/backend] Session tokens  backend: mend
      · auth-a3f8.1.3  [AUTH/backend] Rate limit on…  waits for auth-a3f8.1.2
    → auth-a3f8.2      [AUTH/frontend] Sign-in form   frontend: merges into frontend
    ! auth-a3f8.3      [AUTH/forms] Field validatio…  blocked
    ? auth-a3f8.4      Write the release note         no role takes it

    To merge, in this order
      →  auth-a3f8.2  into frontend  gate test runs  [AUTH/frontend] Sign-in form

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

    Next: crew up
    "
  `);
});

test("the role that a person is at stands first", () => {
  const at = anInstance("frontend", { phase: "attached", detail: "by ada" });
  const shown = statusText(seen(aCrew(), aWorld({ instances: [anInstance("backend"), at] })), plain);
  expect(shown).toMatchInlineSnapshot(`
    "nobody is driving: crew up

    [AUTH] Sign-in
    epic/auth → main  no beads

      ROLE      BRANCH                 PHASE             SINCE   BEADS
    → frontend  feature/auth-frontend  attached: by ada  1m 05s  0/0
    · backend   feature/auth-backend   idle: no beads    1m 05s  0/0
    · forms     feature/auth-forms     not created               0/0

    Next: crew up
    "
  `);
});

test("on a wide terminal nothing is cut", () => {
  expect(statusText({ ...midway(), driver: { pid: 4242 } }, { width: 140, color: false })).toMatchInlineSnapshot(`
    "[AUTH] Sign-in  auth-a3f8
    epic/auth → main  1/6 beads, 16 %

      ROLE      BRANCH                 PHASE                                       SINCE   BEADS
    → backend   feature/auth-backend   working auth-a3f8.1.2: mend 2 of 3, turn 2  1m 05s  1/3
    · frontend  feature/auth-frontend  idle: auth-a3f8.2 waits to be merged        1m 05s  0/1
    · forms     feature/auth-forms     idle: auth-a3f8.3 is blocked                1m 05s  0/1

    → auth-a3f8.1      [AUTH/backend] Sign-in API                                                33 %
      ✓ auth-a3f8.1.1  [AUTH/backend] POST /login                                                merged
      → auth-a3f8.1.2  [AUTH/backend] Session tokens                                             backend: mend
      · auth-a3f8.1.3  [AUTH/backend] Rate limit on sign-in                                      waits for auth-a3f8.1.2
    → auth-a3f8.2      [AUTH/frontend] Sign-in form                                              frontend: merges into frontend
    ! auth-a3f8.3      [AUTH/forms] Field validation with messages in the reader's own language  blocked
    ? auth-a3f8.4      Write the release note                                                    no role takes it

    To merge, in this order
      →  auth-a3f8.2  into frontend  gate test runs  [AUTH/frontend] Sign-in form

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

    Nothing to type: crew goes on by itself (pid 4242).
    "
  `);
});

test("before the first up", () => {
  expect(statusText(seen(aCrew(), aWorld()), plain)).toMatchInlineSnapshot(`
    "nobody is driving: crew up

    [AUTH] Sign-in
    epic/auth → main  no beads

      ROLE      BRANCH                 PHASE        SINCE  BEADS
    · backend   feature/auth-backend   not created         0/0
    · frontend  feature/auth-frontend  not created         0/0
    · forms     feature/auth-forms     not created         0/0

    Next: crew up
    "
  `);
});

test("a role that is not made yet says what it waits for", () => {
  const view = seen(aCrew(), aWorld());
  const notes = [{ subject: "instance backend", cause: "waits for its setup, which runs once for backend, forms" }];
  expect(statusText({ ...view, plan: { ...view.plan, notes } }, { ...plain, width: 120 })).toContain(
    "· backend   feature/auth-backend   not created: waits for its setup, which runs once for backend, forms ",
  );
});

function merged(): ReturnType<typeof aWorld> {
  const chain = [evidence(`${epicId}.1`, "f")];
  const beads = [anEpic(), aBead(`${epicId}.1`, "POST /login", { parent: epicId, labels: ["backend"] })];
  const metadata = { crew_merged: oid("f") };
  const order = anOrder(`${epicId}.1`, "backend");
  return aWorld({
    beads: beads.map((bead) => (bead.id === epicId ? bead : { ...bead, metadata })),
    orders: [order],
    reports: [aReport(order, { commit: oid("f") })],
    tips: [aTip("epic", { chain, reaches: new Set(chain.map((commit) => commit.oid)) }), aTip("frontend")],
    instances: ["backend", "frontend", "forms"].map((role) => anInstance(role)),
    facts: recorded(aCrew()),
  });
}

test("all merged: the next step is a person's", () => {
  expect(statusText(seen(aCrew(), merged()), plain)).toMatchInlineSnapshot(`
    "[AUTH] Sign-in  auth-a3f8
    epic/auth → main  1/1 beads, 100 %

      ROLE      BRANCH                 PHASE             SINCE   BEADS
    ✓ backend   feature/auth-backend   idle: all merged  1m 05s  1/1
    · frontend  feature/auth-frontend  idle: no beads    1m 05s  0/0
    · forms     feature/auth-forms     idle: no beads    1m 05s  0/0

    ✓ auth-a3f8.1  POST /login  merged

    Next: crew land
    "
  `);
});

test("landed and closed: nobody drives, and nobody has to", () => {
  const world = merged();
  const rounds = new Map([epicId, `${epicId}.1`].map((id) => [`${id}.1`, { closing: true, closed: true }]));
  const beads = new Map([...world.beads].map(([id, bead]) => [id, { ...bead, status: "closed" as const }]));
  const base = { ...world.repository.base, reachesTip: true };
  const landed = {
    ...world,
    beads,
    repository: { ...world.repository, base, facts: { ...world.repository.facts, rounds } },
  };
  expect(statusText(seen(aCrew(), landed), plain)).toMatchInlineSnapshot(`
    "[AUTH] Sign-in  auth-a3f8
    epic/auth → main  1/1 beads, 100 %

      ROLE      BRANCH                 PHASE             SINCE   BEADS
    ✓ backend   feature/auth-backend   idle: all merged  1m 05s  1/1
    · frontend  feature/auth-frontend  idle: no beads    1m 05s  0/0
    · forms     feature/auth-forms     idle: no beads    1m 05s  0/0

    ✓ auth-a3f8.1  POST /login  closed

    Nothing to do: landed and closed.
    "
  `);
});

test("as JSON: the same, whole and without words lost to a width", () => {
  expect(statusJson({ ...midway(), driver: { pid: 4242 } })).toMatchInlineSnapshot(`
    {
      "attention": [
        {
          "commands": [
            "crew retry auth-a3f8.3 -m …",
            "crew logs forms",
            "crew bead close auth-a3f8.3",
          ],
          "kind": "blocked",
          "reason": "auth-a3f8.3 is blocked, its attempts are used up: check failed: validation.test.js: expected 3 messages, got 2",
          "subject": "auth-a3f8.3",
        },
        {
          "commands": [
            "crew assign auth-a3f8.4 backend",
            "crew assign auth-a3f8.4 frontend",
            "crew assign auth-a3f8.4 forms",
            "crew bead show auth-a3f8.4",
            "crew bead close auth-a3f8.4",
          ],
          "kind": "unassigned",
          "reason": "no role takes auth-a3f8.4 (Write the release note)",
          "subject": "auth-a3f8.4",
        },
      ],
      "beads": [
        {
          "depth": 1,
          "done": 1,
          "id": "auth-a3f8.1",
          "mark": "going",
          "percent": 33,
          "state": "parent",
          "text": "33 %",
          "title": "[AUTH/backend] Sign-in API",
          "total": 3,
          "type": "feature",
        },
        {
          "depth": 2,
          "done": 1,
          "id": "auth-a3f8.1.1",
          "mark": "done",
          "percent": 100,
          "role": "backend",
          "state": "merged",
          "text": "merged",
          "title": "[AUTH/backend] POST /login",
          "total": 1,
          "type": "task",
        },
        {
          "depth": 2,
          "done": 0,
          "id": "auth-a3f8.1.2",
          "mark": "going",
          "percent": 0,
          "role": "backend",
          "state": "working",
          "text": "backend: mend",
          "title": "[AUTH/backend] Session tokens",
          "total": 1,
          "type": "task",
        },
        {
          "depth": 2,
          "done": 0,
          "id": "auth-a3f8.1.3",
          "mark": "waiting",
          "percent": 0,
          "role": "backend",
          "state": "waiting",
          "text": "waits for auth-a3f8.1.2",
          "title": "[AUTH/backend] Rate limit on sign-in",
          "total": 1,
          "type": "task",
        },
        {
          "depth": 1,
          "done": 0,
          "id": "auth-a3f8.2",
          "mark": "going",
          "percent": 0,
          "role": "frontend",
          "state": "merging",
          "text": "frontend: merges into frontend",
          "title": "[AUTH/frontend] Sign-in form",
          "total": 1,
          "type": "task",
        },
        {
          "depth": 1,
          "done": 0,
          "id": "auth-a3f8.3",
          "mark": "trouble",
          "percent": 0,
          "role": "forms",
          "state": "blocked",
          "text": "blocked",
          "title": "[AUTH/forms] Field validation with messages in the reader's own language",
          "total": 1,
          "type": "task",
        },
        {
          "depth": 1,
          "done": 0,
          "id": "auth-a3f8.4",
          "mark": "person",
          "percent": 0,
          "state": "unassigned",
          "text": "no role takes it",
          "title": "Write the release note",
          "total": 1,
          "type": "task",
        },
      ],
      "collisions": [],
      "driver": {
        "pid": 4242,
      },
      "epic": {
        "base": "main",
        "branch": "epic/auth",
        "done": 1,
        "id": "auth-a3f8",
        "percent": 16,
        "title": "[AUTH] Sign-in",
        "total": 6,
      },
      "gates": [
        {
          "gate": "test",
          "on": "auth-a3f8.2",
        },
      ],
      "next": null,
      "outlook": "working",
      "project": "auth",
      "proposals": [],
      "queue": [
        {
          "mark": "going",
          "paths": [],
          "source": "9999999999999999999999999999999999999999",
          "state": "gating",
          "subject": "auth-a3f8.2",
          "target": "frontend",
          "text": "gate test runs",
          "title": "[AUTH/frontend] Sign-in form",
        },
      ],
      "roles": [
        {
          "branch": "feature/auth-backend",
          "detail": "",
          "done": 1,
          "order": {
            "attempt": "2 of 3",
            "id": "auth-a3f8.1.2.1.2",
            "kind": "mend",
            "subject": "auth-a3f8.1.2",
            "title": "[AUTH/backend] Session tokens",
            "turn": 2,
          },
          "phase": "working",
          "role": "backend",
          "sinceMs": 1772366335000,
          "total": 3,
        },
        {
          "branch": "feature/auth-frontend",
          "detail": "auth-a3f8.2 waits to be merged",
          "done": 0,
          "phase": "idle",
          "role": "frontend",
          "sinceMs": 1772366335000,
          "total": 1,
        },
        {
          "branch": "feature/auth-forms",
          "detail": "auth-a3f8.3 is blocked",
          "done": 0,
          "phase": "idle",
          "role": "forms",
          "sinceMs": 1772366335000,
          "total": 1,
        },
      ],
      "spent": {
        "beads": {
          "auth-a3f8.1.1": {
            "cached": 0,
            "input": 0,
            "ofSubscriptions": 0,
            "output": 0,
            "runs": 0,
            "seconds": 0,
            "turns": 1,
            "usd": 0,
          },
          "auth-a3f8.1.2": {
            "cached": 0,
            "input": 0,
            "ofSubscriptions": 0,
            "output": 0,
            "runs": 0,
            "seconds": 0,
            "turns": 1,
            "usd": 0,
          },
          "auth-a3f8.2": {
            "cached": 0,
            "input": 0,
            "ofSubscriptions": 0,
            "output": 0,
            "runs": 0,
            "seconds": 0,
            "turns": 1,
            "usd": 0,
          },
          "auth-a3f8.3": {
            "cached": 0,
            "input": 0,
            "ofSubscriptions": 0,
            "output": 0,
            "runs": 0,
            "seconds": 0,
            "turns": 3,
            "usd": 0,
          },
        },
        "project": {
          "cached": 0,
          "input": 0,
          "ofSubscriptions": 0,
          "output": 0,
          "runs": 0,
          "seconds": 0,
          "turns": 6,
          "usd": 0,
        },
        "roles": {
          "backend": {
            "cached": 0,
            "input": 0,
            "ofSubscriptions": 0,
            "output": 0,
            "runs": 0,
            "seconds": 0,
            "turns": 2,
            "usd": 0,
          },
          "forms": {
            "cached": 0,
            "input": 0,
            "ofSubscriptions": 0,
            "output": 0,
            "runs": 0,
            "seconds": 0,
            "turns": 3,
            "usd": 0,
          },
          "frontend": {
            "cached": 0,
            "input": 0,
            "ofSubscriptions": 0,
            "output": 0,
            "runs": 0,
            "seconds": 0,
            "turns": 1,
            "usd": 0,
          },
        },
      },
    }
  `);
});

test("no line but a command is wider than the terminal, whatever the width", () => {
  for (const width of [40, 60, 80, 100, 200]) {
    const lines = statusText(midway(), { width, color: false }).split("\n");
    expect(lines.filter((line) => cellsOf(line) > width && !line.trim().startsWith("crew "))).toEqual([]);
  }
});

test("titles cannot reach the terminal's controls", () => {
  const { crew, world } = midway();
  const title = "\u001b[2J\u001b]0;owned\u0007\u009b31mred\u202egnp.exe\r\nnext\u0000";
  const beads = new Map([...world.beads].map(([id, bead]) => [id, { ...bead, title }]));
  const text = statusText(seen(crew, { ...world, beads }), plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is asserted
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text).toContain("redgnp.exe next");
});

test("colour adds codes and changes no text", () => {
  const colored = statusText(midway(), { width: 80, color: true });
  expect(colored).toContain("\u001b[32m  ✓ auth-a3f8.1.1\u001b[0m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes are what is taken away
  expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(statusText(midway(), plain));
});
