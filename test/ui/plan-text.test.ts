// What `crew plan` prints: of a new project, of a replacement, of work under way, and when there is nothing to do.
import { expect, test } from "vitest";
import type { Outlook, Plan } from "../../src/model/plan.ts";
import { cellsOf } from "../../src/ui/cells.ts";
import { planJson } from "../../src/ui/plan-json.ts";
import { planText } from "../../src/ui/plan-text.ts";
import { anOperation, everyOperation } from "./operations.ts";
import { aCrew, anInstance, aRole, aTask, aWorld, midway, recorded, seen } from "./sample.ts";

const plain = { width: 80, color: false, instances: new Map() };

function aPlan(changes: Partial<Plan> = {}): Plan {
  return { operations: [], notes: [], attention: [], outlook: "working", inFlight: false, ...changes };
}

test("a new project: everything that up will create, in the order of its groups", () => {
  const tasks = [
    aTask("backend", "[AUTH/backend] Sign-in API", { type: "feature", role: "backend" }),
    aTask("backend.login", "[AUTH/backend] POST /login", { parent: "backend", role: "backend" }),
    aTask("form", "[AUTH/frontend] Sign-in form", { role: "frontend", blockedBy: ["backend.login"] }),
  ];
  const crew = aCrew({ tasks, roles: [aRole("backend"), aRole("frontend")] });
  expect(planText(seen(crew, aWorld()).plan, plain)).toMatchInlineSnapshot(`
    "Beads
      +  epic auth-57e8      [AUTH] Sign-in              [no epic with key epic:sig…
      +  bead auth-57e8.1    [AUTH/backend] Sign-in API  [task backend has no bead]
      +  bead auth-57e8.1.1  [AUTH/backend] POST /login  [task backend.login has no…
      +  bead auth-57e8.2    [AUTH/frontend] Sign-in f…  [task form has no bead]
      +  bead auth-57e8.2    blocked by auth-57e8.1.1    [task form is blocked by b…

    Project
      ~  project auth  file, inputs, epic, tasks  [new project]
      +  start         at bbbbbbb                 [the epic begins at main]
      +  tip epic      at bbbbbbb                 [collects the work of the epic]

    Roles
      +  volume backend     clone at bbbbbbb on feature/auth-backend   [not found]
      +  instance backend   create                                     [not found]
      →  instance backend   start                                      [created]
      +  volume frontend    clone at bbbbbbb on feature/auth-frontend  [not found]
      +  instance frontend  create                                     [not found]
      →  instance frontend  start                                      [created]

    14 operations:  + 11  ~ 1  → 2
    "
  `);
});

test("a replacement says field by field what it is for, and what is kept", () => {
  const roles = [aRole("backend", { environment: { NODE_ENV: "test", PORT: "8080" } }), aRole("frontend")];
  const crew = aCrew({ roles });
  const before = { role: "backend", environment: { NODE_ENV: "production", DEBUG: "1" } };
  const world = aWorld({
    instances: [anInstance("backend", {}, { spec: before }), anInstance("frontend")],
    facts: recorded(crew),
  });
  const { plan } = seen(crew, world);
  const operations = plan.operations.filter((operation) => operation.kind.startsWith("instance."));
  expect(planText({ ...plan, operations }, { ...plain, instances: world.runtime.instances })).toMatchInlineSnapshot(`
    "Roles
      -/+  instance backend  replace
          ~ environment.DEBUG: 1 → (unset)  # replaces the instance; branch and work
            kept
          ~ environment.NODE_ENV: production → test  # replaces the instance; branch
            and work kept
          ~ environment.PORT: (unset) → 8080  # replaces the instance; branch and
            work kept

    Left alone
      =  instance frontend  [up to date]

    Needs you
      ? epic auth-a3f8 is gone: nothing is handed out or landed
          crew down

    4 operations:  -/+ 4
    "
  `);
  expect(planJson({ ...plan, operations }, world.runtime.instances).operations[2]).toMatchInlineSnapshot(`
    {
      "about": "instance backend",
      "cause": "environment.DEBUG: 1 → (unset), environment.NODE_ENV: production → test, environment.PORT: (unset) → 8080; branch and work kept",
      "changes": [
        {
          "field": "environment.DEBUG",
          "from": "1",
          "to": "(unset)",
          "words": "environment.DEBUG: 1 → (unset)",
        },
        {
          "field": "environment.NODE_ENV",
          "from": "production",
          "to": "test",
          "words": "environment.NODE_ENV: production → test",
        },
        {
          "field": "environment.PORT",
          "from": "(unset)",
          "to": "8080",
          "words": "environment.PORT: (unset) → 8080",
        },
      ],
      "detail": "create",
      "id": "instance.create:backend",
      "kind": "instance.create",
      "needs": [
        "instance.remove:backend",
      ],
    }
  `);
});

test("work under way: what is next, what waits, who is needed", () => {
  expect(planText(midway().plan, plain)).toMatchInlineSnapshot(`
    "Beads
      ~  bead auth-a3f8.1.2  assignee crew/backend  [given to backend]
      +  bead auth-a3f8.1.1  comment                [merged as fffffff]
      ~  bead auth-a3f8.1.1  crew_merged = fffffff  [merged as fffffff]

    Left alone
      =  instance backend    [up to date]
      =  instance frontend   [up to date]
      =  instance forms      [up to date]
      =  bead auth-a3f8.1.1  [merged into epic; closed when the epic lands]
      =  bead auth-a3f8.1.2  [with backend: order auth-a3f8.1.2.1.2]
      =  bead auth-a3f8.1.3  [waits for auth-a3f8.1.2]
      =  bead auth-a3f8.2    [its gates decide whether it merges into frontend]

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

    3 operations:  + 1  ~ 2
    "
  `);
});

test("every kind of operation has its line", () => {
  expect(planText(aPlan({ operations: everyOperation }), { ...plain, width: 100 })).toMatchInlineSnapshot(`
    "Beads
      +  bead auth-a3f8.1  [AUTH/backend] POST /login  [because]
      +  bead auth-a3f8.2  blocked by auth-a3f8.1      [because]
      ~  bead auth-a3f8.1  assignee crew/backend       [because]
      +  bead auth-a3f8.1  comment                     [because]
      ~  bead auth-a3f8.1  crew_merged = fffffff       [because]
      ✓  bead auth-a3f8.1  close                       [because]
      ~  bead auth-a3f8.1  open again                  [because]

    Project
      ~  project auth      file, inputs, epic, tasks                 [because]
      ~  bead auth-a3f8.1  round 1: closing                          [because]
      +  start             at bbbbbbb                                [because]
      +  tip epic          at bbbbbbb                                [because]
      ~  tip epic          aaaaaaa → bbbbbbb                         [because]
      +  epic auth-a3f8    archive: orders, reports, rescues, audit  [because]
      -  epic auth-a3f8    the project's refs; the archive stays     [because]

    Branches
      →  remote origin                push refs/heads/epic/auth  [because]
      →  branch feature/auth-backend  aaaaaaa → ccccccc          [because]
      -  branch feature/auth-backend  was at ccccccc             [because]

    Roles
        +  image crew-build:0a1b2c3d  build /src/shop                           [because]
        +  service backend/db         create                                    [because]
        →  service backend/db         start                                     [because]
        ~  service backend/db         stop                                      [because]
        ~  service backend/db         pause                                     [because]
        -  service db                 remove                                    [because]
        +  image node:24              pull                                      [because]
        +  volume backend             clone at bbbbbbb on feature/auth-backend  [because]
        -  volume backend             remove                                    [because]
      -/+  instance backend           replace                                   [because]
        ~  instance backend           pause                                     [because]
        →  instance backend           resume                                    [because]
        ~  role backend               quarantined                               [because]
        ←  volume backend             rescue 1                                  [because]

    Orders
      →  bead auth-a3f8.1        to backend, attempt 1               [because]
      →  bead auth-a3f8.1        deliver to backend                  [because]
      -  bead auth-a3f8.1        withdraw from backend               [because]
      ←  bead auth-a3f8.1        report of backend: done             [because]
      →  bead auth-a3f8.1        tell backend: Mind the time zones.  [because]
      →  report auth-a3f8.1.1.1  acknowledge to backend              [because]

    Gates
      →  setup npm ci                 run once                              [because]
      +  setup 0f0f0f0f0f0f           keep as an image                      [because]
      -  image of setup 0f0f0f0f0f0f  remove                                [because]
      -  setup run 0f0f0f0f0f0f       remove                                [because]
      →  gate test                    run on the merge of bead auth-a3f8.1  [because]
      ←  gate test                    green                                 [because]
      -  gate run 77777777            remove                                [because]

    Merges
      ←  branch main on origin  fetch: has the pull request been merged?  [because]
      →  branch epic/auth       pull request into main on origin          [because]
      →  bead auth-a3f8.1       merge into epic                           [because]
      →  branch main            land: fast-forward                        [because]

    51 operations:  + 11  ~ 10  -/+ 4  - 8  → 13  ← 4  ✓ 1
    "
  `);
});

test("what is destroyed is said under the operation", () => {
  const consent = "the files of backend, with those that git ignores";
  const remove = anOperation({ kind: "volume.remove", role: "backend" }, { cause: "down", consent });
  expect(planText(aPlan({ operations: [remove] }), plain)).toMatchInlineSnapshot(`
    "Roles
      -  volume backend  remove  [down]
        ! destroys the files of backend, with those that git ignores

    1 operation:  - 1
    "
  `);
});

test("with nothing to do, the outlook in words", () => {
  const outlooks: readonly Outlook[] = ["working", "settled", "landable", "complete"];
  const texts = outlooks.map((outlook) => planText(aPlan({ outlook, inFlight: outlook === "working" }), plain));
  expect(texts).toMatchInlineSnapshot(`
    [
      "Nothing to do at once: work is under way.
    ",
      "Settled: a person is needed.
    ",
      "All merged. Next: crew land
    ",
      "Nothing to do: landed and closed.
    ",
    ]
  `);
});

test("JSON: the same operations, notes and attention, stable and complete", () => {
  const { plan, world } = midway();
  expect(planJson(plan, world.runtime.instances)).toMatchInlineSnapshot(`
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
      "inFlight": true,
      "notes": [
        {
          "cause": "up to date",
          "subject": "instance backend",
        },
        {
          "cause": "up to date",
          "subject": "instance frontend",
        },
        {
          "cause": "up to date",
          "subject": "instance forms",
        },
        {
          "cause": "merged into epic; closed when the epic lands",
          "subject": "bead auth-a3f8.1.1",
        },
        {
          "cause": "with backend: order auth-a3f8.1.2.1.2",
          "subject": "bead auth-a3f8.1.2",
        },
        {
          "cause": "waits for auth-a3f8.1.2",
          "subject": "bead auth-a3f8.1.3",
        },
        {
          "cause": "its gates decide whether it merges into frontend",
          "subject": "bead auth-a3f8.2",
        },
      ],
      "operations": [
        {
          "about": "bead auth-a3f8.1.2",
          "cause": "given to backend",
          "detail": "assignee crew/backend",
          "id": "bead.claim:auth-a3f8.1.2",
          "kind": "bead.claim",
          "needs": [],
        },
        {
          "about": "bead auth-a3f8.1.1",
          "cause": "merged as fffffff",
          "detail": "comment",
          "id": "bead.comment:auth-a3f8.1.1",
          "kind": "bead.comment",
          "needs": [],
        },
        {
          "about": "bead auth-a3f8.1.1",
          "cause": "merged as fffffff",
          "detail": "crew_merged = ffffffffffffffffffffffffffffffffffffffff",
          "id": "bead.mark:auth-a3f8.1.1:merged",
          "kind": "bead.mark",
          "needs": [
            "bead.comment:auth-a3f8.1.1",
          ],
        },
      ],
      "outlook": "working",
    }
  `);
});

test("no line but a command is wider than the terminal, whatever the width", () => {
  for (const width of [60, 80, 120]) {
    const text = planText(aPlan({ operations: everyOperation, attention: midway().plan.attention }), {
      ...plain,
      width,
    });
    expect(text.split("\n").filter((line) => cellsOf(line) > width && !line.trim().startsWith("crew "))).toEqual([]);
  }
});
