// Branches of roles, epic and base: names that git takes, none in another's way.
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { refusedBranchName } from "../../src/config/rules/branch-name.ts";
import { problemsIn } from "./support.ts";

test("two roles on one branch, or on that of the epic or the base", () => {
  const text = `epic: {title: Sign-in, base: main}
roles:
  a: {branch: feature/x}
  b: {branch: feature/x}
  c: {branch: Feature/X}
  d: {branch: main}
  e: {branch: epic/sign-in}
  f: {branch: MAIN}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:4:15  branch "feature/x" of role b is also that of role a
      4 |   b: {branch: feature/x}
        |               ^^^^^^^^^

    crew.yaml:5:15  branch "Feature/X" of role c differs only in case from "feature/x" of role a
      5 |   c: {branch: Feature/X}
        |               ^^^^^^^^^

    crew.yaml:6:15  branch "main" of role d is also that of the base
      6 |   d: {branch: main}
        |               ^^^^

    crew.yaml:7:15  branch "epic/sign-in" of role e is also that of the epic
      7 |   e: {branch: epic/sign-in}
        |               ^^^^^^^^^^^^

    crew.yaml:8:15  branch "MAIN" of role f differs only in case from "main" of the base
      8 |   f: {branch: MAIN}
        |               ^^^^"
  `);
});

test("one the folder of another", () => {
  const text = `epic: {title: Sign-in, base: main, branch: epic}
roles:
  a: {branch: feature/x}
  b: {branch: feature/x/y}
  c: {branch: feature}
  d: {branch: main/d}
  e: {branch: epic/e}
  f: {branch: feature/xy}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:4:15  branch "feature/x/y" of role b cannot be beside "feature/x" of role a: one is the other's folder
      4 |   b: {branch: feature/x/y}
        |               ^^^^^^^^^^^

    crew.yaml:5:15  branch "feature" of role c cannot be beside "feature/x" of role a: one is the other's folder
      5 |   c: {branch: feature}
        |               ^^^^^^^

    crew.yaml:6:15  branch "main/d" of role d cannot be beside "main" of the base: one is the other's folder
      6 |   d: {branch: main/d}
        |               ^^^^^^

    crew.yaml:7:15  branch "epic/e" of role e cannot be beside "epic" of the epic: one is the other's folder
      7 |   e: {branch: epic/e}
        |               ^^^^^^

    crew.yaml:8:15  branch "feature/xy" of role f cannot be beside "feature" of role c: one is the other's folder
      8 |   f: {branch: feature/xy}
        |               ^^^^^^^^^^"
  `);
});

test("a default branch that clashes is shown at the role, one from defaults there", () => {
  expect(problemsIn("epic: x\nroles: {a: {branch: feature/x-b}, b: {}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:35  branch "feature/x-b" of role b is also that of role a
      2 | roles: {a: {branch: feature/x-b}, b: {}}
        |                                   ^"
  `);
  expect(problemsIn("epic: x\ndefaults: {branch: one}\nroles: {a: {}, b: {}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:20  branch "one" of role b is also that of role a
      2 | defaults: {branch: one}
        |                    ^^^"
  `);
});

test("the epic's branch must not be the base", () => {
  expect(problemsIn("epic: {title: x, branch: main, base: main}\nroles: {a: {}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:1:26  branch "main" of the epic is also that of the base
      1 | epic: {title: x, branch: main, base: main}
        |                          ^^^^"
  `);
  expect(
    problemsIn("epic: {title: x, branch: main}\nroles: {a: {branch: main/a}}\n", { known: { base: "main" } }),
  ).toMatchInlineSnapshot(`
    "crew.yaml:1:26  branch "main" of the epic is also that of the base
      1 | epic: {title: x, branch: main}
        |                          ^^^^

    crew.yaml:2:21  branch "main/a" of role a cannot be beside "main" of the base: one is the other's folder
      2 | roles: {a: {branch: main/a}}
        |                     ^^^^^^"
  `);
});

test("branches that are there already", () => {
  const text = "epic: x\nroles: {a: {branch: feature/a}, b: {branch: fix/b}, c: {branch: Old}, d: {branch: same}}\n";
  const branches = ["main", "feature", "fix/b/c", "old", "same", "other/feature"];
  expect(problemsIn(text, { known: { branches } })).toMatchInlineSnapshot(`
    "crew.yaml:2:21  branch "feature/a" of role a cannot be beside the branch "feature" that is there: one is the other's folder
      2 | roles: {a: {branch: feature/a}, b: {branch: fix/b}, c: {branch: Old}, d: {branch: same}}
        |                     ^^^^^^^^^

    crew.yaml:2:45  branch "fix/b" of role b cannot be beside the branch "fix/b/c" that is there: one is the other's folder
      2 | roles: {a: {branch: feature/a}, b: {branch: fix/b}, c: {branch: Old}, d: {branch: same}}
        |                                             ^^^^^

    crew.yaml:2:65  branch "Old" of role c differs only in case from the branch "old" that is there
      2 | roles: {a: {branch: feature/a}, b: {branch: fix/b}, c: {branch: Old}, d: {branch: same}}
        |                                                                 ^^^"
  `);
});

const names = [
  ...[
    "a b",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[b",
    "a\\b",
    "a..b",
    "a@{b",
    "@",
    "HEAD",
    "-a",
    "/a",
    "a/",
    "a//b",
    "a.",
  ],
  ...[".a", "a/.b", "a.lock", "a.lock/b", "a\u0001b", "a\u007fb", "", "a".repeat(251)],
];

test("names that git refuses, and why", () => {
  const reasons = names.map((name) => [name.length > 20 ? "aaa…" : name, refusedBranchName(name)]);
  expect(Object.fromEntries(reasons)).toMatchInlineSnapshot(`
    {
      "": "it is empty",
      "-a": "it begins with "-"",
      ".a": "".a" begins with a dot",
      "/a": "a part between slashes is empty",
      "@": ""@" means something else to git",
      "HEAD": ""HEAD" means something else to git",
      "ab": "it holds a control character",
      "a b": "it holds a space",
      "a*": "it holds "*"",
      "a.": "it ends with "."",
      "a..b": "it holds ".."",
      "a.lock": ""a.lock" ends with ".lock"",
      "a.lock/b": ""a.lock" ends with ".lock"",
      "a/": "a part between slashes is empty",
      "a/.b": "".b" begins with a dot",
      "a//b": "a part between slashes is empty",
      "a:b": "it holds ":"",
      "a?": "it holds "?"",
      "a@{b": "it holds "@{"",
      "a[b": "it holds "["",
      "a\\b": "it holds "\\"",
      "a^": "it holds "^"",
      "aaa…": "a part is longer than 250 bytes",
      "a~1": "it holds "~"",
      "ab": "it holds a control character",
    }
  `);
  expect(
    problemsIn('epic: {title: x, branch: "a..b", base: "-x"}\nroles: {a: {branch: "a b"}}\n'),
  ).toMatchInlineSnapshot(`
    "crew.yaml:1:26  git takes no branch "a..b": it holds ".."
      1 | epic: {title: x, branch: "a..b", base: "-x"}
        |                          ^^^^^^

    crew.yaml:1:40  git takes no branch "-x": it begins with "-"
      1 | epic: {title: x, branch: "a..b", base: "-x"}
        |                                        ^^^^

    crew.yaml:2:21  git takes no branch "a b": it holds a space
      2 | roles: {a: {branch: "a b"}}
        |                     ^^^^^"
  `);
});

test("git itself agrees on which names it takes", () => {
  const takenByGit = (name: string): boolean =>
    spawnSync("git", ["check-ref-format", `refs/heads/${name}`], { stdio: "ignore" }).status === 0;
  // As refs these would do; as the names of branches they read as options and as HEAD.
  const isOurs = (name: string): boolean => name.startsWith("-") || name === "@" || name.startsWith("refs/");
  const piece = fc.constantFrom(..."abA1-_.@{}/~^: ?*[\\\u0001", ".lock", "..", "@{", "//", "é");
  const name = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(
      name.filter((text) => !isOurs(text)),
      (text) => (refusedBranchName(text) === undefined) === takenByGit(text),
    ),
    { numRuns: 150 },
  );
  const sound = ["main", "feature/x", "a.b", "a@b", "é/日本", "a{b}", "@/a", "a@"];
  expect(sound.filter((one) => refusedBranchName(one) !== undefined || !takenByGit(one))).toEqual([]);
});
