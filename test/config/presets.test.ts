// A team's own presets, and what a file says over a preset.
import { expect, test } from "vitest";
import { presetOf } from "../../src/agents/preset-of.ts";
import { formatProblems, type Known } from "../../src/config/load.ts";
import { crewFile, epic, mine, withFiles, withMine } from "./preset-files.ts";
import { canonicalOf, crewOf, load } from "./support.ts";

test("the files of docs/presets.md are right", () => {
  const { presets, unsupported } = load(`${epic}${crewFile}`, withMine);
  expect([presets, unsupported]).toEqual([[], []]);
  const { roles } = crewOf(`${epic}${crewFile}`, withMine);
  const [api, ui] = roles.map(({ agent }) => presetOf(agent));
  expect(api).toMatchInlineSnapshot(`
    {
      "credentials": [
        {
          "billing": "per token",
          "variable": "MY_AGENT_KEY",
        },
      ],
      "environment": {
        "MY_AGENT_UPDATE": "off",
      },
      "first": [
        "my-agent",
        "run",
        "--json",
        "{options}",
      ],
      "interactive": {
        "first": [
          "my-agent",
          "{options}",
        ],
        "resume": [
          "my-agent",
          "{options}",
          "--resume",
          "{session}",
        ],
      },
      "name": "./presets/mine.yaml",
      "options": {
        "model": [
          "--model",
          "{value}",
        ],
      },
      "package": {
        "name": "my-agent",
        "version": "1.2.3",
      },
      "program": "my-agent",
      "reader": "/^\\{"type":"start"/ { session(text("id")) }
    /^\\{"type":"step"/ { input += number("in"); cached += number("cached"); output += number("out"); tokens(input, cached, output) }
    /^\\{"type":"end"/ {
      cost(number("usd"))
      if (is("ok", "true")) ended("ok")
      else if (is("why", "\\"limit\\"")) { failed("limit", text("words")); say("until", number("resets")) }
      else failed(ofText(text("words")), text("words"))
    }
    ",
      "record": "{MY_AGENT_HOME:-$HOME/.my-agent}/sessions/*.jsonl",
      "resume": [
        "my-agent",
        "run",
        "--json",
        "{options}",
        "--resume",
        "{session}",
      ],
      "seeds": [
        {
          "path": "$HOME/.my-agent/trust.json",
          "text": "{"trusted": ["{work}"]}",
        },
      ],
      "signsInBy": [
        "MY_AGENT_PROFILE",
      ],
      "tell": [
        "--after-tool",
        ""$CREW_TELL"",
      ],
      "variables": {
        "MY_AGENT_URL": [
          "--url",
          "{value}",
        ],
      },
    }
  `);
  expect(ui?.environment).toMatchObject({ DISABLE_TELEMETRY: "0", DISABLE_UPDATES: "1" });
});

test("a file goes over any part of a preset: maps key by key, all else as a whole", () => {
  const over = `
      program: claude-beta
      package: "@acme/claude@3.0.0"
      first: [claude-beta, -p, "{options}"]
      interactive: {first: [claude-beta], resume: [claude-beta, --resume, "{session}"]}
      seeds: []
      options: {effort: [--think, "{value}"]}
      environment: {DISABLE_UPDATES: "0"}
      credentials: []
      reader: 'END { ended("ok") }'`;
  const [role] = crewOf(`${epic}roles:\n  a:\n    agent:\n      preset: claude${over}\n`).roles;
  const own = presetOf({ preset: "claude", turnTimeoutMs: 1, maxAttempts: 1 });
  const preset = role && presetOf(role.agent);
  expect(preset).toEqual({
    ...own,
    ...{ program: "claude-beta", package: { name: "@acme/claude", version: "3.0.0" } },
    first: ["claude-beta", "-p", "{options}"],
    resume: ["claude-beta", ...(own?.resume.slice(1) ?? [])],
    interactive: { first: ["claude-beta"], resume: ["claude-beta", "--resume", "{session}"] },
    ...{ seeds: [], credentials: [], reader: 'END { ended("ok") }' },
    options: { ...own?.options, effort: ["--think", "{value}"] },
    environment: { ...own?.environment, DISABLE_UPDATES: "0" },
  });
});

test("another program is in no package of the preset's, unless it is said which", () => {
  const packageOf = (agent: string, defaults = "{}") => {
    const [role] = crewOf(`${epic}defaults: {agent: ${defaults}}\nroles: {a: {agent: ${agent}}}\n`, withMine).roles;
    return role && presetOf(role.agent)?.package;
  };
  const own = presetOf({ preset: "claude", turnTimeoutMs: 1, maxAttempts: 1 })?.package;
  expect(packageOf("{preset: claude, program: claude-beta}")).toBeUndefined();
  expect(packageOf("{preset: claude, program: claude}")).toEqual(own);
  expect(packageOf('{preset: claude, package: "claude@9.9.9"}')).toEqual({ name: "claude", version: "9.9.9" });
  // Another version comes from where the preset's does.
  const wheel = { name: "aider-chat", version: "0.86.1", of: "PyPI" };
  expect(packageOf('{preset: aider, package: "aider-chat@0.86.1"}')).toEqual(wheel);
  expect(packageOf('{preset: aider, package: "my-aider@1.0.0"}')).toEqual({ name: "my-aider", version: "1.0.0" });
  expect(packageOf("{preset: ./presets/mine.yaml, program: other}")).toBeUndefined();
  expect(packageOf("{preset: ./presets/mine.yaml}")).toEqual({ name: "my-agent", version: "1.2.3" });
  const defaults = '{program: one, package: "one@1.0.0"}';
  expect(packageOf("{program: two}", defaults)).toBeUndefined();
  expect(packageOf("{program: one}", defaults)).toEqual({ name: "one", version: "1.0.0" });
});

test("shell text for a person goes over the preset's own, and that of the preset's file over none", () => {
  const withText = withFiles({
    "/work/shop/m.yaml": mine.replace(/interactive:[\s\S]*?seeds:/, "interactive: talk\nseeds:"),
  });
  const agents = (agent: string) =>
    crewOf(`${epic}roles: {a: {agent: ${agent}}}\n`, withText).roles[0]?.agent.interactive;
  expect(agents("{preset: ./m.yaml, interactive: chat}")).toBe("chat");
  expect(agents("./m.yaml")).toBe("talk");
  expect(agents("claude")).toBeUndefined();
});

test("a role that names another program takes nothing of the one in defaults", () => {
  const text = (agent: string) =>
    `${epic}defaults: {agent: {preset: ./presets/mine.yaml, seeds: [], max_attempts: 2}}\nroles: {a: {agent: ${agent}}}\n`;
  const agent = (short: string) => canonicalOf(text(short), withMine).roles.a?.agent;
  expect(agent("codex")).toEqual({ preset: "codex", max_attempts: 2, turn_timeout: "45m" });
  expect(agent("{effort: high}")).toMatchObject({ preset: "./presets/mine.yaml", seeds: [], effort: "high" });
});

test("a preset lies in the repository, and is there", () => {
  const real = (path: string) => path.replace("/work/shop/linked", "/elsewhere");
  const host = { repository: ["/work/shop", "/work/shop/.git"], sockets: [], code: [], real };
  const known: Known = { host };
  const text = `${epic}roles:
  a: {agent: ../mine.yaml}
  b: {agent: {preset: ./linked/mine.yaml}}
  c: {agent: ./.git/mine.yaml}
  d: {agent: ./presets/mien.yaml}
  e: {agent: ~/mine.yaml}
`;
  const { presets } = load(text, { ...withMine, known, env: { HOME: "/home/ann" } });
  expect(formatProblems(presets, { text })).toMatchInlineSnapshot(`
    "crew.yaml:4:14  ../mine.yaml is not in the repository, as a preset has to be
      4 |   a: {agent: ../mine.yaml}
        |              ^^^^^^^^^^^^

    crew.yaml:5:23  ./linked/mine.yaml is not in the repository, as a preset has to be
      5 |   b: {agent: {preset: ./linked/mine.yaml}}
        |                       ^^^^^^^^^^^^^^^^^^

    crew.yaml:6:14  ./.git/mine.yaml is not in the repository, as a preset has to be
      6 |   c: {agent: ./.git/mine.yaml}
        |              ^^^^^^^^^^^^^^^^

    crew.yaml:7:14  ./presets/mien.yaml cannot be read
      7 |   d: {agent: ./presets/mien.yaml}
        |              ^^^^^^^^^^^^^^^^^^^
      did you mean "./presets/mine.yaml"?

    crew.yaml:8:14  ~/mine.yaml is not in the repository, as a preset has to be
      8 |   e: {agent: ~/mine.yaml}
        |              ^^^^^^^^^^^"
  `);
});
