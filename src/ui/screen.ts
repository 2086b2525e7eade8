// A block of rows at the bottom of a terminal, drawn over itself by listr2, which hides the cursor and gives it back,
// also when the process is ended by a signal. Loaded only when a live view opens. Knows rows, not what they say.
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from "listr2";
import { cellsOf } from "./cells.ts";
import { clean } from "./clean.ts";
import type { Sink } from "./output.ts";

export interface Screen {
  draw(rows: readonly string[]): void;
  /** Leaves the last rows where they are. */
  close(): Promise<void>;
}

/** Rows must fit the sink's width and height. */
export async function openScreen(sink: Sink, first: readonly string[]): Promise<Screen> {
  let drawn = { rows: first, width: sink.format().width };
  const { task, end, ended } = await startTask(sink, first);
  return {
    draw: (rows) => {
      const { width } = sink.format();
      if (width < drawn.width) sink.write(eraseRewrapped(drawn.rows, width));
      drawn = { rows, width };
      task.title = rows.join("\n");
    },
    close: async () => {
      end();
      await ended;
    },
  };
}

interface Started {
  readonly task: { title: string | undefined };
  readonly end: () => void;
  readonly ended: Promise<unknown>;
}

/** One listr2 task, its title the whole block: a frame is one write, and rows may come and go. */
function startTask(sink: Sink, first: readonly string[]): Promise<Started> {
  return new Promise((started, failed) => {
    const logger = new ListrLogger({ processOutput: new LiveOutput(sink) });
    const list = new Listr(
      {
        title: first.join("\n"),
        task: (_context, task) => new Promise<void>((end) => started({ task, end, ended })),
      },
      { renderer: RowsRenderer, rendererOptions: { lazy: true, logger }, registerSignalListeners: false },
    );
    const ended = list.run();
    ended.catch(failed);
  });
}

/** The rows come fitted, with their own marks. They go to stderr: whether stdout is a terminal must not count. */
class RowsRenderer extends DefaultRenderer {
  static override nonTTY = true;

  protected override format(message: string): string[] {
    return message.split("\n");
  }
}

/** listr2 copies a stream's size once; this one is asked anew for each frame. */
class LiveOutput extends ProcessOutput {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super(streamOf(sink), streamOf(sink));
    this.#sink = sink;
  }

  override get stdout(): NodeJS.WriteStream {
    return streamOf(this.#sink);
  }
}

/** The part of a stream that listr2 and log-update use. */
function streamOf(sink: Sink): NodeJS.WriteStream {
  const stream = {
    write: (text: string) => {
      sink.write(text);
      return true;
    },
    get columns() {
      return sink.format().width;
    },
    get rows() {
      return sink.rows();
    },
    isTTY: true,
  };
  return stream as unknown as NodeJS.WriteStream;
}

/** A terminal that became narrower has broken the drawn rows anew: the additional rows are erased before the next frame. */
function eraseRewrapped(rows: readonly string[], width: number): string {
  const extra = rows.reduce((sum, row) => sum + Math.max(0, Math.ceil(cellsOf(clean(row)) / width) - 1), 0);
  return "\u001b[2K\u001b[1A".repeat(extra);
}
