// The one error that crosses a folder's border. It carries what a person needs; it decides nothing.

/** Classes of failure, each with the exit code of the command line. */
export type ErrorCode =
  | "failed" // 1: the operation could not be done
  | "invalid" // 3: the file is invalid
  | "locked" // 4: somebody else holds the write lock
  | "needs-you" // 5: a person has to act first
  | "conflict" // 1: a compare-and-swap lost; the next pass sees the new value
  | "internal"; // 1: crew's own fault

export interface CrewErrorOptions {
  /** The next command to type, or what to change. */
  readonly hint?: string;
  /** Where: `crew.yaml:12:5`, a ref, a path. */
  readonly at?: string;
  readonly cause?: unknown;
}

export class CrewError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: string | undefined;

  constructor(code: ErrorCode, message: string, options: CrewErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CrewError";
    this.code = code;
    this.hint = options.hint;
    this.at = options.at;
  }
}

const exitCodes: Record<ErrorCode, number> = {
  failed: 1,
  invalid: 3,
  locked: 4,
  "needs-you": 5,
  conflict: 1,
  internal: 1,
};

/** Exit code of the command line for an error (DESIGN section 8). */
export function exitCodeOf(error: unknown): number {
  return error instanceof CrewError ? exitCodes[error.code] : 1;
}
