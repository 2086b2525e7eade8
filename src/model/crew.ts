// The crew file after every short form, default and name is resolved. Plain data: knows neither YAML nor git.

import type { BuildSpec } from "./build.ts";
import type { ContainerSpec } from "./container.ts";
import type { Credential } from "./credential.ts";
import type { TipName } from "./names.ts";
import type { PresetParts } from "./preset.ts";
import type { Program } from "./program.ts";
import type { SecretGrant } from "./secret.ts";
import type { ServiceSpec } from "./services.ts";

export interface Crew {
  /** The project's name: what `-p` says, else what the file says. */
  readonly name: string;
  /** The name that the file gives. */
  readonly declaredName: string;
  /** Absolute path of the crew file. */
  readonly file: string;
  /** The file as it was read: kept for when it is missing or invalid later. */
  readonly text: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly epic: EpicSpec;
  /** Depth first, in the order of the file. */
  readonly tasks: readonly TaskSpec[];
  readonly roles: readonly Role[];
  /** Role that the file no longer has → where it merges, as last declared. Filled from the project's record. */
  readonly former?: Readonly<Record<string, TipName>>;
  readonly gates: readonly Gate[];
  /** By what stands in `image` of the containers that are made of them. */
  readonly builds?: Readonly<Record<string, BuildSpec>>;
  readonly review: "epic" | "bead" | "none";
  readonly land: "merge" | "pr";
  /** How an agent's report comes into its target. */
  readonly strategy: "merge" | "squash";
  /** Ready candidates of a target that are tested together, at most. */
  readonly batch: number;
  /** What happens when the work of two roles would conflict. */
  readonly radar: "warn" | "tell" | "off";
  /** Role and epic branches, and the project's refs, are pushed to the remote. */
  readonly push: boolean;
  readonly close: "on-land" | "on-merge";
  readonly maxParallel: number;
  readonly maxGates: number;
  /** What agents may use in the project's life; absent: no limit. */
  readonly budget?: Budget;
  /** Globs of paths that a report changes only with approval, beside the built-in ones. */
  readonly protect: readonly string[];
  readonly runtime: "docker" | "process" | "kubernetes";
  readonly tracker: TrackerChoice;
}

export interface Budget {
  readonly turns?: number;
  /** US dollars. */
  readonly usd?: number;
  readonly hours?: number;
}

/** Limits over those of the file, by their names as they are typed: `turns` is the project's, `dev.turns` a role's. */
export type SaidBudget = Readonly<Record<string, number>>;

/** What a person says of budgets: limits, or that the file's hold again. */
export type BudgetWish = SaidBudget | "file";

/** The kind of a limit, as it is typed, and the role whose own it is. */
export function limitNamed(name: string): { readonly role?: string; readonly kind: string } {
  const [role = "", kind] = name.split(".");
  return kind === undefined ? { kind: role } : { role, kind };
}

/** Where the beads are kept, as the file says it. */
export interface TrackerChoice {
  readonly kind: "auto" | TrackerKind;
  /** bd's program: a name on PATH, or a path. */
  readonly command?: string;
}

export type TrackerKind = "bd" | "git";

export interface EpicSpec {
  /** An existing bead to adopt; otherwise the epic is found by its key or created. */
  readonly id?: string;
  readonly title: string;
  readonly description?: string;
  readonly slug: string;
  /** Short name of the visible integration branch, such as `epic/auth`. */
  readonly branch: string;
  /** Short name of the base branch; absent: the repository's default branch. */
  readonly base?: string;
}

export interface TaskSpec {
  /** Dotted path in the file: `backend.login`. */
  readonly key: string;
  /** Key of the enclosing task; absent directly under the epic. */
  readonly parent?: string;
  readonly title: string;
  readonly type: "feature" | "task" | "bug" | "chore";
  /** 0 (highest) to 4. */
  readonly priority: number;
  readonly labels: readonly string[];
  readonly description?: string;
  readonly acceptance?: string;
  /** Keys of tasks that must be merged first. */
  readonly blockedBy: readonly string[];
  /** Role that takes this task whatever the filters say; inherited from the enclosing task. */
  readonly role?: string;
}

export interface Role {
  readonly name: string;
  /** Short name of the role's visible branch. */
  readonly branch: string;
  /** Where its work merges: `epic`, or a role's name. */
  readonly into: string;
  /** Roles whose candidates merge first when both are ready. */
  readonly dependsOn: readonly string[];
  readonly beads: BeadFilter;
  readonly agent: Agent;
  /** Shell command, run before the agent when its text or a file of its key changed. */
  readonly setup?: string;
  /** Paths from the top of the repository, sorted: all that what setup makes depends on. Absent: any file may matter. */
  readonly setupKey?: readonly string[];
  /** Shell command, run in the instance after each turn; a failure goes back to the agent. */
  readonly check?: string;
  /** Words added to every prompt of the role. */
  readonly prompt?: string;
  /** Expertise that it is told of, in the order of the file; absent: none. */
  readonly specialties?: readonly Specialty[];
  readonly environment: Readonly<Record<string, string>>;
  /** Its digest under the clone's key; absent until the crew is sealed. */
  readonly sealed?: string;
  /** Where the runtime is one of containers. */
  readonly container?: ContainerSpec;
  /** That its image holds, or is given; absent: whatever it runs is there. */
  readonly program?: Program;
  /** Its preset was written from the program's documentation alone. */
  readonly isUntried?: true;
  /** Its program hears what a person tells it between two tools of a turn. */
  readonly hearsAtTools?: true;
  /** What its agent program can't do, in words for a person; absent: nothing that others can. */
  readonly cannot?: string;
  /** When its image is pulled; absent: when it is missing. */
  readonly pull?: PullPolicy;
  /** By file; absent: none. */
  readonly secrets?: readonly SecretGrant[];
  /** Which of the secrets its agent program signs in with; absent: it brings its own. */
  readonly credential?: Credential;
  /** That it runs beside, in the order in which they start; absent: none. */
  readonly services?: readonly ServiceSpec[];
  /** Globs that its work should keep to; absent: anywhere. */
  readonly paths?: readonly string[];
  /** What it may use itself in the project's life; absent: as much as the project has. */
  readonly budget?: Budget;
}

export interface Specialty {
  readonly name: string;
  /** For the agent: prose. */
  readonly text: string;
}

/** All that are given must hold; an empty filter takes every bead. */
export interface BeadFilter {
  readonly titlePrefix?: string;
  /** All of them. */
  readonly labels?: readonly string[];
  /** At least one of them. */
  readonly labelsAny?: readonly string[];
  readonly types?: readonly string[];
  /** Bead id of an ancestor, at any depth. */
  readonly parent?: string;
  readonly ids?: readonly string[];
  readonly priority?: readonly number[];
  /** A bead that is assigned to the role itself passes too: dispatch does that. */
  readonly assignee?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface Agent {
  /** A shell line for `sh -c`, or an argument vector. Absent for a preset. */
  readonly command?: string | readonly string[];
  /** One of crew's own by its name, or the path of one of the team's as the file has it. */
  readonly preset?: string;
  /** What the team's preset says of its program, and what the file says over either. */
  readonly parts?: PresetParts;
  /** What the preset's program is told. */
  readonly model?: string;
  readonly effort?: string;
  /** Steps of the program in one turn, at most. */
  readonly maxSteps?: number;
  /** Shell text that a person who takes the wheel types into; absent: a shell. */
  readonly interactive?: string;
  readonly turnTimeoutMs: number;
  /** Turns in an order, and orders in a round. */
  readonly maxAttempts: number;
}

export interface Gate {
  readonly name: string;
  /** Shell command that must exit 0 on the candidate's tree. */
  readonly run: string;
  /** Shell command run before it in the same fresh clone; its failure is never red. */
  readonly setup?: string;
  /** As a role's. */
  readonly setupKey?: readonly string[];
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Its digest under the clone's key; absent until the crew is sealed. */
  readonly sealed?: string;
  /** Where the runtime is one of containers. */
  readonly container?: ContainerSpec;
  /** When its image is pulled; absent: when it is missing. */
  readonly pull?: PullPolicy;
  /** For its setup alone. By file; absent: none. */
  readonly secrets?: readonly SecretGrant[];
  /** As a role's; a copy for each run. */
  readonly services?: readonly ServiceSpec[];
  /** It reaches nothing but its services. */
  readonly isolated?: true;
  readonly on: readonly ("candidate" | "land")[];
  /** Globs: on candidates it runs only for those that change such a path; absent: for all. */
  readonly paths?: readonly string[];
}

export type PullPolicy = "always" | "missing" | "never";

export function roleNamed(crew: Crew, name: string): Role | undefined {
  return crew.roles.find((role) => role.name === name);
}
