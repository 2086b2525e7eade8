// One git command in the user's own git directory, hardened by whoever implements it (hooks, filters, signing and
// prompts off, environment from scratch, timeout). For adapters that keep something in git but are not the repository.

export interface GitRunner {
  /** Resolves whatever the exit code is; rejects with a CrewError when git could not be run to its end. */
  run(args: readonly string[], options?: GitRunOptions): Promise<GitResult>;
}

export interface GitRunOptions {
  readonly stdin?: string | Uint8Array;
  /** Added to the environment that the runner builds. */
  readonly env?: Readonly<Record<string, string>>;
  /** More output than this is an error, never a cut. Absent: the runner's own cap. */
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
