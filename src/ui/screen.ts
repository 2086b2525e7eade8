// A block of rows at the bottom of a terminal, drawn over itself: only rows that changed are written, each frame in one
// write. Hides the cursor and gives it back, also when the process ends without closing. Knows rows, not what they say.
//
// Our own and not listr2's, which this began with: its renderer wraps every row of every frame anew, 9.5 % of a core for
// 100 roles at two frames a second, where the budget is 3 %.
import { cellsOf } from "./cells.ts";
import { clean } from "./clean.ts";
import type { Sink } from "./output.ts";

export interface Screen {
  /** Rows must fit the sink's width and height. */
  draw(rows: readonly string[]): void;
  /** Leaves the last rows where they are. */
  close(): void;
}

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const eraseLine = "\u001b[2K";

/** The cursor always rests at the beginning of the line under the block. */
export function openScreen(sink: Sink): Screen {
  let drawn: readonly string[] = [];
  let width = sink.format().width;
  const forget = sink.atExit(showCursor);
  sink.write(hideCursor);
  return {
    draw: (rows) => {
      const now = sink.format().width;
      if (now !== width) {
        sink.write(eraseAll(drawn, now));
        drawn = [];
        width = now;
      }
      sink.write(frame(drawn, rows));
      drawn = rows;
    },
    close: () => {
      forget();
      sink.write(showCursor);
    },
  };
}

/** Empty where nothing changed. */
function frame(before: readonly string[], rows: readonly string[]): string {
  if (before.length === rows.length && rows.every((row, i) => row === before[i])) return "";
  const changed = rows.map((row, i) => (row === before[i] ? "\n" : `${eraseLine}${row}\n`)).join("");
  const gone = Math.max(0, before.length - rows.length);
  return `${up(before.length)}${changed}${`${eraseLine}\n`.repeat(gone)}${up(gone)}`;
}

/** A terminal that became narrower has broken long rows anew, into more lines than were written. */
function eraseAll(rows: readonly string[], width: number): string {
  const lines = rows.reduce((sum, row) => sum + Math.max(1, Math.ceil(cellsOf(clean(row)) / width)), 0);
  return `\u001b[1A${eraseLine}`.repeat(lines);
}

function up(lines: number): string {
  return lines === 0 ? "" : `\u001b[${lines}A`;
}
