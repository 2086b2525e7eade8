// What is wrong with a preset of the team's own, or with what a file says over a preset.
import { expect, test } from "vitest";
import { formatProblems } from "../../src/config/load.ts";
import { epic, mine, withFiles, withMine } from "./preset-files.ts";
import { crewOf, load, problemsIn, unsupportedIn } from "./support.ts";

/** Of the preset's file. */
function mistakesIn(preset: string): string {
  const text = `${epic}roles: {a: {agent: ./presets/mine.yaml}}\n`;
  const { presets, problems } = load(text, withFiles({ "/work/shop/presets/mine.yaml": preset }));
  expect(problems).toEqual([]);
  return presets.length === 0 ? "none" : formatProblems(presets, { text });
}

test("every mistake of a preset's file has its place there", () => {
  expect(
    mistakesIn(`program: my agent
package: my-agent
frist: [my-agent]
resume: my-agent --resume
interactive: {first: [my-agent]}
seeds: [{path: /etc/passwd, text: x}]
options: {modle: [--model]}
variables: {MY-URL: [--url]}
credentials: [{variable: MY_KEY, billing: monthly}]
signs_in_by: [MY PROFILE]
reader:
`),
  ).toMatchInlineSnapshot(`
    "presets/mine.yaml:1:1  the file has no first
      1 | program: my agent
        | ^
      allowed: first: [my-agent, run, --json, "{options}"]

    presets/mine.yaml:1:10  program must be the name of a program on PATH, such as my-agent, not "my agent"
      1 | program: my agent
        |          ^^^^^^^^

    presets/mine.yaml:2:10  package must be an npm package with its version, such as my-agent@1.2.3, not "my-agent"
      2 | package: my-agent
        |          ^^^^^^^^

    presets/mine.yaml:3:1  unknown key "frist" at the top
      3 | frist: [my-agent]
        | ^^^^^
      did you mean "first"?  allowed: credentials, environment, first, interactive, options, package, …

    presets/mine.yaml:4:9  resume must be a list, such as [my-agent, run, --json, "{options}", --resume, "{session}"], not text
      4 | resume: my-agent --resume
        |         ^^^^^^^^^^^^^^^^^

    presets/mine.yaml:5:1  interactive has no resume
      5 | interactive: {first: [my-agent]}
        | ^^^^^^^^^^^
      allowed: first, resume

    presets/mine.yaml:6:16  path of item 1 of seeds must be a file below the home folder, its path without . and .., such as $HOME/.mine/settings.json or {MY_HOME:-$HOME/.mine}/settings.json, not "/etc/passwd"
      6 | seeds: [{path: /etc/passwd, text: x}]
        |                ^^^^^^^^^^^

    presets/mine.yaml:7:11  unknown key "modle" in options
      7 | options: {modle: [--model]}
        |           ^^^^^
      did you mean "model"?  allowed: effort, max_turns, model

    presets/mine.yaml:8:13  the name "MY-URL" in variables must be letters, digits and _, as a variable
      8 | variables: {MY-URL: [--url]}
        |             ^^^^^^
      did you mean "MY_URL"?

    presets/mine.yaml:9:43  billing of item 1 of credentials must be subscription or per token, not "monthly"
      9 | credentials: [{variable: MY_KEY, billing: monthly}]
        |                                           ^^^^^^^

    presets/mine.yaml:10:15  item 1 of signs_in_by must be the name of a variable: letters, digits and _, not "MY PROFILE"
      10 | signs_in_by: [MY PROFILE]
         |               ^^^^^^^^^^

    presets/mine.yaml:11:8  reader must be text, such as '/^\\{"type":"end"/ { tokens(number("in"), 0, number("out")); ended("ok") }', not nothing
      11 | reader:
         |        ^"
  `);
});

test("words that could not do what they are for are mistakes", () => {
  expect(
    mistakesIn(`program: my-agent
first: [my-agent, "{session}", "{optoins}"]
resume: [my-agent, "{options}"]
options: {model: [--model]}
reader: /^x/ { session(text("id")) }
`),
  ).toMatchInlineSnapshot(`
    "presets/mine.yaml:2:8  first has no place for {options}: nothing could be told to it
      2 | first: [my-agent, "{session}", "{optoins}"]
        |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    presets/mine.yaml:2:19  nothing stands for {session} in first
      2 | first: [my-agent, "{session}", "{optoins}"]
        |                   ^^^^^^^^^^^
      allowed: {options}

    presets/mine.yaml:2:32  nothing stands for {optoins} in first
      2 | first: [my-agent, "{session}", "{optoins}"]
        |                                ^^^^^^^^^^^
      did you mean "{options}"?  allowed: {options}

    presets/mine.yaml:3:9  resume names no {session}: each turn would begin a new one
      3 | resume: [my-agent, "{options}"]
        |         ^^^^^^^^^^^^^^^^^^^^^^^

    presets/mine.yaml:4:18  model of options says no {value}
      4 | options: {model: [--model]}
        |                  ^^^^^^^^^

    presets/mine.yaml:5:9  reader never says that a turn has ended: ended("ok")
      5 | reader: /^x/ { session(text("id")) }
        |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
  expect(mistakesIn("- program\n")).toMatchInlineSnapshot(`
    "presets/mine.yaml:1:1  the file must be a map of keys such as program, first and reader
      1 | - program
        | ^^^^^^^^^
      allowed: program: my-agent"
  `);
  expect(mistakesIn("program: [\n")).toMatchInlineSnapshot(
    `"presets/mine.yaml:2:1  not YAML: flow sequence in block collection must be sufficiently indented and end with a ]"`,
  );
});

test("the same holds for what a crew file says over a preset", () => {
  const text = `${epic}roles:
  a: {agent: {preset: claude, resume: [claude, -p], reader: "{ }"}}
  b: {agent: {command: x, first: [x], interactive: {first: [x], resume: [x, "{session}"]}}}
  c: {agent: {command: x, interactive: x -i}}
  d: {agent: presets/mine.yaml}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:4:39  resume of agent of role a names no {session}: each turn would begin a new one
      4 |   a: {agent: {preset: claude, resume: [claude, -p], reader: "{ }"}}
        |                                       ^^^^^^^^^^^^

    crew.yaml:4:61  reader of agent of role a never says that a turn has ended: ended("ok")
      4 |   a: {agent: {preset: claude, resume: [claude, -p], reader: "{ }"}}
        |                                                             ^^^^^

    crew.yaml:5:27  first is of a preset, and agent of role b is a command: remove it
      5 |   b: {agent: {command: x, first: [x], interactive: {first: [x], resume: [x, "{session}"]}}}
        |                           ^^^^^

    crew.yaml:5:39  interactive is of a preset, and agent of role b is a command: remove it
      5 |   b: {agent: {command: x, first: [x], interactive: {first: [x], resume: [x, "{session}"]}}}
        |                                       ^^^^^^^^^^^

    crew.yaml:7:14  unknown agent "presets/mine.yaml" in role d
      7 |   d: {agent: presets/mine.yaml}
        |              ^^^^^^^^^^^^^^^^^
      did you mean "./presets/mine.yaml"?  allowed: claude, codex, opencode, gemini, qwen, copilot, …"
  `);
});

test("a seed lies below the home folder, which a crew file names with two $", () => {
  const text = (path: string) => `${epic}roles: {a: {agent: {preset: claude, seeds: [{path: "${path}", text: x}]}}}\n`;
  const options = { env: { HOME: "/home/ann" } };
  const written = (path: string) => crewOf(text(path), options).roles[0]?.agent.parts?.seeds?.[0]?.path;
  expect(written("{MY_HOME:-$$HOME/.mine}/trust.json")).toBe("{MY_HOME:-$HOME/.mine}/trust.json");
  expect(written("$$HOME/..mine/...")).toBe("$HOME/..mine/...");
  expect(problemsIn(text("$HOME/.mine/trust.json"), options)).toMatchInlineSnapshot(`
    "crew.yaml:3:52  path of item 1 of seeds of agent of role a must be a file below the home folder, its path without . and .., such as $$HOME/.mine/settings.json or {MY_HOME:-$$HOME/.mine}/settings.json, not "/home/ann/.mine/trust.json"
      3 | roles: {a: {agent: {preset: claude, seeds: [{path: "$HOME/.mine/trust.json", text: x}]}}}
        |                                                    ^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
  const above = ["$HOME/..", "$HOME/../x", "$HOME/a/./x", "$HOME/a/..", "{A:-$HOME/..}/x", "{A:-$HOME/../a}/x"];
  const refused = (path: string) => problemsIn(text(path.replace("$", () => "$$"))).includes("must be a file below");
  expect(above.filter((path) => !refused(path))).toEqual([]);
});

test("a program is told nothing that its preset has no words for", () => {
  const text = (agent: string) => `${epic}roles: {a: {agent: ${agent}}}\n`;
  expect(unsupportedIn(text("{preset: ./presets/mine.yaml, model: large}"), withMine)).toBe("none");
  expect(unsupportedIn(text("{preset: ./presets/mine.yaml, effort: high}"), withMine)).toMatchInlineSnapshot(`
    "crew.yaml:3:50  effort (role a) is nothing that ./presets/mine.yaml can be told: remove it
      3 | roles: {a: {agent: {preset: ./presets/mine.yaml, effort: high}}}
        |                                                  ^^^^^^"
  `);
  expect(unsupportedIn(text('{preset: gemini, effort: high, options: {effort: [--think, "{value}"]}}'), withMine)).toBe(
    "none",
  );
});

test("a command has a place for what it is told, wherever its words are from", () => {
  const plain = mine.replaceAll(/, "\{options\}"/g, "").replace(/^(options|variables):.*\n/gm, "");
  const files = withFiles({ "/work/shop/presets/mine.yaml": mine, "/work/shop/plain.yaml": plain });
  const text = `${epic}defaults: {agent: {preset: claude, first: [claude, -p]}}
roles:
  a: {agent: {model: opus, max_turns: 20, resume: [claude, -p, "{session}"]}}
  b: {agent: {resume: [claude, -p, "{session}"]}}
  c: {agent: {preset: ./presets/mine.yaml, resume: [mine, "{session}"]}}
  d: {agent: {preset: ./plain.yaml}}
  e: {agent: {preset: ./plain.yaml, model: large, options: {model: ["{value}"]}}}
  f: {agent: {preset: claude, model: opus, first: [claude, -p, "{options}"]}}
  g: {agent: {preset: codex, resume: [codex, exec, resume, "{session}", "-"], first: [codex, exec, "{options}", "-"]}}
  h: {agent: {preset: codex, first: [codex, exec, "-"], resume: [codex, "{session}"], variables: {OPENAI_BASE_URL: [], CODEX_API_KEY: []}}}
  i: {agent: {preset: codex, first: [codex, exec, "-"], resume: [codex, "{session}"]}}
`;
  expect(unsupportedIn(text, files)).toMatchInlineSnapshot(`
    "crew.yaml:3:36  first (role a) has no place for {options}: model, max_turns could not be told: put "{options}" where its program takes options
      3 | defaults: {agent: {preset: claude, first: [claude, -p]}}
        |                                    ^^^^^

    crew.yaml:5:43  resume (role a) has no place for {options}: model, max_turns could not be told: put "{options}" where its program takes options
      5 |   a: {agent: {model: opus, max_turns: 20, resume: [claude, -p, "{session}"]}}
        |                                           ^^^^^^

    crew.yaml:7:44  resume (role c) has no place for {options}: variables could not be told: put "{options}" where its program takes options, or say variables: {MY_AGENT_URL: []} where it needs none of their words
      7 |   c: {agent: {preset: ./presets/mine.yaml, resume: [mine, "{session}"]}}
        |                                            ^^^^^^

    crew.yaml:9:37  first (role e) has no place for {options}: model could not be told: put "{options}" where its program takes options
      9 |   e: {agent: {preset: ./plain.yaml, model: large, options: {model: ["{value}"]}}}
        |                                     ^^^^^

    crew.yaml:9:37  resume (role e) has no place for {options}: model could not be told: put "{options}" where its program takes options
      9 |   e: {agent: {preset: ./plain.yaml, model: large, options: {model: ["{value}"]}}}
        |                                     ^^^^^

    crew.yaml:11:30  resume (role g) has no place for {options}: variables could not be told: put "{options}" where its program takes options, or say variables: {OPENAI_BASE_URL: [], CODEX_API_KEY: []} where it needs none of their words
      11 |   g: {agent: {preset: codex, resume: [codex, exec, resume, "{session}", "-"], first: [codex, exec, "…
         |                              ^^^^^^

    crew.yaml:13:30  first (role i) has no place for {options}: variables could not be told: put "{options}" where its program takes options, or say variables: {OPENAI_BASE_URL: [], CODEX_API_KEY: []} where it needs none of their words
      13 |   i: {agent: {preset: codex, first: [codex, exec, "-"], resume: [codex, "{session}"]}}
         |                              ^^^^^

    crew.yaml:13:57  resume (role i) has no place for {options}: variables could not be told: put "{options}" where its program takes options, or say variables: {OPENAI_BASE_URL: [], CODEX_API_KEY: []} where it needs none of their words
      13 |   i: {agent: {preset: codex, first: [codex, exec, "-"], resume: [codex, "{session}"]}}
         |                                                         ^^^^^^"
  `);
});

test("what a program notes lies below its home folder, and is no shell text", () => {
  const noted = (record: string) =>
    mistakesIn(
      `program: mine\nfirst: [mine]\nresume: [mine, "{session}"]\nrecord: ${JSON.stringify(record)}\nreader: '{ ended("ok") }'\n`,
    ).split("\n", 1)[0];
  expect(noted("{MY_HOME:-$HOME/.mine}/sessions/*/run-*.jsonl")).toBe("none");
  for (const record of ["~/.mine/*.jsonl", ".mine/*.jsonl", "$HOME/$(id)/*", '$HOME/"a"', "$HOME/../other/*"])
    expect(noted(record), record).toMatch(/^presets\/mine\.yaml:4:9 {2}record must be files below the home folder, /);
});

test("options for others than crew may hold anything", () => {
  expect(
    mistakesIn(
      `program: mine\nfirst: [mine]\nresume: [mine, "{session}"]\noptions: {x-why: }\nreader: '{ ended("ok") }'\n`,
    ),
  ).toBe("none");
});
