// What a builder says, event by event → lines, the step it is at, the image that it made. Whatever the steps print is cleaned.
import { cleanText } from "../../../agents/clean-text.ts";

export interface BuildOutput {
  /** One of the engine's events, as JSON gives it. */
  add(event: unknown): void;
  /** `Step 2/3 : RUN npm ci` */
  readonly step: string | undefined;
  /** The last ones, of the step that it is at. */
  readonly lines: readonly string[];
  readonly id: string | undefined;
  /** What it failed with. */
  readonly complaint: string | undefined;
}

interface Event {
  readonly stream?: unknown;
  /** Of a pull: with `progress` while it comes, without it once for each step. */
  readonly status?: unknown;
  readonly progress?: unknown;
  readonly aux?: { readonly ID?: unknown };
  readonly error?: unknown;
}

const mostLines = 20;

/** `onLine` is told all that it says but for blank lines, as it comes. */
export function buildOutput(onLine: (line: string) => void = () => undefined): BuildOutput {
  const lines: string[] = [];
  let step: string | undefined;
  let id: string | undefined;
  let open = "";
  let complaint: string | undefined;
  const addLine = (line: string) => {
    if (/^Step \d+\/\d+ : /.test(line)) {
      step = line;
      lines.length = 0;
    }
    if (line.trim() !== "") onLine(line);
    if (/^ ---> |^Removing intermediate container /.test(line) || line.trim() === "") return;
    lines.push(line);
    if (lines.length > mostLines) lines.shift();
  };
  return {
    add: (event) => {
      const { stream, aux, error, status, progress } = event as Event;
      if (typeof status === "string" && progress === undefined) onLine(cleanText(status));
      if (typeof error === "string") complaint = cleanText(error);
      if (typeof aux?.ID === "string") id = aux.ID;
      if (typeof stream !== "string") return;
      // Podman says the id in its last line.
      id = /^(?:Successfully built )?([0-9a-f]{12,64})\s*$/.exec(stream)?.[1] ?? id;
      const parts = `${open}${stream}`.split(/\r?\n/);
      open = parts.pop() ?? "";
      for (const line of parts) addLine(cleanText(line));
    },
    get step() {
      return step;
    },
    get lines() {
      return open.trim() === "" ? lines : [...lines, cleanText(open)];
    },
    get id() {
      return id;
    },
    get complaint() {
      return complaint;
    },
  };
}
