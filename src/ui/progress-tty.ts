// Progress drawn over itself on a terminal, at most five times a second. What the rows say stands in progress-rows.ts,
// how they get to the terminal in screen.ts.

import type { CrewEvent, EndEvent } from "../model/event.ts";
import type { Clock } from "../ports/clock.ts";
import { endText } from "./attention.ts";
import type { Sink } from "./output.ts";
import { type ProgressState, progressRows } from "./progress-rows.ts";
import { openScreen } from "./screen.ts";
import type { Progress } from "./viewer.ts";

/** No faster than this, however many events come. */
const frameMs = 200;
/** Without an event: the seconds go on. */
const idleMs = 1000;

export interface TtyOptions {
  readonly sink: Sink;
  readonly clock: Clock;
}

export function ttyProgress({ sink, clock }: TtyOptions): Progress {
  let state: ProgressState = {};
  let end: EndEvent | undefined;
  const rows = () =>
    progressRows(state, { ...sink.format(), height: Math.max(3, sink.rows() - 2), nowMs: clock.nowMs() });
  const screen = openScreen(sink);
  const draw = () => screen.draw(rows());
  const forget = sink.onResize(draw);
  const pace = keepPace(clock, draw);
  let closing: Promise<void> | undefined;
  const finish = async () => {
    await pace.stop();
    forget();
    draw();
    screen.close();
    if (end) sink.write(endText(end, sink.format()));
  };
  return {
    show: (event) => {
      state = after(state, event);
      if (event.type === "end") end = event;
      pace.wake();
    },
    close: () => {
      closing ??= finish();
      return closing;
    },
  };
}

function after(state: ProgressState, event: CrewEvent): ProgressState {
  switch (event.type) {
    case "pass":
      return { ...state, pass: event };
    case "operation": {
      if (event.state === "failed" && !event.isDetail) return { ...state, failed: event };
      const isMended = event.state === "done" && state.failed?.id === event.id;
      return isMended ? { ...(state.pass && { pass: state.pass }) } : state;
    }
    case "end":
      return state;
  }
}

interface Pace {
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

/** Draws after an event, with `frameMs` between two frames; otherwise once in `idleMs`. */
function keepPace(clock: Clock, draw: () => void): Pace {
  const stopping = new AbortController();
  let isDue = false;
  let idle = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      isDue = false;
      draw();
      await clock.sleep(frameMs, stopping.signal);
      idle = new AbortController();
      if (!isDue && !stopping.signal.aborted) await clock.sleep(idleMs - frameMs, idle.signal);
    }
  };
  const running = run();
  return {
    wake: () => {
      isDue = true;
      idle.abort();
    },
    stop: async () => {
      stopping.abort();
      idle.abort();
      await running;
    },
  };
}
