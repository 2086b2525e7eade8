// Text that an agent or its programs wrote, made safe to show and to store. Pure; knows no format.
import { stripVTControlCharacters } from "node:util";

// Everything a terminal could obey, but for tab and newline: control characters, the marks that turn text around, and
// line separators that only some programs take for such.
const unsafe = /(?![\t\n])\p{Cc}|\p{Bidi_Control}|[\u2028\u2029\ufeff]/gu;

/** Several lines; escape sequences, control and bidi characters are gone. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text).replace(unsafe, "");
}

/** One line of at most `limit` characters; what was a line break or a tab is a space. */
export function cleanLine(text: string, limit = 500): string {
  return cleanText(text.replace(/[\t\r\n]+/g, " ")).slice(0, limit);
}
