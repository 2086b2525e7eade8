// Shows what a driver does, from its events: live, or read from the log of a driver in the background. One interface,
// four forms. Shows; never decides, never waits for what it shows.
import type { CrewEvent } from "../model/event.ts";
import type { Clock } from "../ports/clock.ts";
import { jsonText } from "./clean.ts";
import type { Sink } from "./output.ts";
import { plainProgress } from "./progress-plain.ts";

export type ProgressForm = "tty" | "plain" | "json" | "quiet";

export interface Progress {
  show(event: CrewEvent): void;
  /** Ends the view and gives the terminal back as it was. Safe to call twice, and after an abort. */
  close(): Promise<void>;
}

export interface ProgressOptions {
  readonly form: ProgressForm | "auto";
  readonly sink: Sink;
  readonly clock: Clock;
  /** Every operation, housekeeping included, and every change of phase. */
  readonly verbose: boolean;
  /** Plain lines begin with the time of their event. */
  readonly timestamps?: boolean;
}

export async function createProgress(options: ProgressOptions): Promise<Progress> {
  const { form, sink } = options;
  switch (form === "auto" ? (sink.isTty ? "tty" : "plain") : form) {
    case "tty": {
      const { ttyProgress } = await import("./progress-tty.ts");
      return await ttyProgress(options);
    }
    case "plain":
      return plainProgress(options);
    case "json":
      return { show: (event) => sink.write(`${jsonText(event)}\n`), close: async () => undefined };
    case "quiet":
      return { show: () => undefined, close: async () => undefined };
  }
}
