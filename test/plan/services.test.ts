// Services: made, started in waves, replaced alone, removed; whoever has them waits, and nobody else.
import { expect, test } from "vitest";
import type { SecretGrant } from "../../src/model/secret.ts";
import { type ServiceOwner, type ServiceState, serviceHash, serviceId } from "../../src/model/services.ts";
import { serviceFields } from "../../src/model/services-drift.ts";
import { aCrew, aRole, aService } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { aSecret } from "../builders/secret.ts";
import { anInstance, aProject, withFacts, withRuntime } from "../builders/world.ts";

const db = aService("db", { needs: [{ service: "disk", until: "healthy" }] });
const disk = aService("disk");
const cache = aService("cache", { shared: true });
const backend: ServiceOwner = { kind: "role", role: "backend" };
const everybody: ServiceOwner = { kind: "project" };
const crew = aCrew(aRole("backend", { services: [disk, db, cache] }), aRole("docs"));

function state(owner: ServiceOwner, spec: typeof db, given: Partial<ServiceState> = {}): ServiceState {
  return { owner, name: spec.name, specHash: serviceHash(spec), running: true, createdAtMs: 0, ...given };
}

function planned(states: readonly ServiceState[], startedAtMs = 0, of = crew): readonly string[] {
  const services = new Map(states.map((each) => [serviceId(each.owner, each.name), each]));
  const text = planText(of, withRuntime({ services, instances: new Map() })(aProject(of)), { startedAtMs });
  return text.split("\n").filter((line) => /service|instance/.test(line));
}

const notDocs = (lines: readonly string[]) => lines.filter((line) => !line.includes("docs"));
const all = [state(backend, disk), state(backend, db), state(everybody, cache)];

test("all are made at once, and the role's instance with them, but nothing is started that waits", () => {
  expect(notDocs(planned([]))).toEqual([
    "service.create:backend/disk (not found)",
    "service.create:backend/db (not found)",
    "service.create:cache (not found)",
    "instance.create:backend (not found)",
    ". instance backend: waits for disk, db, cache",
  ]);
});

test("one starts once what it needs is healthy", () => {
  const made = all.map((each) => ({ ...each, running: false }));
  expect(notDocs(planned(made))).toEqual([
    "service.start:backend/disk (not started)",
    "service.start:cache (not started)",
    "instance.create:backend (not found)",
    ". service backend/db: waits for disk",
    ". instance backend: waits for disk, db, cache",
  ]);
  const starting = made.map((each) => (each.name === "disk" ? state(backend, disk, { health: "starting" }) : each));
  expect(planned(starting)).toContain(". service backend/db: waits for disk");
  const healthy = made.map((each) => (each.name === "disk" ? state(backend, disk, { health: "healthy" }) : each));
  expect(planned(healthy)).toContain("service.start:backend/db (not started)");
});

test("with all of them there its owner starts", () => {
  expect(notDocs(planned(all)).slice(0, 2)).toEqual([
    "instance.create:backend (not found)",
    "instance.start:backend (created)",
  ]);
});

test.each([
  [{ health: "unhealthy" as const }, "! service backend/db: Service backend/db is unhealthy"],
  [{ running: false, exitCode: 3 }, "! service backend/db: Service backend/db ended with 3"],
])("one that is of no use is a person's, and the other role goes on: %o", (given, words) => {
  const lines = planned([state(backend, disk), state(backend, db, given), state(everybody, cache)]);
  expect(lines.find((line) => line.startsWith("!"))).toContain(words);
  expect(lines).toContain(". instance backend: waits for db");
  expect(lines).toContain("instance.start:docs (created)");
});

test("one that ended is tried again by the next up, however it ended; one that was to end is done", () => {
  const ended = (exitCode: number) => [
    state(backend, disk),
    state(backend, db, { running: false, exitCode }),
    state(everybody, cache),
  ];
  for (const exitCode of [0, 3]) {
    expect(planned(ended(exitCode)).join("\n")).toContain(`Service backend/db ended with ${exitCode}`);
    expect(planned(ended(exitCode), 1)).toEqual(
      expect.arrayContaining([
        `service.remove:backend/db (ended with ${exitCode}; tried again)`,
        `service.create:backend/db (ended with ${exitCode}; tried again)`,
      ]),
    );
  }
  const app = aService("app", { needs: [{ service: "db", until: "completed" }] });
  const withJob = aCrew(aRole("backend", { services: [disk, db, cache, app] }));
  expect(planned([...ended(0), state(backend, app)], 0, withJob)).toContain("instance.start:backend (created)");
  const running = [...all, state(backend, app)];
  expect(planned(running, 0, withJob)).toContain(". instance backend: waits for db");
});

const idle = { phase: "idle", turn: 1, sinceMs: 0, detail: "", fruitless: 0 } as const;

test("whoever is at work keeps what it has until its turn is over, and nobody is given an order without it", () => {
  const old = state(backend, aService("gone"));
  const spec = { role: "backend", environment: {}, services: [{ name: "gone" }] };
  const seen = (phase: "working" | "idle") => {
    const instance = anInstance("backend", { spec, mail: { status: { ...idle, phase }, inbox: [], outbox: [] } });
    const services = new Map([[serviceId(backend, "gone"), old]]);
    return planText(crew, withRuntime({ services })(aProject(crew, instance)));
  };
  expect(seen("working")).not.toContain("service.remove");
  expect(seen("idle")).toContain("service.remove:backend/gone (no role has it)");
});

const made = aService("db", { environment: { LEVEL: "info", OLD: "1" }, command: ["serve"] });
const changed = aService("db", { environment: { LEVEL: "debug", NEW: "1" }, command: ["serve", "-v"] });
const drifted = "command: serve → serve -v, environment.LEVEL changed, environment.NEW added, environment.OLD removed";

test("another value of a secret is another service, and one that nobody knows is as it was", () => {
  const grant = (value: string): SecretGrant => ({ ...aSecret("KEY", value), file: "/run/secrets/KEY", readers: [] });
  const { digest: _unknown, value: _none, ...unknown } = grant("one");
  const [one, two, unseen] = [grant("one"), grant("two"), unknown].map((secret) =>
    aService("db", { secrets: [secret] }),
  );
  if (!one || !two || !unseen) throw new Error("three services");
  const old = state(backend, one, { fields: serviceFields(one), secrets: one.secrets ?? [] });
  const lines = (spec: typeof db) => planned([old], 0, aCrew(aRole("backend", { services: [spec] })));
  expect(lines(one)).toEqual(lines(unseen));
  expect(lines(one)).toContain("instance.start:backend (created)");
  expect(lines(two)).toEqual([
    "service.remove:backend/db (secret KEY changed)",
    "service.create:backend/db (secret KEY changed)",
    "    after service.remove:backend/db",
    "instance.create:backend (not found)",
    ". instance backend: waits for db",
  ]);
});

test("one that drifted is replaced with the fields that differ, no value of a variable among them; at work, after the turn", () => {
  const of = aCrew(aRole("backend", { services: [changed] }));
  const old = state(backend, made, { fields: serviceFields(made) });
  expect(JSON.stringify(old.fields)).not.toContain("info");
  expect(planned([old], 0, of)).toEqual(
    expect.arrayContaining([`service.remove:backend/db (${drifted})`, `service.create:backend/db (${drifted})`]),
  );
  const instance = anInstance("backend", {
    spec: { role: "backend", environment: {}, services: [{ name: "db" }] },
    mail: { status: { ...idle, phase: "working" }, inbox: [], outbox: [] },
  });
  const services = new Map([[serviceId(backend, "db"), old]]);
  const text = planText(of, withRuntime({ services })(aProject(of, instance)));
  expect(text).toContain(`. service backend/db: ${drifted}; replaced after the turn`);
});

test("--no-recreate leaves one as it is, and its role works beside it; --force-recreate replaces those that it means", () => {
  const of = aCrew(aRole("backend", { services: [changed, cache] }));
  const states = [state(backend, made, { fields: serviceFields(made) }), state(everybody, cache)];
  const services = new Map(states.map((each) => [serviceId(each.owner, each.name), each]));
  const world = withRuntime({ services, instances: new Map() })(aProject(of));
  const kept = planText(of, world, { startedAtMs: 0, noRecreate: ["backend"] });
  expect(kept).toContain(`. service backend/db: ${drifted}; kept as it is until crew up without --no-recreate`);
  expect(kept).toContain("instance.start:backend (created)");
  const forced = planText(of, world, { startedAtMs: 0, recreateServices: ["backend/db", "cache"] });
  for (const id of ["backend/db", "cache"]) {
    expect(forced).toContain(`service.remove:${id} (crew up --force-recreate)`);
    expect(forced).toContain(`service.create:${id} (crew up --force-recreate)`);
  }
});

test("--no-recreate keeps what an instance has, though the file gives it to its role no more", () => {
  const of = aCrew(aRole("backend"));
  const services = new Map([[serviceId(backend, "db"), state(backend, db)]]);
  const has = anInstance("backend", { spec: { role: "backend", environment: {}, services: [db] } });
  const world = aProject(of, withRuntime({ services }), has);
  expect(planText(of, world, { startedAtMs: 0 })).toContain("service.remove:backend/db");
  expect(planText(of, world, { startedAtMs: 0, noRecreate: ["backend"] })).not.toContain("service.remove");
});

test("a changed one is replaced alone, a paused one goes on, and one that nobody has any more goes", () => {
  const odd = state(backend, db, { specHash: "other" });
  const old = state({ kind: "role", role: "docs" }, aService("gone"));
  const lines = planned([state(backend, disk, { paused: true }), odd, state(everybody, cache), old]);
  expect(lines).toEqual(
    expect.arrayContaining([
      "service.start:backend/disk (paused)",
      "service.remove:backend/db (changed in the file)",
      "service.create:backend/db (changed in the file)",
      "service.remove:docs/gone (no role has it)",
    ]),
  );
});

function held(holding: "stopped" | "paused" | "none", states: readonly ServiceState[], running = true) {
  const services = new Map(states.map((each) => [serviceId(each.owner, each.name), each]));
  const hold = withFacts({ holds: new Map([["backend", { state: holding, reason: "", atMs: 600 }]]) });
  const parts = [anInstance("backend", { running }), withRuntime({ services }), hold];
  return notDocs(planText(crew, aProject(crew, ...parts)).split("\n")).filter((line) => /service|instance/.test(line));
}

test("a held role's own services rest after it, and what it shares goes on", () => {
  expect(held("stopped", all)).toEqual([
    "service.stop:backend/disk (stopped: crew start backend)",
    "    after instance.stop:backend",
    "service.stop:backend/db (stopped: crew start backend)",
    "    after instance.stop:backend",
    "instance.stop:backend (stopped: crew start backend)",
  ]);
  expect(held("paused", all)).toEqual([
    "service.pause:backend/disk (paused: crew unpause backend)",
    "    after instance.pause:backend",
    "service.pause:backend/db (paused: crew unpause backend)",
    "    after instance.pause:backend",
    "instance.pause:backend (paused: crew unpause backend)",
  ]);
  const ended = all.map((each) => ({ ...each, running: false, exitCode: 143, startedAtMs: 500 }));
  expect(held("stopped", ended, false)).toEqual([". instance backend: stopped: crew start backend"]);
});

test("let go, its services start again as they were, before it; one that ended since is a person's", () => {
  const rested = (startedAtMs: number) => [
    state(backend, disk, { running: false, exitCode: 0, startedAtMs }),
    state(backend, db, { running: false, exitCode: 143, startedAtMs }),
    state(everybody, cache),
  ];
  expect(held("none", rested(500), false)).toEqual([
    "service.start:backend/disk (rested with its role)",
    ". service backend/db: waits for disk",
    ". service cache: up to date",
    ". instance backend: waits for disk, db",
  ]);
  const since = held("none", rested(700), false);
  expect(since.join("\n")).not.toContain("service.start");
  expect(since).toContain("service.remove:backend/db (ended with 143; tried again)");
});

test("what is to be pulled anew is so before it is made or goes on, and once", () => {
  const services = new Map(all.map((each) => [serviceId(each.owner, each.name), each]));
  const world = withRuntime({ services })(aProject(crew));
  const pulls = [db.container.image];
  const lines = (done: readonly string[]) => planText(crew, world, { refresh: { pulls, builds: false, done } });
  expect(lines([])).toContain(`image.pull:${db.container.image} (once for each crew up)`);
  expect(lines(pulls)).not.toContain("image.pull");
  expect(lines(pulls)).toContain(". service backend/db: up to date");
  const without = withRuntime({ services: new Map(), images: new Map() })(aProject(crew));
  expect(planText(crew, without)).toContain(`image.pull:${db.container.image}`);
  const never = planText(crew, without, { pull: "never" });
  expect(never).not.toContain("image.pull");
  expect(never).toContain("service backend/db has no image to run in");
});
