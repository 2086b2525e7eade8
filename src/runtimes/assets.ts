// Texts of the scripts in src/agents that run in instances. Plain data.

export interface Assets {
  readonly supervisor: string;
  readonly bd: string;
  readonly gate: string;
  /** In instances it is called `crew-tell`. */
  readonly tell: string;
}
