// A service beside the instances: what the file says of it, who has it, and what is seen of it. Plain data and pure.
import type { ContainerSpec } from "./container.ts";
import { contentHash } from "./content.ts";
import type { SecretGrant } from "./secret.ts";

export interface ServiceSpec {
  readonly name: string;
  /** One for the whole project; absent: a copy for each owner. */
  readonly shared?: true;
  readonly container: ContainerSpec;
  readonly environment: Readonly<Record<string, string>>;
  /** By file; no variable has any of them. */
  readonly secrets?: readonly SecretGrant[];
  /** Instead of the image's. */
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly hostname?: string;
  /** Upper-case, without `CAP_`; `ALL` for all. */
  readonly capDrop?: readonly string[];
  /** What the engine does when it ends; absent: nothing. */
  readonly restart?: { readonly name: "always" | "unless-stopped" | "on-failure"; readonly tries?: number };
  /** It starts once these are as far. */
  readonly needs: readonly ServiceNeed[];
}

export interface ServiceNeed {
  readonly service: string;
  readonly until: "started" | "healthy" | "completed";
}

/** Whose copy it is: a role's, a gate run's by its key, or everybody's. */
export type ServiceOwner =
  | { readonly kind: "role"; readonly role: string }
  /** `isolated`: there is no way out of its network. */
  | { readonly kind: "gate"; readonly gate: string; readonly key: string; readonly isolated?: true }
  | { readonly kind: "project" };

export interface ServiceState {
  readonly owner: ServiceOwner;
  readonly name: string;
  /** Of the spec that it was made from. */
  readonly specHash: string;
  /** Of the same: `serviceFields`; absent where nobody kept them. */
  readonly fields?: Readonly<Record<string, string>>;
  /** That it was made with. */
  readonly secrets?: readonly SecretGrant[];
  readonly running: boolean;
  readonly paused?: boolean;
  /** Present once it has run and ended. */
  readonly exitCode?: number;
  /** Absent where nothing checks it. */
  readonly health?: "starting" | "healthy" | "unhealthy";
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  /** Epoch milliseconds, by the engine's clock; present once it has ended. */
  readonly startedAtMs?: number;
}

/** Of a runtime's state, where it has any. */
export function servicesIn({ services }: { readonly services?: ReadonlyMap<string, ServiceState> }) {
  return [...(services?.values() ?? [])];
}

/** For people: `backend/db`, `gate:test/db`, and `db` alone for one that is everybody's. */
export function serviceWords(owner: ServiceOwner, name: string): string {
  return owner.kind === "gate" ? `gate:${owner.gate}/${name}` : serviceId(owner, name);
}

/** Unique: `backend/db`, `gate:<key>/db`, `db`. */
export function serviceId(owner: ServiceOwner, name: string): string {
  switch (owner.kind) {
    case "role":
      return `${owner.role}/${name}`;
    case "gate":
      return `gate:${owner.key}/${name}`;
    case "project":
      return name;
  }
}

export function serviceOwner({ shared }: ServiceSpec, owner: ServiceOwner): ServiceOwner {
  return shared ? { kind: "project" } : owner;
}

/** Of what it is made of: what it waits for changes nothing of it, and whoever only looks knows no secret's value. */
export function serviceHash({ needs: _later, secrets: _apart, ...made }: ServiceSpec): string {
  return contentHash(made);
}

/** How far it is, for whoever waits. */
export type Progress = "none" | "starting" | "started" | "healthy" | "completed" | "failed";

export function progressOf(state: ServiceState | undefined): Progress {
  if (!state) return "none";
  const { running, exitCode, health } = state;
  if (!running) return exitCode === undefined ? "none" : exitCode === 0 ? "completed" : "failed";
  if (health === "unhealthy") return "failed";
  return health === "starting" ? "starting" : health === "healthy" ? "healthy" : "started";
}

export function isMet({ until }: Pick<ServiceNeed, "until">, progress: Progress): boolean {
  switch (until) {
    case "started":
      return ["starting", "started", "healthy", "completed"].includes(progress);
    case "healthy":
      // Where nothing checks it, there is no more to wait for.
      return ["started", "healthy"].includes(progress);
    case "completed":
      return progress === "completed";
  }
}

/** Names of those that somebody waits for to end: each other one that ended is missing. */
export function jobsAmong(specs: readonly ServiceSpec[]): ReadonlySet<string> {
  return new Set(
    specs.flatMap(({ needs }) => needs.flatMap((need) => (need.until === "completed" ? [need.service] : []))),
  );
}
