// What `crew ps` lists: roles in the order of the file, then gates.
import { expect, test } from "vitest";
import { type ServiceState, serviceHash, serviceId } from "../../src/model/services.ts";
import { psJson, psText } from "../../src/ui/ps.ts";
import { aService } from "../builders/crew.ts";
import { aCrew, anInstance, aWorld, midway, nowMs, recorded, seen } from "./sample.ts";

const plain = { width: 80, color: false };

test("roles at work and idle, and the gate that runs", () => {
  expect(psText(psJson(midway()), plain)).toMatchInlineSnapshot(`
    "NAME      KIND  STATE    PID   PHASE    BEAD           BRANCH             UPTIME
    backend   role  running  4711  working  auth-a3f8.1.2  …ure/auth-backend  1h 00m
    frontend  role  running  4711  idle                    …re/auth-frontend  1h 00m
    forms     role  running  4711  idle                    …ature/auth-forms  1h 00m
    test      gate  running                 auth-a3f8.2
    "
  `);
  expect(psText(psJson(midway()), { width: 120, color: false })).toMatchInlineSnapshot(`
    "NAME      KIND  STATE    PID   PHASE    BEAD           BRANCH                 UPTIME
    backend   role  running  4711  working  auth-a3f8.1.2  feature/auth-backend   1h 00m
    frontend  role  running  4711  idle                    feature/auth-frontend  1h 00m
    forms     role  running  4711  idle                    feature/auth-forms     1h 00m
    test      gate  running                 auth-a3f8.2
    "
  `);
});

test("an instance that ended, one that cannot be read, one that the file no longer has", () => {
  const instances = [
    anInstance("backend", {}, { running: false }),
    anInstance("frontend", {}, { mail: "unreadable", startedAtMs: nowMs - 5_000 }),
    anInstance("docs"),
  ];
  const found = seen(aCrew(), aWorld({ instances, facts: recorded(aCrew()) }));
  expect(psJson(found)).toMatchInlineSnapshot(`
    [
      {
        "branch": "feature/auth-backend",
        "kind": "role",
        "name": "backend",
        "phase": "",
        "state": "exited",
      },
      {
        "branch": "feature/auth-frontend",
        "kind": "role",
        "name": "frontend",
        "phase": "mailbox unreadable",
        "pid": 4711,
        "state": "running",
        "uptimeMs": 5000,
      },
      {
        "branch": "",
        "kind": "role",
        "name": "docs",
        "phase": "idle",
        "pid": 4711,
        "state": "running",
        "uptimeMs": 3600000,
      },
    ]
  `);
});

test("containers: no pids, one that is frozen, one that is not as the file has it", () => {
  const container = { image: "node:24", cpus: 2, memoryBytes: 1024, pids: 64, readOnly: false };
  const declared = aCrew();
  const crew = { ...declared, roles: declared.roles.map((role) => ({ ...role, container })) };
  const made = (role: string, own: Partial<typeof container> = {}) => {
    const { pid: _none, ...instance } = anInstance(role);
    return { ...instance, spec: { role, environment: {}, container: { ...container, ...own } } };
  };
  const instances = [{ ...made("backend"), paused: true }, made("frontend", { image: "node:22", cpus: 1 })];
  const found = seen(crew, aWorld({ instances, facts: recorded(crew) }));
  expect(psText(psJson(found), { width: 100, color: false })).toMatchInlineSnapshot(`
    "NAME      KIND  STATE    PHASE   BEAD  BRANCH                 UPTIME  DRIFT
    backend   role  paused   paused        feature/auth-backend   1h 00m
    frontend  role  running  idle          feature/auth-frontend  1h 00m  cpus, image
    "
  `);
});

test("services beside roles and gates: state, health, how one ended, and one that is not as the file has it any more", () => {
  const owner = { kind: "role", role: "backend" } as const;
  const db = aService("db");
  const cache = aService("cache", { shared: true });
  const states: readonly ServiceState[] = [
    { owner, name: "db", specHash: serviceHash(db), running: true, health: "healthy", createdAtMs: 0 },
    { owner, name: "disk", specHash: "", running: false, exitCode: 3, createdAtMs: 0 },
    { owner, name: "queue", specHash: "", running: false, createdAtMs: 0 },
    { owner: { kind: "project" }, name: "cache", specHash: "old", running: true, paused: true, createdAtMs: 0 },
    { owner: { kind: "gate", gate: "test", key: "k" }, name: "db", specHash: "", running: true, createdAtMs: 0 },
  ];
  const world = aWorld({ instances: [], facts: recorded(aCrew()) });
  const services = new Map(states.map((state) => [serviceId(state.owner, state.name), state]));
  const base = aCrew();
  const crew = {
    ...base,
    roles: base.roles.map((role) => (role.name === "backend" ? { ...role, services: [db, cache] } : role)),
  };
  const found = seen(crew, { ...world, runtime: { ...world.runtime, services } });
  expect(psText(psJson(found), { width: 100, color: false })).toMatchInlineSnapshot(`
    "NAME           KIND     STATE    PHASE    BEAD  BRANCH  UPTIME  DRIFT
    backend/db     service  running  healthy
    backend/disk   service  exited   exit 3
    backend/queue  service  created
    cache          service  paused                                  spec
    gate:test/db   service  running
    "
  `);
});
