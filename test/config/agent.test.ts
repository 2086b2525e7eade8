// agent: a preset, or any command.
import { expect, test } from "vitest";
import { canonicalOf, crewOf, problemsIn } from "./support.ts";

const agentsOf = (text: string) => crewOf(text).roles.map((role) => role.agent);

test("short and long forms", () => {
  const text = `epic: a
roles:
  a: {}
  b: {agent: codex}
  c: {agent: {preset: claude, model: sonnet, max_turns: 60, turn_timeout: 1h30m, max_attempts: 1}}
  d: {agent: {command: ./agent --yes}}
  e: {agent: {command: [node, agent.js]}}
`;
  expect(agentsOf(text)).toMatchInlineSnapshot(`
    [
      {
        "maxAttempts": 3,
        "preset": "claude",
        "turnTimeoutMs": 2700000,
      },
      {
        "maxAttempts": 3,
        "preset": "codex",
        "turnTimeoutMs": 2700000,
      },
      {
        "maxAttempts": 1,
        "maxSteps": 60,
        "model": "sonnet",
        "preset": "claude",
        "turnTimeoutMs": 5400000,
      },
      {
        "command": "./agent --yes",
        "maxAttempts": 3,
        "turnTimeoutMs": 2700000,
      },
      {
        "command": [
          "node",
          "agent.js",
        ],
        "maxAttempts": 3,
        "turnTimeoutMs": 2700000,
      },
    ]
  `);
});

test("a role that names its program takes only limits from defaults", () => {
  const text = (agent: string) => `epic: a
defaults: {agent: {preset: claude, model: opus, max_turns: 9, max_attempts: 7}}
roles: {a: {agent: ${agent}}}
`;
  const agent = (short: string) => canonicalOf(text(short)).roles.a?.agent;
  expect(agent("{command: ./x}")).toEqual({ command: "./x", max_attempts: 7, turn_timeout: "45m" });
  expect(agent("codex")).toEqual({ preset: "codex", max_attempts: 7, turn_timeout: "45m" });
  expect(agent("{max_attempts: 1}")).toEqual({
    ...{ preset: "claude", model: "opus", max_turns: 9 },
    ...{ max_attempts: 1, turn_timeout: "45m" },
  });
});

test("a preset under a default command is a preset", () => {
  expect(agentsOf("epic: a\ndefaults: {agent: {command: ./x}}\nroles: {a: {agent: claude}, b: {}}\n")).toEqual([
    { preset: "claude", turnTimeoutMs: 2_700_000, maxAttempts: 3 },
    { command: "./x", turnTimeoutMs: 2_700_000, maxAttempts: 3 },
  ]);
});

test.each([
  ["90s", 90_000],
  ["45m", 2_700_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["1m500ms", 60_500],
  ["1d", 86_400_000],
])("a turn_timeout of %s is %i ms", (text, ms) => {
  expect(agentsOf(`epic: a\nroles: {a: {agent: {command: x, turn_timeout: ${text}}}}\n`)[0]?.turnTimeoutMs).toBe(ms);
});

test("unknown presets, both forms, and limits out of range", () => {
  const text = `epic: a
defaults: {agent: cluade}
roles:
  a: {agent: {preset: chatbot, command: x}}
  b: {agent: {command: "", max_attempts: 0, turn_timeout: 500ms}}
  c: {agent: {command: [], max_attempts: 101, turn_timeout: 25h}}
  d: {agent: {comand: x, max_turns: 1.5, turn_timeout: 30}}
  e: {agent: [claude]}
  f: {agent: {max_attempts: three, turn_timeout: 3 hours}}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:2:19  unknown agent "cluade" in defaults
      2 | defaults: {agent: cluade}
        |                   ^^^^^^
      did you mean "claude"?  allowed: claude, codex, opencode, gemini, qwen, copilot, aider, goose, …

    crew.yaml:4:23  unknown agent "chatbot" in role a
      4 |   a: {agent: {preset: chatbot, command: x}}
        |                       ^^^^^^^
      allowed: claude, codex, opencode, gemini, qwen, copilot, aider, goose, cursor, amp, ./PATH of one
        of your own, or {command: …} for any other program

    crew.yaml:4:32  agent of role a has both preset and command: give one of them
      4 |   a: {agent: {preset: chatbot, command: x}}
        |                                ^^^^^^^

    crew.yaml:5:24  command of agent of role b is empty
      5 |   b: {agent: {command: "", max_attempts: 0, turn_timeout: 500ms}}
        |                        ^^

    crew.yaml:5:42  max_attempts of agent of role b must be at least 1, not 0
      5 |   b: {agent: {command: "", max_attempts: 0, turn_timeout: 500ms}}
        |                                          ^

    crew.yaml:5:59  turn_timeout of agent of role b must be from 1s to 24h, not 500ms
      5 |   b: {agent: {command: "", max_attempts: 0, turn_timeout: 500ms}}
        |                                                           ^^^^^

    crew.yaml:6:24  command of agent of role c is an empty list
      6 |   c: {agent: {command: [], max_attempts: 101, turn_timeout: 25h}}
        |                        ^^

    crew.yaml:6:42  max_attempts of agent of role c must be at most 100, not 101
      6 |   c: {agent: {command: [], max_attempts: 101, turn_timeout: 25h}}
        |                                          ^^^

    crew.yaml:6:61  turn_timeout of agent of role c must be from 1s to 24h, not 25h
      6 |   c: {agent: {command: [], max_attempts: 101, turn_timeout: 25h}}
        |                                                             ^^^

    crew.yaml:7:15  unknown key "comand" in agent of role d
      7 |   d: {agent: {comand: x, max_turns: 1.5, turn_timeout: 30}}
        |               ^^^^^^
      did you mean "command"?  allowed: command, credentials, effort, environment, first, interactive, …

    crew.yaml:7:37  max_turns of agent of role d must be a whole number, such as 60, not the number 1.5
      7 |   d: {agent: {comand: x, max_turns: 1.5, turn_timeout: 30}}
        |                                     ^^^

    crew.yaml:7:56  turn_timeout of agent of role d must be a time such as 90s, 45m or 1h30m, not the number 30
      7 |   d: {agent: {comand: x, max_turns: 1.5, turn_timeout: 30}}
        |                                                        ^^

    crew.yaml:8:14  agent of role e must be text or a map, such as claude, not a list
      8 |   e: {agent: [claude]}
        |              ^^^^^^^^

    crew.yaml:9:29  max_attempts of agent of role f must be a whole number, such as 3, not text
      9 |   f: {agent: {max_attempts: three, turn_timeout: 3 hours}}
        |                             ^^^^^

    crew.yaml:9:50  turn_timeout of agent of role f must be a time such as 90s, 45m or 1h30m, not "3 hours"
      9 |   f: {agent: {max_attempts: three, turn_timeout: 3 hours}}
        |                                                  ^^^^^^^"
  `);
});
