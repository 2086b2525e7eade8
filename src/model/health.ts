// What a look at the machine, the repository, its projects and their leftovers has seen, and what is made of it. Plain data.
import type { Outlook } from "./plan.ts";

export interface Health {
  readonly machine: MachineHealth;
  /** The program that keeps the beads, with its version, where one does. */
  readonly tracker?: string;
  /** The engine that runs the containers, where the crew file asks for one. */
  readonly engine?: string;
  /** Why none answers. */
  readonly noEngine?: Problem;
  /** Roles of the crew file by preset, of those that were written from a program's documentation alone. */
  readonly untried?: ReadonlyMap<string, readonly string[]>;
  /** What keeps crew from working where the person stands, or from seeing what is there. */
  readonly refusals: readonly Problem[];
  /** Why there is no crew file, or none that can be used, for a project that is not brought up yet. */
  readonly file?: Problem;
  readonly leases: readonly LeaseSight[];
  readonly strangeRefs: readonly StrangeRef[];
  /** Object ids that something of crew's needs and the repository lacks. */
  readonly missing: readonly string[];
  /** Lock files in the git directory that stayed while they were looked at. */
  readonly locks: readonly string[];
  /** Living git processes in the repository; undefined where the system does not tell. */
  readonly gits?: readonly ProcessSight[];
  readonly projects: readonly ProjectHealth[];
  /** Processes that carry the marker of an instance that does not run. */
  readonly strays: readonly Stray[];
  readonly folders: readonly FolderSight[];
  /** Paths of what killed processes left. */
  readonly leftovers: readonly string[];
}

export interface Problem {
  readonly message: string;
  readonly hint?: string;
}

export interface MachineHealth {
  /** Such as `2.39.5`; absent: it cannot be started. */
  readonly git?: string;
  readonly hasShell: boolean;
  /** False only where the system should have one. */
  readonly hasSetsid: boolean;
  /** Why the folder of the instances cannot be written. */
  readonly state?: Problem;
  readonly disks: readonly Disk[];
}

export interface Disk {
  readonly path: string;
  readonly freeBytes: number;
}

export interface LeaseSight {
  readonly ref: string;
  readonly oid: string;
  readonly project: string;
  readonly name: string;
  readonly state: "living" | "dead" | "elsewhere" | "unreadable";
  /** `pid 12 on host`; empty where it cannot be read. */
  readonly holder: string;
}

export interface StrangeRef {
  readonly ref: string;
  readonly oid: string;
}

export interface ProcessSight {
  readonly pid: number;
  readonly command: string;
}

export interface Stray {
  readonly pid: number;
  readonly project: string;
  /** A role, or `gate/<key>`. */
  readonly instance: string;
  /** It has a folder still, so that `crew down` ends it. */
  readonly isKept: boolean;
}

export interface ProjectHealth {
  readonly name: string;
  /** The crew file as it is to be named; absent: the one that is found by itself. */
  readonly fileFlag?: string;
  /** Why its records cannot be read. */
  readonly problem?: Problem;
  /** Why its crew file cannot be used. */
  readonly file?: Problem;
  /** Absent where file or records cannot be read. */
  readonly outlook?: Outlook;
  readonly isDriven: boolean;
  /** Roles whose mailbox cannot be read. */
  readonly unreadable: readonly string[];
  /** Roles that say that they cannot work, with why. */
  readonly broken: readonly { readonly role: string; readonly reason: string }[];
  /** Roles of the file with a folder and no instance, while others of the project have one. */
  readonly bare: readonly string[];
}

export interface FolderSight {
  readonly path: string;
  readonly project: string;
  /** `lost`: of this repository, which has no refs of it. `orphan`: of a repository that is no longer where it was. */
  readonly kind: "live" | "lost" | "orphan" | "foreign";
  /** Roles with a clone. */
  readonly roles: readonly string[];
  /** Where its clones borrow their objects, as the folder says. */
  readonly objectDirectory?: string;
}

export interface Finding {
  readonly kind:
    | "machine"
    | "disk"
    | "repository"
    | "file"
    | "records"
    | "lease"
    | "undriven"
    | "lock"
    | "objects"
    | "mailbox"
    | "instance"
    | "process"
    | "leftover";
  /** Tool, ref, project, role or path. */
  readonly subject: string;
  readonly reason: string;
  /** Commands that mend it, most likely first. */
  readonly commands: readonly string[];
}
