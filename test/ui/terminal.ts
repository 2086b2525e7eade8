// A terminal for tests: knows the few sequences that a live view may use and fails on any other. Lines that are too long
// are broken, and broken anew when it is resized, as terminals do.
import type { Clock } from "../../src/ports/clock.ts";
import type { Sink } from "../../src/ui/output.ts";

export interface Terminal {
  readonly sink: Sink;
  /** What stands on it, scrollback included, without empty rows at the end. */
  screen(): string;
  isCursorShown(): boolean;
  resize(columns: number): void;
  /** Writes since the last call. */
  countWrites(): number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal reads
const token = /\u001b\[(\??)(\d*)([A-Za-z])|\r?\n|\r|[^\u001b\r\n]+/g;

export function aTerminal({ columns = 80, rows = 24 } = {}): Terminal {
  let lines: string[] = [""];
  let [row, column, isShown, writes, width] = [0, 0, true, 0, columns];
  const listeners = new Set<() => void>();
  const put = (text: string) => {
    for (const character of text) {
      if (column === width) newLine();
      const line = (lines[row] ?? "").padEnd(column);
      lines[row] = line.slice(0, column) + character + line.slice(column + 1);
      column += 1;
    }
  };
  const newLine = () => {
    row += 1;
    column = 0;
    lines[row] ??= "";
  };
  const control = (sequence: string, count: number) => {
    switch (sequence) {
      case "A":
        row = Math.max(0, row - count);
        return;
      case "G":
        column = Math.max(0, count - 1);
        return;
      case "K":
        lines[row] = "";
        return;
      case "m":
        return;
      case "?h":
      case "?l":
        isShown = sequence === "?h";
        return;
      default:
        throw new Error(`the terminal does not know ${sequence}`);
    }
  };
  const write = (text: string) => {
    if (text !== "") writes += 1;
    for (const [whole, question = "", count, letter] of text.matchAll(token)) {
      if (letter !== undefined) control(question + letter, Number(count || 1));
      else if (whole === "\r") column = 0;
      else if (whole.endsWith("\n")) newLine();
      else put(whole);
    }
  };
  const sink: Sink = {
    isTty: true,
    write,
    format: () => ({ width, color: false }),
    rows: () => rows,
    onResize: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    atExit: () => () => undefined,
    flush: async () => undefined,
    gone: new AbortController().signal,
  };
  return {
    sink,
    screen: () =>
      lines
        .map((line) => line.trimEnd())
        .join("\n")
        .trimEnd(),
    isCursorShown: () => isShown,
    countWrites: () => {
      const count = writes;
      writes = 0;
      return count;
    },
    resize: (to) => {
      const before = lines.length;
      const above = lines.slice(0, row);
      const rewrapped = (line: string) => line.match(new RegExp(`.{1,${to}}`, "gu")) ?? [""];
      row = above.flatMap((line) => rewrapped(line.trimEnd())).length;
      lines = lines.flatMap((line) => rewrapped(line.trimEnd()));
      width = to;
      if (before > 0) for (const listener of listeners) listener();
    },
  };
}

/** A sink that is no terminal: keeps what was written. */
export function aPipe(): { readonly sink: Sink; written(): string } {
  let text = "";
  const sink: Sink = {
    isTty: false,
    write: (more) => {
      text += more;
    },
    format: () => ({ width: Number.POSITIVE_INFINITY, color: false }),
    rows: () => Number.POSITIVE_INFINITY,
    onResize: () => () => undefined,
    atExit: () => () => undefined,
    flush: async () => undefined,
    gone: new AbortController().signal,
  };
  return { sink, written: () => text };
}

/** Time that goes on only when it is told to. */
export function aClock(startMs: number): Clock & { advance(ms: number): Promise<void> } {
  let now = startMs;
  const sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  return {
    nowMs: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { atMs: now + ms, wake };
        sleepers.add(sleeper);
        signal.addEventListener("abort", wake);
      }),
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = [...sleepers].filter((each) => each.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        now = next.atMs;
        next.wake();
      }
      now = end;
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
