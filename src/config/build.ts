// The long form → the Crew that the rest of crew works with. Only a file without problems comes here.
import type { BuildSpec } from "../model/build.ts";
import { buildPlaceholder } from "../model/built-name.ts";
import type { Agent, BeadFilter, Budget, Crew, EpicSpec, Gate, Role, TaskSpec } from "../model/crew.ts";
import { withParts } from "../model/preset.ts";
import type {
  CanonicalAgent,
  CanonicalBeads,
  CanonicalEpic,
  CanonicalGate,
  CanonicalRole,
  CanonicalSetup,
  CanonicalTask,
} from "./canonical.ts";
import { buildOf } from "./containers/builds.ts";
import { containerOf, type Declared } from "./containers/index.ts";
import type { ServiceDeclarations } from "./containers/needs.ts";
import { servicesOf } from "./containers/services.ts";
import { durationMs } from "./durations.ts";
import type { FileVariables } from "./env-files.ts";
import type { Inputs } from "./inputs.ts";
import type { Normalised } from "./normalise/index.ts";
import { partsOf } from "./presets/parts.ts";
import type { ReadPresets } from "./presets/read.ts";
import { gateSecrets, type ReadSecrets, roleSecrets } from "./secrets.ts";
import { valuesOf } from "./values.ts";

type Env = Readonly<Record<string, string | undefined>>;

interface Given {
  readonly env: Env;
  readonly secrets: ReadSecrets["secrets"];
  readonly declared: Declared;
  readonly files: FileVariables;
  readonly presets: ReadPresets["files"];
}

type Around = Given & { readonly services: ServiceDeclarations };

export function buildCrew(
  { canonical, slug }: Normalised,
  source: { readonly path: string; readonly text: string; readonly inputs: Inputs } & Given,
): Crew {
  const given = { ...source, services: (canonical.services ?? {}) as ServiceDeclarations };
  const roles = Object.entries(canonical.roles).map(([name, role]) => roleOf(name, role, given));
  const gates = Object.entries(canonical.gates).map(([name, gate]) => gateOf(name, gate, given));
  return {
    name: canonical.name,
    declaredName: canonical.name,
    file: source.path,
    text: source.text,
    inputs: Object.fromEntries(source.inputs.values),
    epic: epicOf(canonical.epic, slug),
    tasks: tasksOf(canonical.tasks),
    roles,
    gates,
    ...buildsIn(canonical, { declared: source.declared, users: [...roles, ...gates] }),
    review: canonical.review,
    land: canonical.land,
    strategy: canonical.strategy,
    batch: canonical.batch,
    radar: canonical.radar,
    push: canonical.push,
    close: canonical.close,
    maxParallel: canonical.max_parallel,
    maxGates: canonical.max_gates,
    ...budgetIn(canonical),
    protect: canonical.protect,
    runtime: canonical.runtime,
    tracker: canonical.tracker,
  };
}

/** What costs money has a limit, also where none is written. */
const usualBudget: Budget = { turns: 100, usd: 10 };

function budgetIn({ budget, roles }: Normalised["canonical"]): Pick<Crew, "budget"> {
  const costs = Object.values(roles).some(({ agent }) => agent.preset !== undefined);
  return limitsIn({ ...(costs ? usualBudget : {}), ...(budget as Budget | undefined) });
}

/** Whatever else stands there is not crew's. */
function limitsIn({ turns, usd, hours }: Budget = {}): { readonly budget?: Budget } {
  const limits = {
    ...(turns !== undefined && { turns }),
    ...(usd !== undefined && { usd }),
    ...(hours !== undefined && { hours }),
  };
  return Object.keys(limits).length === 0 ? {} : { budget: limits };
}

interface Building {
  readonly declared: Declared;
  readonly users: readonly (Role | Gate)[];
}

/** A service that nobody has is not built. */
function buildsIn(canonical: Normalised["canonical"], { declared, users }: Building): Pick<Crew, "builds"> {
  if (canonical.runtime === "process") return {};
  const of = (all: object) =>
    Object.values(all).flatMap((keys): readonly (readonly [string, BuildSpec])[] => {
      const build = buildOf({ ...keys }, declared.sources);
      return build ? [[buildPlaceholder(build), build]] : [];
    });
  const images = new Set(users.flatMap(({ services = [] }) => services.map(({ container }) => container.image)));
  const ofServices = of(canonical.services ?? {}).filter(([image]) => images.has(image));
  const builds = [...of(canonical.roles), ...of(canonical.gates), ...ofServices];
  return builds.length === 0 ? {} : { builds: Object.fromEntries(builds) };
}

function epicOf({ id, title, description, branch, base }: CanonicalEpic, slug: string): EpicSpec {
  return {
    ...(id === undefined ? {} : { id }),
    title,
    ...(description === undefined ? {} : { description }),
    slug,
    branch,
    ...(base === undefined ? {} : { base }),
  };
}

function tasksOf(tasks: Readonly<Record<string, CanonicalTask>>, parent?: string): readonly TaskSpec[] {
  return Object.entries(tasks).flatMap(([name, task]) => {
    const key = parent === undefined ? name : `${parent}.${name}`;
    const { blocked_by: blockedBy, tasks: below, ...rest } = task;
    return [{ key, ...(parent === undefined ? {} : { parent }), ...rest, blockedBy }, ...tasksOf(below, key)];
  });
}

function roleOf(name: string, role: CanonicalRole, around: Around): Role {
  const { env, secrets, declared, files } = around;
  return {
    name,
    branch: role.branch,
    into: role.into,
    dependsOn: role.depends_on,
    beads: filterOf(role.beads),
    agent: agentOf(role.agent, around.presets),
    ...setupIn(role.setup),
    ...(role.check === undefined ? {} : { check: role.check }),
    ...(role.prompt === undefined ? {} : { prompt: role.prompt }),
    environment: { ...devcontainerOf(role), ...files.roles.get(name), ...valuesOf(role.environment, env) },
    ...containerIn(role, declared),
    ...pullOf(role.pull_policy),
    ...given(roleSecrets(role, secrets)),
    ...servicesIn(role.services as readonly string[] | undefined, around),
    ...(role.paths === undefined ? {} : { paths: role.paths }),
    ...limitsIn(role.budget),
  };
}

function filterOf(beads: CanonicalBeads): BeadFilter {
  return {
    ...(beads.title_prefix === undefined ? {} : { titlePrefix: beads.title_prefix }),
    ...(beads.labels === undefined ? {} : { labels: beads.labels }),
    ...(beads.labels_any === undefined ? {} : { labelsAny: beads.labels_any }),
    ...(beads.types === undefined ? {} : { types: beads.types }),
    ...(beads.parent === undefined ? {} : { parent: beads.parent }),
    ...(beads.ids === undefined ? {} : { ids: beads.ids }),
    ...(beads.priority === undefined ? {} : { priority: beads.priority }),
    ...(beads.assignee === undefined ? {} : { assignee: beads.assignee }),
    ...(beads.metadata === undefined ? {} : { metadata: beads.metadata }),
  };
}

function agentOf(agent: CanonicalAgent, presets: ReadPresets["files"]): Agent {
  const file = presets.get(agent.preset ?? "");
  const parts = withParts(partsOf(file ?? {}), partsOf(agent));
  const interactive = agent.interactive ?? file?.interactive;
  return {
    ...(agent.command === undefined ? {} : { command: agent.command }),
    ...(typeof interactive === "string" && { interactive }),
    ...(agent.preset === undefined ? {} : { preset: agent.preset }),
    ...(Object.keys(parts).length > 0 && { parts }),
    ...(agent.model === undefined ? {} : { model: agent.model }),
    ...(agent.effort === undefined ? {} : { effort: agent.effort }),
    ...(agent.max_turns === undefined ? {} : { maxSteps: agent.max_turns }),
    turnTimeoutMs: durationMs(agent.turn_timeout),
    maxAttempts: agent.max_attempts,
  };
}

function gateOf(name: string, gate: CanonicalGate, around: Around): Gate {
  const { env, secrets, declared } = around;
  return {
    name,
    run: gate.run,
    ...setupIn(gate.setup),
    timeoutMs: durationMs(gate.timeout),
    environment: { ...devcontainerOf(gate), ...valuesOf(gate.environment, env) },
    ...containerIn({ image: gate.image, build: gate.build, user: gate.user }, { ...declared, networks: {} }),
    ...pullOf(gate.pull_policy),
    ...given(gateSecrets(gate, secrets)),
    ...servicesIn(gate.services, around),
    ...(gate.network === "none" && { isolated: true as const }),
    on: gate.on,
    ...(gate.paths === undefined ? {} : { paths: gate.paths }),
  };
}

function setupIn(setup: CanonicalSetup | undefined): Pick<Role, "setup" | "setupKey"> {
  if (setup === undefined) return {};
  const files = [...new Set(setup.key ?? [])].sort();
  return { setup: setup.run, ...(files.length > 0 && { setupKey: files }) };
}

function given(secrets: NonNullable<Role["secrets"]>): Pick<Role, "secrets"> {
  return secrets.length === 0 ? {} : { secrets };
}

/** Under whatever the role or the gate says itself. */
function devcontainerOf(keys: object): Readonly<Record<string, string>> {
  return (
    (keys as { readonly devcontainerEnvironment?: Readonly<Record<string, string>> }).devcontainerEnvironment ?? {}
  );
}

/** As Compose has them: `if_not_present` is another word for missing, and what is built is never pulled. */
function pullOf(policy: unknown): Pick<Role, "pull"> {
  return policy === "always" || policy === "never" ? { pull: policy } : {};
}

function servicesIn(names: readonly string[] = [], around: Around): Pick<Role, "services"> {
  const services = servicesOf(names, around);
  return services.length === 0 ? {} : { services };
}

function containerIn(keys: Readonly<Record<string, unknown>>, declared: Declared): Pick<Role, "container"> {
  const container = containerOf(keys, declared);
  return container ? { container } : {};
}
