// What `crew up` is asked for, as planning and the driver take it.
import { isBuiltName } from "../../model/build.ts";
import { type BudgetWish, limitNamed } from "../../model/crew.ts";
import { serviceId, serviceOwner } from "../../model/services.ts";
import { shellLine } from "../../model/shell.ts";
import type { PlanOptions } from "../../plan/context.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Project } from "../project/opened.ts";
import { mustBeRoles } from "../said.ts";
import type { UpAgain } from "./drivers.ts";

export interface UpFlags extends GlobalFlags {
  readonly detach?: boolean;
  readonly wait?: boolean;
  /** Seconds; 0: however long it takes. */
  readonly waitTimeout?: number;
  readonly allowRedBase?: boolean;
  readonly removeOrphans?: boolean;
  readonly forceRecreate?: boolean;
  /** False for `--no-recreate`. */
  readonly recreate?: boolean;
  /** False for `--no-start`. */
  readonly start?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly epic?: string;
  readonly budget?: BudgetWish;
  /** Over what the file says. */
  readonly pull?: "always" | "missing" | "never";
  readonly build?: boolean;
}

export interface Wishes {
  /** What holds as long as this `up` is driven. */
  readonly lasting: PlanOptions;
  /** The same, with what is done once: before anything else, and by the command itself. */
  readonly first: PlanOptions;
}

function planOptionsOf({ crew, engine }: Project, flags: UpFlags, roles: readonly string[]): PlanOptions {
  mustBeRoles(crew, roles);
  return {
    startedAtMs: engine.clock.nowMs(),
    allowRedBase: flags.allowRedBase === true,
    ...(flags.removeOrphans === true && { removeOrphans: true }),
    ...(flags.pull !== undefined && flags.pull !== "always" && { pull: flags.pull }),
    ...(flags.recreate === false && { noRecreate: namedIn(crew, roles) }),
    ...(roles.length > 0 && { roles, keepsOthers: true }),
  };
}

export function wishesOf(project: Project, flags: UpFlags, roles: readonly string[]): Wishes {
  const lasting = planOptionsOf(project, flags, roles);
  mustBeRoles(project.crew, rolesIn(flags.budget));
  const refresh = refreshOf(project.crew, flags);
  const first = {
    ...lasting,
    ...(refresh && { refresh }),
    ...(flags.budget !== undefined && { budget: flags.budget }),
    ...(flags.forceRecreate === true && {
      recreate: namedIn(project.crew, roles),
      recreateServices: servicesNamedIn(project.crew, roles),
    }),
    ...(flags.timeout !== undefined && { graceMs: flags.timeout * 1000 }),
  };
  return { lasting, first };
}

/** Whether the command itself does something, also where it then only looks on or drives in the foreground. */
export function isDoneFirst({ forceRecreate, timeout }: UpFlags, { first }: Wishes): boolean {
  return forceRecreate === true || timeout !== undefined || first.refresh !== undefined || first.budget !== undefined;
}

/** What this `up` brings although it is there. */
function refreshOf({ roles, gates }: Project["crew"], { pull, build }: UpFlags): PlanOptions["refresh"] {
  const pulls = [...roles, ...gates].flatMap(({ container, pull: own }) =>
    container && !isBuiltName(container.image) && (pull ?? own) === "always" ? [container.image] : [],
  );
  const services = [...roles, ...gates].flatMap((each) => each.services ?? []);
  const beside = services.map(({ container }) => container.image).filter((image) => !isBuiltName(image));
  const builds = build === true;
  const all = [...new Set([...pulls, ...(pull === "always" ? beside : [])])];
  return all.length > 0 || builds ? { pulls: all, builds, done: [] } : undefined;
}

/** What a driver that is there already is told. */
export function upAgainOf({ removeOrphans, noRecreate }: PlanOptions): Omit<UpAgain, "atMs"> {
  return { removeOrphans: removeOrphans === true, noRecreate: noRecreate ?? [] };
}

/** The same file, project and inputs, for the driver that goes on. */
export function driveArguments({ crew }: Project, flags: UpFlags, options: PlanOptions): readonly string[] {
  return [
    "drive",
    ...(flags.file === undefined ? [] : ["--file", flags.file]),
    ...(flags.envFile ?? []).flatMap((path) => ["--env-file", path]),
    ...["--project-name", crew.name],
    ...Object.entries(flags.set).flatMap(([name, value]) => ["--set", `${name}=${value}`]),
    "--started-at",
    String(options.startedAtMs),
    ...(flags.epic === undefined ? [] : ["--epic", flags.epic]),
    ...(options.allowRedBase ? ["--allow-red-base"] : []),
    ...(options.removeOrphans === true ? ["--remove-orphans"] : []),
    ...(options.pull === undefined ? [] : ["--pull", options.pull]),
    ...(options.noRecreate === undefined ? [] : ["--keep-as-made", options.noRecreate.join(",")]),
    ...(options.roles === undefined ? [] : ["--roles", options.roles.join(",")]),
  ];
}

/** `crew up --wait`, as it was typed. */
export function typed(argv: readonly string[]): string {
  return `crew ${shellLine(argv)}`;
}

function rolesIn(wish: UpFlags["budget"]): readonly string[] {
  return wish === undefined || wish === "file" ? [] : Object.keys(wish).flatMap((name) => limitNamed(name).role ?? []);
}

/** Those of the roles that are named are their own; where none is, what is everybody's too, as in Compose. */
function servicesNamedIn({ roles }: Project["crew"], named: readonly string[]): readonly string[] {
  const ids = roles.flatMap(({ name, services = [] }) =>
    services
      .filter(({ shared }) => named.length === 0 || (named.includes(name) && !shared))
      .map((spec) => serviceId(serviceOwner(spec, { kind: "role", role: name }), spec.name)),
  );
  return [...new Set(ids)];
}

function namedIn({ roles }: Project["crew"], named: readonly string[]): readonly string[] {
  return named.length > 0 ? named : roles.map(({ name }) => name);
}
