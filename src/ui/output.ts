// The seam to the process's stdout and stderr: widths, colour, and a reader that went away. Writes what it is given;
// decides nothing about what to say.

import type { TextFormat } from "./lines.ts";

/** One of the two streams. */
export interface Sink {
  /** Ignored once the reader has gone away. */
  write(text: string): void;
  readonly isTty: boolean;
  /** As it is now: a terminal is resized at any time. */
  format(): TextFormat;
  /** Rows of the terminal; Infinity where it is none. */
  rows(): number;
  onResize(listener: () => void): () => void;
  /** Written if the process exits before the returned function is called: what must not be left undone on a terminal. */
  atExit(text: string): () => void;
  /** Resolves when everything written has left this process. */
  flush(): Promise<void>;
  /** Aborted when the reader went away (EPIPE): `crew logs -f | head -1` shall end. */
  readonly gone: AbortSignal;
}

export interface Output {
  /** stdout: what was asked for. */
  readonly data: Sink;
  /** stderr: progress and diagnostics. */
  readonly progress: Sink;
}

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False for `--no-color`. */
  readonly color: boolean;
}

export function createOutput({ stdout, stderr, environment, color }: OutputOptions): Output {
  const paints = (stream: NodeJS.WriteStream) => color && isColored(stream.isTTY === true, environment);
  return { data: createSink(stdout, paints(stdout)), progress: createSink(stderr, paints(stderr)) };
}

/** NO_COLOR (no-color.org) wins over FORCE_COLOR, so that the quieter wish is kept where both are set. */
export function isColored(isTty: boolean, environment: OutputOptions["environment"]): boolean {
  const { NO_COLOR = "", FORCE_COLOR = "", TERM = "" } = environment;
  if (NO_COLOR !== "") return false;
  if (FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTty && TERM !== "dumb";
}

const assumedColumns = 80;
const assumedRows = 24;

function createSink(stream: NodeJS.WriteStream, color: boolean): Sink {
  const gone = new AbortController();
  const isTty = stream.isTTY === true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Anything else (a full disk behind `> file`) must not pass as success.
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
    gone.abort();
  });
  return {
    isTty,
    gone: gone.signal,
    write: (text) => {
      if (!gone.signal.aborted && text !== "") stream.write(text);
    },
    format: () => ({ width: isTty ? stream.columns || assumedColumns : Number.POSITIVE_INFINITY, color }),
    rows: () => (isTty ? stream.rows || assumedRows : Number.POSITIVE_INFINITY),
    onResize: (listener) => {
      stream.on("resize", listener);
      return () => void stream.off("resize", listener);
    },
    atExit: (text) => {
      const restore = () => void stream.write(text);
      process.once("exit", restore);
      return () => void process.off("exit", restore);
    },
    flush: async () => {
      if (gone.signal.aborted || stream.writableLength === 0) return;
      await new Promise<void>((resolve) => {
        gone.signal.addEventListener("abort", () => resolve(), { once: true });
        stream.write("", () => resolve());
      });
    },
  };
}
