// How many terminal cells a text takes, and cutting and wrapping by cells. Pure; knows nothing of colour: measure first,
// paint after.

/** ASCII and crew's own signs: one cell each. Nearly every text; the rest is measured grapheme by grapheme. */
const simple = /^[\x20-\x7e·→←✓…]*$/;
/** Made when it is first needed: that takes longer than all else that a table needs. */
let segmenter: Intl.Segmenter | undefined;
/** East Asian Wide and Fullwidth (UAX #11) in blocks, and everything that is shown as a picture. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]*$/u;

export function cellsOf(text: string): number {
  if (simple.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of graphemesOf(text)) cells += cellsOfGrapheme(segment);
  return cells;
}

/** At most `max` cells; what is cut is shown by `…`. */
export function cut(text: string, max: number): string {
  if (cellsOf(text) <= max) return text;
  if (max < 1) return "";
  let kept = "";
  let cells = 0;
  for (const { segment } of graphemesOf(text)) {
    cells += cellsOfGrapheme(segment);
    if (cells > max - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The same from the other end: `…auth-backend`. */
export function cutStart(text: string, max: number): string {
  if (cellsOf(text) <= max) return text;
  const parts = [...graphemesOf(text)].map(({ segment }) => segment);
  let kept = "";
  let cells = 1;
  for (const part of parts.reverse()) {
    cells += cellsOfGrapheme(part);
    if (cells > max) break;
    kept = part + kept;
  }
  return max < 1 ? "" : `…${kept.trimStart()}`;
}

export function padTo(text: string, cells: number): string {
  return text + " ".repeat(Math.max(0, cells - cellsOf(text)));
}

/** Lines of at most `max` cells, broken at spaces; a longer word stands alone and is not broken, so that it can be copied. */
export function wrap(text: string, max: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && cellsOf(longer) > max) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function cellsOfGrapheme(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

function graphemesOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter.segment(text);
}
