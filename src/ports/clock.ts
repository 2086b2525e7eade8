// Time, as the rest of crew may know it. No other file asks the machine for the time or waits by itself.

export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Resolves after `ms`, or at once (without an error) when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
