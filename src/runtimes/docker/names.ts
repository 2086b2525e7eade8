// What crew calls its things on an engine, and the labels by which it knows them again. Pure.
import { createHash } from "node:crypto";
import { CrewError } from "../../errors.ts";
import { servedAs } from "../../model/one-off.ts";
import type { ServiceOwner } from "../../model/services.ts";

export interface DockerNames {
  readonly project: string;
  readonly repositoryId: string;
  /** The container, never started, through which crew reads and writes mail and shared objects. */
  readonly hub: string;
  readonly network: string;
  /** Holds a slot for each role's mailbox, and the logs of gates that are gone. */
  readonly mail: string;
  /** The repository's objects and crew's scripts: read-only for everybody but crew. */
  readonly shared: string;
}

/** A dot is in no role's name: none of these can be a role's. */
export function dockerNames(project: string, repositoryId: string): DockerNames {
  const name = (kind: string) => `${project}.${kind}`;
  return {
    project,
    repositoryId,
    hub: name("hub"),
    network: name("network"),
    mail: name("mail"),
    shared: name("shared"),
  };
}

/** Container and volume of a role. */
export function roleName({ project }: DockerNames, role: string): string {
  return `${project}-${role}`;
}

/** The volume that is the role's slot of the mail volume. */
export function slotVolumeName(names: DockerNames, role: string): string {
  return `${roleName(names, role)}.mail`;
}

/** Whose secrets a volume holds: a role's, or a service's copy. */
export type SecretsOwner =
  | { readonly kind: "role"; readonly role: string }
  | { readonly kind: "service"; readonly owner: ServiceOwner; readonly service: string };

/** A service's own volumes begin with its container's name: this one is none of them. */
export function secretsVolumeName(names: DockerNames, whose: SecretsOwner): string {
  if (whose.kind === "role") return `${roleName(names, whose.role)}.secrets`;
  return `${ownerName(names, whose.owner)}.secrets-${whose.service}`;
}

/** Volume or network that the file names; as Compose's, and no role's: theirs have a hyphen or a dot. */
export function projectName({ project }: DockerNames, key: string): string {
  return `${project}_${key}`;
}

export function gateContainerName({ project }: DockerNames, key: string): string {
  return `${project}.gate-${key.replace(/[^a-zA-Z0-9_.-]/g, "_")}`;
}

export function setupContainerName({ project }: DockerNames, hash: string): string {
  return `${project}.setup-${hash}`;
}

/** By content: other projects of the repository start from it too. */
export function setupImageName(hash: string): string {
  return `crew-setup:${hash}`;
}

/** Container of a service; a dot keeps it apart from roles. */
export function serviceName(names: DockerNames, owner: ServiceOwner, service: string): string {
  return `${ownerName(names, owner)}.service-${service}`;
}

export function isServiceName(container: string): boolean {
  return container.includes(".service-");
}

/** Where an owner and its services meet, and whoever is made like it. */
export function serviceNetworkName(names: DockerNames, owner: ServiceOwner): string {
  const whose = owner.kind === "role" ? { ...owner, role: servedAs(owner.role) } : owner;
  return `${ownerName(names, whose)}.services`;
}

function ownerName(names: DockerNames, owner: ServiceOwner): string {
  switch (owner.kind) {
    case "role":
      return roleName(names, owner.role);
    case "gate":
      return gateContainerName(names, owner.key);
    case "project":
      return names.project;
  }
}

/** File of a removed gate's last log. */
export function gateLogName(gate: string): string {
  return createHash("sha256").update(gate).digest("hex").slice(0, 32);
}

export type Kind =
  | "role"
  | "gate"
  | "setup"
  | "service"
  | "hub"
  | "reader"
  | "mail"
  | "secrets"
  | "shared"
  | "network"
  | "volume"
  | "build";

export const label = {
  project: "dev.crew.project",
  repository: "dev.crew.repository",
  kind: "dev.crew.kind",
  role: "dev.crew.role",
  /** Canonical JSON of the spec, without the environment. */
  spec: "dev.crew.spec",
  /** Of the whole spec. */
  specHash: "dev.crew.spec-hash",
  range: "dev.crew.range",
  hashVersion: "dev.crew.hash-version",
  slot: "dev.crew.slot",
  /** Of a role's volume: what its clone begins with. */
  branch: "dev.crew.branch",
  start: "dev.crew.start",
  gate: "dev.crew.gate",
  key: "dev.crew.key",
  /** Of a gate's container: key of the red run that it repeats. */
  repeats: "dev.crew.repeats",
  /** Of a setup that is kept: its hash. Containers that are made of its image have it too. */
  setup: "dev.crew.setup",
  service: "dev.crew.service",
  /** When crew made it, epoch milliseconds. */
  made: "dev.crew.made",
  /** Of a role's or a gate's container: services that it shares with others. */
  shared: "dev.crew.shared",
  /** Of a service's container: canonical JSON of what it was given, without values. */
  secrets: "dev.crew.secrets",
} as const;

export type Labels = Readonly<Record<string, string>>;

export function labelsOf(names: DockerNames, kind: Kind, more: Labels = {}): Labels {
  return { [label.project]: names.project, [label.repository]: names.repositoryId, [label.kind]: kind, ...more };
}

/** For the engine's `filters`: everything of the project. */
export function ownFilter(names: DockerNames): { readonly label: string[] } {
  return { label: [`${label.project}=${names.project}`, `${label.repository}=${names.repositoryId}`] };
}

export function isOwn(names: DockerNames, labels: Labels | null | undefined): boolean {
  return labels?.[label.project] === names.project && labels[label.repository] === names.repositoryId;
}

export function nameTaken(kind: "container" | "volume" | "network", name: string): CrewError {
  return new CrewError("needs-you", `The ${kind} ${name} is not this project's.`, {
    hint: `Give the project another name: crew up -p NAME; or, if nobody needs it, docker ${kind} rm ${name}`,
  });
}
