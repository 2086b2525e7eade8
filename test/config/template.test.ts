// ${VAR} and its kin in one text, as Compose reads them.
import { expect, test } from "vitest";
import { expand } from "../../src/config/template.ts";

const variables: Readonly<Record<string, string>> = { A: "one", EMPTY: "", NESTED: "$A" };
const lookup = (name: string): string | undefined => variables[name];

test.each([
  ["plain", "plain"],
  ["$A", "one"],
  ["$A.b", "one.b"],
  [`\${A}b`, "oneb"],
  ["$$A", "$A"],
  ["$$$A", "$one"],
  [`$$\${A}$$`, "$one$"],
  [`\${A:-two}`, "one"],
  [`\${B:-two}`, "two"],
  [`\${EMPTY:-two}`, "two"],
  [`\${EMPTY-two}`, ""],
  [`\${B-two}`, "two"],
  [`\${B:-}`, ""],
  [`\${B:-\${C:-three}}`, "three"],
  [`\${B:-a \${A} b}`, "a one b"],
  [`\${B:-$$x}`, "$x"],
  [`\${A:+set}`, "set"],
  [`\${EMPTY:+set}`, ""],
  [`\${EMPTY+set}`, "set"],
  [`\${B+set}`, ""],
  [`\${A:?words}`, "one"],
  [`\${EMPTY?words}`, ""],
  [`\${NESTED}`, "$A"],
  [`\${A:-\${UNSET}}`, "one"],
  [`\${B:-line\nbreak}`, "line\nbreak"],
])("%j is %j", (template, text) => {
  expect(expand(template, lookup)).toEqual({ text, faults: [] });
});

test.each([
  ["$B", "unset", "$B", "B", ""],
  [`x \${B} y`, "unset", `\${B}`, "B", ""],
  [`\${B:?is needed}`, "required", `\${B:?is needed}`, "B", "is needed"],
  [`\${EMPTY:?}`, "required", `\${EMPTY:?}`, "EMPTY", ""],
  [`\${B?see \${A}}`, "required", `\${B?see \${A}}`, "B", "see one"],
  ["$(date)", "invalid", "$(", "", ""],
  ["costs $5", "invalid", "$5", "", ""],
  ["foo$", "invalid", "$", "", ""],
  ["$😀", "invalid", "$😀", "", ""],
  [`\${}`, "invalid", `\${}`, "", ""],
  [`\${A B}`, "invalid", `\${A B}`, "", ""],
  [`\${A:x}`, "invalid", `\${A:x}`, "", ""],
  [`\${A`, "invalid", `\${A`, "", ""],
  [`\${A\nnext`, "invalid", `\${A`, "", ""],
])("%j is at fault: %s", (template, kind, expression, name, words) => {
  expect(expand(template, lookup).faults).toEqual([{ kind, expression, name, words }]);
});

test("every fault is found", () => {
  expect(expand(`$B \${C} $D`, lookup).faults.map((fault) => fault.name)).toEqual(["B", "C", "D"]);
});

test("a thousand nested defaults are at fault, not a crash", () => {
  expect(expand(`${"$\u007bB:-".repeat(1000)}x${"}".repeat(1000)}`, lookup).faults).toHaveLength(1);
});
