// What every form of progress can do. The forms themselves stand in progress-*.ts.
import type { CrewEvent } from "../model/event.ts";

export interface Progress {
  show(event: CrewEvent): void;
  /** Ends the view and gives the terminal back as it was. Safe to call twice, and after an abort. */
  close(): Promise<void>;
}
