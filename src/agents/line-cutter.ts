// Bytes of a log as they come → whole lines. Knows nothing of where they come from.

/** A line longer than this is cut into several; where lines are read as wholes, only one that nobody could read is. */
const longestLine = 65_536;
const longestWhole = 4_194_304;

/** Cuts bytes into lines; a character is never cut in two, and what has no end yet is kept. */
export class LineCutter {
  #held = Buffer.alloc(0);
  readonly #longest: number;

  constructor({ isWhole = false } = {}) {
    this.#longest = isWhole ? longestWhole : longestLine;
  }

  push(bytes: Buffer): string[] {
    const all = Buffer.concat([this.#held, bytes]);
    const lines: string[] = [];
    let from = 0;
    for (let at = all.indexOf(10, from); at >= 0; at = all.indexOf(10, from)) {
      lines.push(all.toString("utf8", from, at));
      from = at + 1;
    }
    this.#held = all.subarray(from);
    while (this.#held.length > this.#longest) {
      lines.push(this.#held.toString("utf8", 0, this.#longest));
      this.#held = this.#held.subarray(this.#longest);
    }
    return lines;
  }

  rest(): string[] {
    const line = this.#held.toString("utf8");
    this.#held = Buffer.alloc(0);
    return line === "" ? [] : [line];
  }
}
