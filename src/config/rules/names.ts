// Every name must be the name of something: in depends_on, into, services, secrets, networks, a task's role and
// blocked_by.
import { didYouMean } from "../did-you-mean.ts";
import type { Tasks } from "../generated/crew-file.ts";
import { namedGates } from "../normalise/gates.ts";
import { placeName } from "../places.ts";
import type { Report } from "../problem.ts";
import { keySpanOf, keysAt, type Path, type Span, spanOf, type Tree, valueAt } from "../tree.ts";
import { type Draft, type Rule, roleMaps } from "./rule.ts";

export const unknownNames: Rule = (draft, report) => {
  const names = namesOf(draft);
  const check = checker(draft, report);
  for (const { path, role } of roleMaps(draft)) {
    check({ at: [...path, "depends_on"], used: role.depends_on, kind: "role", known: names.roles });
    check({ at: [...path, "into"], used: role.into, kind: "role", known: names.targets });
    check({ at: [...path, "services"], used: role.services, kind: "service", known: names.services });
    check({ at: [...path, "secrets"], used: sourcesOf(role.secrets), kind: "secret", known: names.secrets });
    check({ at: [...path, "setup", "secrets"], used: secretsOf(role.setup), kind: "secret", known: names.secrets });
    check({ at: [...path, "networks"], used: keysOrItems(role.networks), kind: "network", known: names.networks });
  }
  for (const { gate, at } of namedGates(draft.file)) {
    if (typeof gate === "string") continue;
    check({ at: [...at, "services"], used: gate.services, kind: "service", known: names.services });
    check({ at: [...at, "secrets"], used: gate.secrets, kind: "secret", known: names.secrets });
    check({ at: [...at, "setup", "secrets"], used: secretsOf(gate.setup), kind: "secret", known: names.secrets });
  }
  for (const [name, service] of Object.entries(draft.file.services ?? {})) {
    const path = ["services", name];
    const { depends_on: needs, networks, secrets } = service;
    check({ at: [...path, "depends_on"], used: keysOrItems(needs), kind: "service", known: names.services });
    check({ at: [...path, "networks"], used: keysOrItems(networks), kind: "network", known: names.networks });
    check({ at: [...path, "secrets"], used: sourcesOf(secrets), kind: "secret", known: names.secrets });
  }
  checkTasks({ tasks: draft.file.tasks ?? {}, path: ["tasks"], names, check });
};

interface Names {
  readonly roles: ReadonlySet<string>;
  readonly targets: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
}

function namesOf({ written }: Draft): Names {
  const roles = keysAt(written, ["roles"]);
  return {
    roles: new Set(roles),
    targets: new Set(["epic", ...roles]),
    services: new Set(keysAt(written, ["services"])),
    secrets: new Set(keysAt(written, ["secrets"])),
    networks: new Set(["default", ...keysAt(written, ["networks"])]),
    tasks: new Set(taskKeys(valueAt(written, ["tasks"]))),
  };
}

/** Dotted paths of all tasks. */
function taskKeys(tasks: Tree | undefined, prefix = ""): readonly string[] {
  if (tasks?.kind !== "mapping") return [];
  return [...tasks.entries].flatMap(([key, { value }]) => [
    `${prefix}${key}`,
    ...taskKeys(valueAt(value, ["tasks"]), `${prefix}${key}.`),
  ]);
}

interface Use {
  readonly at: Path;
  readonly used: string | readonly (string | undefined)[] | undefined;
  readonly kind: "role" | "service" | "secret" | "network" | "task";
  readonly known: ReadonlySet<string>;
}

/** More names than these are not listed, and after as many mistakes none is guessed at: both would be quadratic. */
const mostNames = 50;

function checker({ tree }: Draft, report: Report): (use: Use) => void {
  let mistakes = 0;
  return ({ at, used = [], kind, known }) => {
    const isOne = typeof used === "string";
    const isMap = valueAt(tree, at)?.kind === "mapping";
    const placeOf = (name: string, index: number): Span => {
      if (isMap) return keySpanOf(tree, [...at, name]);
      return spanOf(tree, isOne ? at : [...at, index]);
    };
    for (const [index, name] of (isOne ? [used] : used).entries()) {
      if (name === undefined || known.has(name)) continue;
      mistakes++;
      report(placeOf(name, index), `unknown ${kind} "${name}" in ${placeName(at)}`, {
        suggestion: mistakes > mostNames ? undefined : meant(name, known, kind),
        allowed: known.size === 0 ? `the file declares no ${kind}` : firstOf(known),
      });
    }
  };
}

/** The nearest name; for a task also its key without the path to it. */
function meant(name: string, known: ReadonlySet<string>, kind: Use["kind"]): string | undefined {
  const below = kind === "task" ? [...known].find((key) => key.endsWith(`.${name}`)) : undefined;
  return below ?? didYouMean(name, known);
}

function firstOf(known: ReadonlySet<string>): string {
  const first: string[] = [];
  for (const name of known) {
    if (first.length === mostNames) return `${first.join(", ")}, …`;
    first.push(name);
  }
  return first.join(", ");
}

function checkTasks(from: {
  readonly tasks: Tasks;
  readonly path: Path;
  readonly names: Names;
  readonly check: (use: Use) => void;
}): void {
  const { names, check } = from;
  for (const [key, task] of Object.entries(from.tasks)) {
    if (typeof task === "string") continue;
    const path = [...from.path, key];
    check({ at: [...path, "role"], used: task.role, kind: "role", known: names.roles });
    check({ at: [...path, "blocked_by"], used: task.blocked_by, kind: "task", known: names.tasks });
    checkTasks({ tasks: task.tasks ?? {}, path: [...path, "tasks"], names, check });
  }
}

function sourcesOf(grants: readonly (string | { readonly source: string })[] = []): readonly string[] {
  return grants.map((grant) => (typeof grant === "string" ? grant : grant.source));
}

function secretsOf(setup: string | { readonly secrets?: readonly string[] } | undefined): readonly string[] {
  return typeof setup === "object" ? (setup.secrets ?? []) : [];
}

function keysOrItems(names: readonly string[] | Readonly<Record<string, unknown>> = []): readonly string[] {
  return isList(names) ? names : Object.keys(names);
}

function isList(names: object): names is readonly string[] {
  return Array.isArray(names);
}
