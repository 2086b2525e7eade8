// Shows what a driver does, from its events: live, or read from the log of a driver in the background. One interface,
// four forms. Shows; never decides, never waits for what it shows.
import type { Clock } from "../ports/clock.ts";
import { jsonText } from "./clean.ts";
import type { Sink } from "./output.ts";
import { plainProgress } from "./progress-plain.ts";
import { ttyProgress } from "./progress-tty.ts";
import type { Progress } from "./viewer.ts";

export type { Progress } from "./viewer.ts";

export type ProgressForm = "tty" | "plain" | "json" | "quiet";

export interface ProgressOptions {
  readonly form: ProgressForm | "auto";
  readonly sink: Sink;
  readonly clock: Clock;
  /** Every operation, housekeeping included, and every change of phase. */
  readonly verbose: boolean;
  /** Plain lines begin with the time of their event. */
  readonly timestamps?: boolean;
}

export function createProgress(options: ProgressOptions): Progress {
  const { form, sink } = options;
  switch (form === "auto" ? (sink.isTty ? "tty" : "plain") : form) {
    case "tty":
      return ttyProgress(options);
    case "plain":
      return plainProgress(options);
    case "json":
      return { show: (event) => sink.write(`${jsonText(event)}\n`), close: async () => undefined };
    case "quiet":
      return { show: () => undefined, close: async () => undefined };
  }
}
