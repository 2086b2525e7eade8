// What was spent, as a line of a report: read back as it was written, and nothing else is taken for it.
import { expect, test } from "vitest";
import { parseSpent, spentLine, sumSpent } from "../../src/model/spent.ts";

const spent = { runs: 3, seconds: 4_000, input: 12_345, cached: 0, output: 678, usd: 0.123456 };

test("a line is read back as it was", () => {
  expect(parseSpent(spentLine(spent))).toEqual(spent);
});

test.each([
  "",
  "1 2 3 4 5",
  "1 2 3 4 5 6 7",
  "-1 2 3 4 5 6",
  "1 2 3 4 5 1e9",
  "1 2 3 4 5 .5",
  `${"9".repeat(20)} 2 3 4 5 6`,
])("%j is none", (line) => {
  expect(parseSpent(line)).toBeUndefined();
});

test("the sum of nothing and something", () => {
  expect(sumSpent([undefined, spent, spent])).toEqual({
    ...{ runs: 6, seconds: 8_000, input: 24_690, cached: 0, output: 1_356 },
    usd: 0.246912,
  });
});
