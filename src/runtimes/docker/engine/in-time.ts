// How long an engine may take to answer. One that has taken a call and then hangs would keep a command for ever: a question has
// its time, and once the command is to end everything has little.
import { setMaxListeners } from "node:events";
import { Readable } from "node:stream";
import type Dockerode from "dockerode";
import { CrewError } from "../../../errors.ts";
import type { Clock } from "../../../ports/clock.ts";

export interface Patience {
  readonly clock: Clock;
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal;
  /** As people know it. */
  readonly engine: string;
}

/** For what an engine answers out of its memory, or its disk, in milliseconds. */
const answerMs = 30_000;
/** For what is under way when a command is to end, so that an engine that is well comes to its end; and for what follows. */
const endingMs = 5_000;

type Dial = (options: Dialled, callback: (error: unknown, answer?: unknown) => void) => void;

interface Dialled {
  readonly method: string;
  readonly path: string;
  abortSignal?: AbortSignal;
}

/** From here on every call of this engine has its time. */
export function inTime(engine: Dockerode, patience: Patience): Dockerode {
  // One for each call under way, of which there may be any number.
  setMaxListeners(0, patience.signal);
  const modem = engine.modem as { dial: Dial };
  const dial = modem.dial;
  modem.dial = (options, callback) => {
    const limit = limitOf(options, patience);
    const signal = options.abortSignal ? AbortSignal.any([options.abortSignal, limit.signal]) : limit.signal;
    dial.call(modem, { ...options, abortSignal: signal }, (error, answer) => {
      limit.answered();
      if (answer instanceof Readable && !lasts.test(options.path)) answer.once("close", limit.over);
      else limit.over();
      callback(error && limit.signal.aborted ? limit.signal.reason : error, answer);
    });
  };
  return engine;
}

/** Followed for as long as somebody wants, by who ends it himself. */
const lasts = /^\/exec\/|\/(events|logs|stats|attach)(\?|$)/;

function limitOf({ method, path }: Dialled, { clock, signal, engine }: Patience) {
  const [limit, answered, over] = [new AbortController(), new AbortController(), new AbortController()];
  const endAfter = (ms: number, unless: AbortSignal) =>
    void clock.sleep(ms, unless).then(() => {
      if (!unless.aborted) limit.abort(notAnswering(engine, ms));
    });
  if (isQuestion(method, path)) endAfter(answerMs, answered.signal);
  const ending = () => endAfter(endingMs, over.signal);
  if (signal.aborted) ending();
  else signal.addEventListener("abort", ending, { once: true });
  return {
    signal: limit.signal,
    answered: () => answered.abort(),
    /** All of the answer has come. */
    over: () => {
      over.abort();
      signal.removeEventListener("abort", ending);
    },
  };
}

/** Nor is what measures a disk. */
function isQuestion(method: string, path: string): boolean {
  return (method === "GET" || method === "HEAD") && !lasts.test(path) && !path.startsWith("/system/df");
}

/** It has had its time: whoever asks again waits as long once more. */
export class NotAnswering extends CrewError {}

function notAnswering(engine: string, afterMs: number): CrewError {
  return new NotAnswering("failed", `${engine} does not answer: nothing came for ${afterMs / 1000} s.`, {
    hint: "See that Docker runs (docker info), then crew up",
  });
}
