// Text from agents, people and trackers made fit for a terminal. Pure; every text that the ui prints goes through here.

/**
 * Escape sequences by ECMA-48: CSI, and strings (OSC, DCS, …) up to their end on the same line. Node's own
 * stripVTControlCharacters (20.20) takes visible text with it where a BEL follows.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
const sequences = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)/g;
const plain = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
const breaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Marks that reorder what a terminal shows. */
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line without escape sequences, control characters and marks that reorder text. */
export function clean(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(sequences, "").replace(reordering, "").replace(breaks, " ");
}

/** The same, line by line; tabs become spaces. */
export function cleanLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => clean(line.replaceAll("\t", "  ")));
}

/**
 * JSON that is safe to print: JSON.stringify leaves DEL, the C1 controls (one of them begins an escape sequence) and
 * reordering marks as they are. Escaped, the value is the same.
 */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
