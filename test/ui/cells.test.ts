// Cells, cutting, wrapping, cleaning and tables: what keeps every view inside its terminal.
import fc from "fast-check";
import { expect, test } from "vitest";
import { cellsOf, cut, cutStart, padTo, wrap } from "../../src/ui/cells.ts";
import { clean, jsonText } from "../../src/ui/clean.ts";
import { durationText } from "../../src/ui/duration.ts";
import { renderLine, span, whole, wrapped } from "../../src/ui/lines.ts";
import { tableLines } from "../../src/ui/table.ts";

test("cells: wide characters take two, marks and joiners none, a picture of several code points two", () => {
  const texts = [
    "abc",
    "…·→✓",
    "漢字",
    "한국어",
    "ｱ",
    "Ａ",
    "e\u0301",
    "👍",
    "👩‍👩‍👧",
    "🇩🇪",
    "❤\ufe0f",
    "❤",
    "\u200b",
    "naïve",
  ];
  expect(texts.map((text) => `${text}=${cellsOf(text)}`)).toEqual([
    "abc=3",
    "…·→✓=4",
    "漢字=4",
    "한국어=6",
    "ｱ=1",
    "Ａ=2",
    "e\u0301=1",
    "👍=2",
    "👩‍👩‍👧=2",
    "🇩🇪=2",
    "❤\ufe0f=2",
    "❤=1",
    "\u200b=0",
    "naïve=5",
  ]);
});

const anyText = fc.string({ unit: "grapheme" });

test("cut text fits, is a beginning (or an end) of it, and is whole where it fits", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 20 }), (text, max) => {
      for (const shown of [cut(text, max), cutStart(text, max)]) {
        expect(cellsOf(shown)).toBeLessThanOrEqual(max);
        if (cellsOf(text) <= max) expect(shown).toBe(text);
      }
      expect(text.startsWith(cut(text, max).replace(/…$/, ""))).toBe(true);
      expect(cellsOf(padTo(cut(text, max), max))).toBe(max);
    }),
  );
});

test("wrapped text keeps every word, and breaks none", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      (words, max) => {
        const lines = wrap(words.join(" "), max);
        expect(lines.join(" ")).toBe(words.join(" "));
        for (const line of lines) expect(line.length <= max || !line.includes(" ")).toBe(true);
      },
    ),
  );
});

test("nothing but printable text comes out of cleaning, whatever goes in", () => {
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom("\u001b[", "\u009b", "\u001b]0;", "\u0007", "\r", "\n", "\u202e", "\u001b\\"),
      fc.string(),
    ),
  });
  fc.assert(
    fc.property(nasty, (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is asserted
      expect(clean(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is asserted
      expect(jsonText({ text })).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      expect(JSON.parse(jsonText({ text }))).toEqual({ text });
    }),
  );
});

test("escape sequences go whole, the text around them stays", () => {
  expect(clean("\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u001b\\link\u001b]8;;\u0007 \u001b[2Jgone\u0007")).toBe(
    "red link gone ",
  );
});

test("a table fits its width: a column that yields gives way first, the others to their least", () => {
  const row = [span("frontend"), span("feature/auth-frontend"), span("working auth-a3f8.1.2: turn 2"), span("1/3")];
  const columns = [{ min: 4 }, { min: 9, yields: true, cut: "start" }, { min: 8 }, { align: "right" }] as const;
  const widths = [80, 60, 44, 30];
  expect(
    widths.flatMap((width) =>
      tableLines([row], { columns, width }).flatMap((line) => renderLine(line, { width, color: false })),
    ),
  ).toMatchInlineSnapshot(`
    [
      "frontend  feature/auth-frontend  working auth-a3f8.1.2: turn 2  1/3",
      "frontend  …auth-frontend  working auth-a3f8.1.2: turn 2  1/3",
      "frontend  …frontend  working auth-a3f8…  1/3",
      "fro…  …frontend  working…  1/3",
    ]
  `);
});

test("a line wraps under its hang; a command is never cut", () => {
  const format = { width: 40, color: false };
  const reason = wrapped(4, span("  ? "), "auth-a3f8.3 waits for approval: its report brings no change");
  expect([
    ...renderLine(reason, format),
    ...renderLine(whole("      crew approve auth-a3f8.3 --no-change --really"), format),
  ]).toMatchInlineSnapshot(`
    [
      "  ? auth-a3f8.3 waits for approval: its",
      "    report brings no change",
      "      crew approve auth-a3f8.3 --no-change --really",
    ]
  `);
});

test("durations", () => {
  const times = [-5, 999, 59_999, 60_000, 3_599_000, 3_600_000, 90_061_000];
  expect(times.map(durationText)).toEqual(["0s", "0s", "59s", "1m 00s", "59m 59s", "1h 00m", "1d 1h"]);
});
