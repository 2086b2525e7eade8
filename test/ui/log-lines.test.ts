// Names before the lines of several logs: aligned, each in a colour of its own where there are colours.
import { expect, test } from "vitest";
import { logPrefixes } from "../../src/ui/log-lines.ts";

test("names are aligned, and cleaned of what would move a terminal's cursor", () => {
  expect([...logPrefixes(["dev", "gate:npm test", "日本", "a\u001b[2Jb"], false).values()]).toEqual([
    "dev           | ",
    "gate:npm test | ",
    "日本          | ",
    "ab            | ",
  ]);
});

test("each has a colour of its own, and begins anew when there is none left", () => {
  const colored = [...logPrefixes(["a", "b", "c", "d", "e"], true).values()];
  expect(new Set(colored.map((each) => each.replace(/[a-e] \|/, ""))).size).toBe(4);
  expect(colored[4]?.replace("e", "a")).toBe(colored[0]);
});
