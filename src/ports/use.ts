// What running instances and services use of a machine, what runs in them and what they publish, and which volumes there are, as
// a runtime tells it.

/** What an instance uses. Processor time, network and disk count from when it was started, or further back. */
export interface Usage {
  /** Epoch milliseconds, by the clock of the machine that it runs on. */
  readonly atMs: number;
  /** Processor time; it falls when what used it is gone. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes?: number;
  /** Processes and threads. */
  readonly pids: number;
  readonly network?: { readonly receivedBytes: number; readonly sentBytes: number };
  readonly blocks?: { readonly readBytes: number; readonly writtenBytes: number };
}

export interface Process {
  /** On the machine that it runs on. */
  readonly pid: number;
  /** Absent where nobody tells. */
  readonly parent?: number;
  /** A name or a number, as that machine has it. */
  readonly user: string;
  /** Processor time. */
  readonly cpuSeconds: number;
  /** With its arguments. Whatever it holds is an agent's. */
  readonly command: string;
}

/** A port of a container that can be reached from outside. */
export interface PublishedPort {
  /** In the container. */
  readonly target: number;
  readonly protocol: string;
  /** Of the machine that it runs on; 0.0.0.0 and :: stand for all of its own. */
  readonly address: string;
  readonly published: number;
}

export interface Volume {
  readonly name: string;
  readonly driver: string;
  /** `work`: a role's clone and home; `mail` and `secrets`: what it is told; `objects`: the repository's; `file`: the file names it. */
  readonly holds: "work" | "mail" | "secrets" | "objects" | "file";
  /** Absent where it is no role's alone. */
  readonly role?: string;
  /** Roles and services, in containers that are there: sorted. */
  readonly usedBy: readonly string[];
}
