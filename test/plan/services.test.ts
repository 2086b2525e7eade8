// Services: made, started in waves, replaced alone, removed; whoever has them waits, and nobody else.
import { expect, test } from "vitest";
import { type ServiceOwner, type ServiceState, serviceHash, serviceId } from "../../src/model/services.ts";
import { aCrew, aRole, aService } from "../builders/crew.ts";
import { planText } from "../builders/plan-text.ts";
import { anInstance, aProject, withRuntime } from "../builders/world.ts";

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
