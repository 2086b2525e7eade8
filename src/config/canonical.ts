// The file in its long form: every short form spelled out, every default filled in, keys as the file has them. What
// `crew config` prints, and what the rules and the Crew are made from. Loading it again gives the same.
import type { ProgramKeys } from "./presets/parts.ts";

export interface Canonical {
  readonly name: string;
  readonly inputs: Readonly<Record<string, CanonicalInput>>;
  readonly epic: CanonicalEpic;
  readonly tasks: Readonly<Record<string, CanonicalTask>>;
  readonly roles: Readonly<Record<string, CanonicalRole>>;
  readonly gates: Readonly<Record<string, CanonicalGate>>;
  readonly review: "epic" | "bead" | "none";
  readonly land: "merge" | "pr";
  readonly strategy: "merge" | "squash";
  readonly batch: number;
  readonly max_gates: number;
  readonly radar: "warn" | "tell" | "off";
  readonly push: boolean;
  readonly close: "on-land" | "on-merge";
  readonly max_parallel: number;
  readonly protect: readonly string[];
  readonly runtime: "docker" | "process" | "kubernetes";
  readonly tracker: { readonly kind: "auto" | "bd" | "git"; readonly command?: string };
  /** Keys that have one form and no default here, as they were written. */
  readonly [key: string]: unknown;
}

export interface CanonicalInput {
  readonly description?: string;
  readonly pattern?: string;
  /** The value that this run was given, so that the long form stands on its own. */
  readonly default?: string;
}

export interface CanonicalEpic {
  readonly id?: string;
  readonly title: string;
  readonly description?: string;
  readonly branch: string;
  readonly base?: string;
}

export interface CanonicalTask {
  readonly title: string;
  readonly type: "feature" | "task" | "bug" | "chore";
  readonly priority: number;
  readonly labels: readonly string[];
  readonly description?: string;
  readonly acceptance?: string;
  /** Its own, or that of the task above it. */
  readonly role?: string;
  readonly blocked_by: readonly string[];
  readonly tasks: Readonly<Record<string, CanonicalTask>>;
}

export interface CanonicalRole {
  readonly specialty?: readonly string[];
  readonly agent: CanonicalAgent;
  readonly prompt?: string;
  readonly branch: string;
  readonly beads: CanonicalBeads;
  readonly into: string;
  readonly depends_on: readonly string[];
  readonly setup?: CanonicalSetup;
  readonly check?: string;
  readonly environment: CanonicalEnvironment;
  readonly paths?: readonly string[];
  readonly budget?: { readonly turns?: number; readonly usd?: number; readonly hours?: number };
  /** Compose's service keys, as they were written. */
  readonly [key: string]: unknown;
}

export interface CanonicalAgent extends ProgramKeys {
  readonly preset?: string;
  readonly command?: string | readonly string[];
  readonly model?: string;
  readonly effort?: string;
  readonly max_turns?: number;
  readonly turn_timeout: string;
  readonly max_attempts: number;
}

export interface CanonicalSetup {
  readonly run: string;
  readonly key?: readonly string[];
  readonly secrets?: readonly string[];
}

export interface CanonicalBeads {
  readonly title_prefix?: string;
  readonly labels?: readonly string[];
  readonly labels_any?: readonly string[];
  readonly types?: readonly string[];
  readonly parent?: string;
  readonly ids?: readonly string[];
  readonly priority?: readonly number[];
  readonly assignee?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Null: the value comes from crew's own environment. */
export type CanonicalEnvironment = Readonly<Record<string, string | null>>;

export interface CanonicalGate {
  readonly run: string;
  readonly setup?: CanonicalSetup;
  readonly timeout: string;
  readonly environment: CanonicalEnvironment;
  readonly on: readonly ("candidate" | "land")[];
  readonly image?: string;
  readonly pull_policy?: string;
  readonly devcontainer?: string;
  /** A devcontainer's. */
  readonly user?: string;
  readonly devcontainerEnvironment?: Readonly<Record<string, string>>;
  readonly build?: { readonly context: string; readonly [key: string]: unknown };
  readonly services?: readonly string[];
  readonly secrets?: readonly string[];
  readonly network?: string;
  readonly paths?: readonly string[];
}
