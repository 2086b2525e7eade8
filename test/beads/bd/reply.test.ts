// What bd prints, as it was captured, and what that means.
import { expect, test } from "vitest";
import { errorWords, isBusy, issuesOf, jsonOf } from "../../../src/beads/bd/reply.ts";

test.each<[string, string, unknown]>([
  ["plain", '[{"id":"a"}]\n', [{ id: "a" }]],
  ["in the envelope", '{"data":[{"id":"a"}],"schema_version":1}', [{ id: "a" }]],
  [
    "an object with its schema's version is no envelope",
    '{"id":"a","schema_version":1}',
    { id: "a", schema_version: 1 },
  ],
  ["after a warning", 'Warning: [x] {y}\n{\n  "id": "a"\n}\n', { id: "a" }],
  ["before a tip", '{\n  "id": "a"\n}\nTip: {try}\n', { id: "a" }],
  ["an empty list before a tip", "[]\nTip: more\n", []],
  ["text", "Sync complete\n", undefined],
  ["nothing", "", undefined],
])("JSON: %s", (_, stdout, value) => {
  expect(jsonOf(stdout)).toEqual(value);
});

test("issues are the objects of a list, or one alone", () => {
  expect(issuesOf('[{"id":"a"}, 1]')).toEqual([{ id: "a" }]);
  expect(issuesOf('{"id":"a"}')).toEqual([{ id: "a" }]);
  expect(issuesOf("No updates specified\n")).toEqual([]);
});

test.each([
  [
    { exitCode: 1, stdout: "", stderr: "warn: x\nError: prefix mismatch: database uses 'shop'\n" },
    "prefix mismatch: database uses 'shop'",
  ],
  [
    { exitCode: 1, stdout: '{"error":"dependency would create a cycle"}', stderr: "" },
    "dependency would create a cycle",
  ],
  [{ exitCode: 1, stdout: "", stderr: '{\n  "error": "title is required"\n}\n' }, "title is required"],
  [
    { exitCode: 1, stdout: "", stderr: "Error claiming shop-1: already claimed by ann\n" },
    "claiming shop-1: already claimed by ann",
  ],
  [{ exitCode: 0, stdout: "", stderr: "" }, "it ended with 0 and said nothing"],
])("an error in words: %j", (answer, words) => {
  expect(errorWords(answer)).toBe(words);
});

test("only a database that others hold is busy", () => {
  const busy = (stderr: string) => isBusy({ exitCode: 1, stdout: "", stderr });
  expect(busy("Error: sqlite3: database is locked")).toBe(true);
  expect(busy("Error: issue shop-1 not found")).toBe(false);
});
