// What a command may know of the process it runs in. Plain data and small functions, handed in by main.

import type { Asked } from "../repository/discover.ts";

export interface Invocation {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Opened when it is asked for: few commands read it. */
  readonly stdin: () => NodeJS.ReadStream;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** From now on Ctrl-C is for the program that shares the terminal. Returns how to take it back. */
  readonly leaveInterrupts: () => () => void;
  /** Called when another command says that something changed. Returns how to stop listening. */
  readonly onWake: (wake: () => void) => () => void;
  readonly process: {
    readonly pid: number;
    readonly host: string;
    /** Program and script with which this same crew is started again. */
    readonly program: readonly [string, string];
  };
  /** `before:<operation kind>` or `after:<operation kind>`, `:n` for the n-th: a test's crash. */
  readonly crashAt: string | undefined;
  /** What git was asked of the place, before the command's own code was there. */
  readonly asked?: Asked;
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
}
