// Text from agents and people made fit for one line or for a commit message. Pure.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
const breaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Marks that reorder what a terminal shows. */
const reordering = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line without control characters, at most `maxLength` characters. */
export function oneLine(text: string, maxLength = 500): string {
  const line = text.replace(reordering, "").replace(breaks, " ").trim();
  return [...line].length <= maxLength ? line : `${[...line].slice(0, maxLength - 1).join("")}…`;
}

/** Text as a commit message can hold it: git ends a message at NUL. */
export function messageText(text: string): string {
  return text.replaceAll("\0", "");
}
