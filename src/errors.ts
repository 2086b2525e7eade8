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

/** What the machine refuses and only a person can mend; undefined for any other error. `at`: where, if that is known. */
export function machineError(cause: unknown, at?: string): CrewError | undefined {
  const { code = "", path } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  return code in refusals ? refusal(code as Refused, at ?? path, cause) : undefined;
}

/** The same of what a program said on its way out, such as git. */
export function machineErrorIn(words: string, at: string): CrewError | undefined {
  const codes = Object.keys(refusals) as readonly Refused[];
  const code = codes.find((each) => refusals[each].says.test(words));
  return code && refusal(code, at);
}

/** For who finds it out before the machine says so. */
export function noSpace(at: string): CrewError {
  return refusal("ENOSPC", at);
}

function refusal(code: Refused, at: string | undefined, cause?: unknown): CrewError {
  const { message, hint } = refusals[code];
  return new CrewError("needs-you", message(at === undefined ? "" : ` of ${at}`), { hint, cause });
}

/** strerror(3)'s words in the C locale, which end a line: what is named before them may be an agent's. */
const refusals = {
  ENOSPC: {
    says: /: No space left on device$/m,
    message: (of) => `No space is left on the disk${of}.`,
    hint: "Make room there, then type the same command again",
  },
  EDQUOT: {
    says: /: Disk quota exceeded$/m,
    message: (of) => `The disk quota is used up${of}.`,
    hint: "Make room there, then type the same command again",
  },
  EROFS: {
    says: /: Read-only file system$/m,
    message: (of) => `The file system is read-only${of}.`,
    hint: "Make it writable, then type the same command again",
  },
  EMFILE: {
    says: /: Too many open files$/m,
    message: () => "crew may not open more files.",
    hint: "Raise the limit (ulimit -n 1024), then type the same command again",
  },
  ENFILE: {
    says: /: Too many open files in system$/m,
    message: () => "The system has too many open files.",
    hint: "End some programs, then type the same command again",
  },
} as const satisfies Readonly<Record<string, Refusal>>;

interface Refusal {
  readonly says: RegExp;
  readonly message: (of: string) => string;
  readonly hint: string;
}

type Refused = keyof typeof refusals;
