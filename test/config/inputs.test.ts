// inputs: what a run brings along with --set.
import { expect, test } from "vitest";
import { canonicalOf, crewOf, problemsIn } from "./support.ts";

const rest = "epic: Sign-in\nroles: {dev: {}}\n";

test("a value comes from --set, else from the default, before the environment", () => {
  const text = `inputs: {a: {}, b: {default: two}, c: {required: false}, D: {default: 1.10}}
epic: "\${a} \${b} \${c}. \${D}"
roles: {dev: {}}
`;
  const crew = crewOf(text, { inputs: { a: "one" }, env: { a: "no", b: "no", c: "no", D: "no" } });
  expect(crew.epic.title).toBe("one two . 1.10");
  expect(crew.inputs).toEqual({ a: "one", b: "two", c: "", D: "1.10" });
});

test("a missing input is one problem, at its declaration, however often it is used", () => {
  const text = `inputs:
  feature: {description: Short name, pattern: "^[a-z]+$"}
  other:
epic: {title: "[\${feature}] Sign-in", branch: "epic/\${feature}"}
max_parallel: \${feature}
tasks: {a: "\${feature}", b: {title: "\${other}", role: "\${feature}"}}
roles: {dev: {depends_on: ["\${feature}"]}}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:3  input feature (Short name) has no value: crew up --set feature=…
      2 |   feature: {description: Short name, pattern: "^[a-z]+$"}
        |   ^^^^^^^

    crew.yaml:3:3  input other has no value: crew up --set other=…
      3 |   other:
        |   ^^^^^"
  `);
});

test("a value must match its pattern, also the default's", () => {
  const text = `inputs: {feature: {pattern: '^[a-z]+$', default: Auth}}\n${rest}`;
  expect(problemsIn(text, { inputs: { feature: "Pay 2" } })).toMatchInlineSnapshot(`
    "crew.yaml:1:29  input feature is "Pay 2", which does not match its pattern
      1 | inputs: {feature: {pattern: '^[a-z]+$', default: Auth}}
        |                             ^^^^^^^^^^
      allowed: ^[a-z]+$"
  `);
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:1:29  input feature is "Auth", which does not match its pattern
      1 | inputs: {feature: {pattern: '^[a-z]+$', default: Auth}}
        |                             ^^^^^^^^^^
      allowed: ^[a-z]+$"
  `);
  expect(problemsIn(text, { inputs: { feature: "pay" } })).toBe("none");
});

test("a pattern must be a regular expression", () => {
  expect(problemsIn(`inputs: {feature: {pattern: '[a-z', default: x}}\n${rest}`)).toMatchInlineSnapshot(`
    "crew.yaml:1:29  pattern of input feature is no regular expression: Unterminated character class
      1 | inputs: {feature: {pattern: '[a-z', default: x}}
        |                             ^^^^^^"
  `);
});

test("--set of an input that is not declared", () => {
  const text = `inputs: {feature: {default: x}}\n${rest}`;
  expect(problemsIn(text, { inputs: { featrue: "auth" } })).toMatchInlineSnapshot(`
    "crew.yaml:1:1  --set featrue: the file declares no input "featrue"
      1 | inputs: {feature: {default: x}}
        | ^^^^^^
      did you mean "feature"?  allowed: feature"
  `);
  expect(problemsIn(rest, { inputs: { feature: "auth" } })).toMatchInlineSnapshot(`
    "crew.yaml:1:1  --set feature: the file declares no input "feature"
      1 | epic: Sign-in
        | ^
      allowed: inputs: {feature: {}}"
  `);
});

test("names, keys and types of inputs are checked", () => {
  const text = `inputs: {my-feature: {default: x}, b: {patern: x, default: [1]}, c: text}\n${rest}`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:1:10  the name "my-feature" in inputs must be letters, digits and _, as a variable
      1 | inputs: {my-feature: {default: x}, b: {patern: x, default: [1]}, c: text}
        |          ^^^^^^^^^^
      did you mean "my_feature"?

    crew.yaml:1:40  unknown key "patern" in input b
      1 | inputs: {my-feature: {default: x}, b: {patern: x, default: [1]}, c: text}
        |                                        ^^^^^^
      did you mean "pattern"?  allowed: default, description, pattern, required

    crew.yaml:1:60  default of input b must be text, a number or true or false, such as auth, not a list
      1 | inputs: {my-feature: {default: x}, b: {patern: x, default: [1]}, c: text}
        |                                                            ^^^

    crew.yaml:1:69  input c must be a map, not text
      1 | inputs: {my-feature: {default: x}, b: {patern: x, default: [1]}, c: text}
        |                                                                     ^^^^"
  `);
});

test("nothing inside inputs is interpolated, and the long form holds the value", () => {
  const text = `inputs: {a: {description: "costs $5, \${HOME}", pattern: ^.+$}}\n${rest}`;
  expect(canonicalOf(text, { inputs: { a: "x" } }).inputs).toEqual({
    a: { description: `costs $5, \${HOME}`, pattern: "^.+$", default: "x" },
  });
});
