// Crews for tests: `aCrew(aRole("backend"), aGate("test"))`. Every part has a default; a test names what it is about.

import type { Crew, EpicSpec, Gate, Role, TaskSpec } from "../../src/model/crew.ts";
import type { ServiceSpec } from "../../src/model/services.ts";

export type CrewPart = (crew: Crew) => Crew;

/** The project `shop` with the epic `auth` on `epic/auth`, landed by `crew land`. */
export function aCrew(...parts: readonly CrewPart[]): Crew {
  const empty: Crew = {
    name: "shop",
    declaredName: "shop",
    file: "/src/shop/crew.yaml",
    text: "name: shop\n",
    inputs: {},
    epic: { title: "Auth", slug: "auth", branch: "epic/auth" },
    tasks: [],
    roles: [],
    gates: [],
    review: "epic",
    land: "merge",
    strategy: "merge",
    batch: 1,
    radar: "off",
    push: false,
    close: "on-land",
    maxParallel: 4,
    maxGates: 1,
    protect: [],
    runtime: "process",
    tracker: { kind: "git" },
  };
  return parts.reduce((crew, part) => part(crew), empty);
}

/** A role that takes the beads with its name as a label, on the branch `feature/<name>`. */
export function aRole(name: string, given: Partial<Omit<Role, "name">> & AgentGiven = {}): CrewPart {
  const { maxAttempts = 3, ...rest } = given;
  const role: Role = {
    name,
    branch: `feature/${name}`,
    into: "epic",
    dependsOn: [],
    beads: { labels: [name] },
    agent: { command: "agent", turnTimeoutMs: 60_000, maxAttempts },
    environment: {},
    ...rest,
  };
  return (crew) => ({ ...crew, roles: [...crew.roles, role] });
}

interface AgentGiven {
  readonly maxAttempts?: number;
}

export function aGate(name: string, given: Partial<Omit<Gate, "name">> = {}): CrewPart {
  const gate: Gate = {
    name,
    run: `run ${name}`,
    timeoutMs: 60_000,
    environment: {},
    on: ["candidate", "land"],
    ...given,
  };
  return (crew) => ({ ...crew, gates: [...crew.gates, gate] });
}

export function aTask(key: string, given: Partial<Omit<TaskSpec, "key">> = {}): CrewPart {
  const task: TaskSpec = { key, title: `Do ${key}`, type: "task", priority: 2, labels: [], blockedBy: [], ...given };
  return (crew) => ({ ...crew, tasks: [...crew.tasks, task] });
}

export function epicOf(given: Partial<EpicSpec>): CrewPart {
  return (crew) => ({ ...crew, epic: { ...crew.epic, ...given } });
}

/** Keys of the file's top level: `review`, `close`, `maxParallel`, … */
export function settings(given: Partial<Omit<Crew, "roles" | "gates" | "tasks" | "epic">>): CrewPart {
  return (crew) => ({ ...crew, ...given });
}

export function aService(name: string, given: Partial<ServiceSpec> = {}): ServiceSpec {
  const container = { image: `${name}:1`, cpus: 2, memoryBytes: 1024 ** 3, pids: 64, readOnly: false };
  return { name, container, environment: {}, needs: [], ...given };
}
