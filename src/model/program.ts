// An agent's program as what an image holds of it. Plain data.
export interface Program {
  /** On PATH. */
  readonly name: string;
  /** What crew puts into an image that has none. Absent: the image has to hold it. */
  readonly package?: ProgramPackage;
}

export interface ProgramPackage {
  readonly name: string;
  readonly version: string;
  /** Absent: npm's. */
  readonly of?: "PyPI";
}
