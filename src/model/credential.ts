// What an agent program signs in with. Never a copy of a login that renews itself: two holders of one would lock each other out.

export interface Credential {
  /** Variable of crew's own environment, or of the role's; the agent gets it under the same name. */
  readonly variable: string;
  readonly billing: "subscription" | "per token";
  /** How a person comes by one, as a sentence's beginning: `Run claude setup-token`. */
  readonly from?: string;
  /** Provider that it is of, where the program asks several: the first part of the model's name. */
  readonly provider?: string;
}
