// An agent's program as what an image holds of it. Plain data.
export interface Program {
  /** On PATH. */
  readonly name: string;
  /** Of npm. */
  readonly package: string;
  /** That crew puts into an image that has none. */
  readonly version: string;
}
