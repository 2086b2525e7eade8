// The person's terminal, handed to a command: its size, its keys as they are typed, and its state given back on every way out.
import type { Terminal } from "../ports/runtime.ts";

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export function terminalOf({ stdin, stdout }: TerminalStreams): Terminal {
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    onResize: (listener) => {
      stdout.on("resize", listener);
      return () => void stdout.off("resize", listener);
    },
    raw: () => {
      const restore = () => void stdin.setRawMode(false);
      stdin.setRawMode(true);
      process.once("exit", restore);
      return () => {
        process.off("exit", restore);
        restore();
      };
    },
  };
}
