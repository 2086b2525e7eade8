// Which program a role's image has to hold: that of its preset, unless the role says where programs are found.
import { expect, test } from "vitest";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { withPrograms } from "../../src/agents/programs.ts";
import { presetKeys } from "../../src/config/supported.ts";
import type { Agent, Role } from "../../src/model/crew.ts";
import { aCrew, aRole, type CrewPart } from "../builders/crew.ts";

function aMember(agent: Pick<Agent, "preset" | "command" | "parts">, environment: Role["environment"] = {}): CrewPart {
  return (crew) => {
    const made = aRole(`r${crew.roles.length}`, { environment })(crew);
    const roles = made.roles.map((role, index) =>
      index < crew.roles.length ? role : { ...role, agent: { turnTimeoutMs: 1000, maxAttempts: 3, ...agent } },
    );
    return { ...made, roles };
  };
}

test("a preset brings its program in the version that it was measured with; a command and a role with its own PATH nothing", () => {
  const { roles } = withPrograms(
    aCrew(
      aMember({ preset: "claude" }),
      aMember({ preset: "qwen" }, { LEVEL: "debug" }),
      aMember({ preset: "codex" }, { PATH: "/agents:/usr/bin:/bin" }),
      aMember({ command: "claude" }),
      aMember({ preset: "goose" }),
      aMember({ preset: "aider" }),
    ),
  );
  expect(roles.map(({ program }) => program)).toEqual([
    { name: "claude", package: { name: "@anthropic-ai/claude-code", version: "2.1.197" } },
    { name: "qwen", package: { name: "@qwen-code/qwen-code", version: "0.15.10" } },
    undefined,
    undefined,
    { name: "goose" },
    { name: "aider", package: { name: "aider-chat", version: "0.86.2", of: "PyPI" } },
  ]);
  expect(roles.filter(({ isUntried }) => isUntried).map(({ agent }) => agent.preset)).toEqual(["goose"]);
  expect(roles.flatMap(({ agent, cannot }) => (cannot === undefined ? [] : [[agent.preset, cannot]]))).toEqual([
    ["aider", "it runs no command: it tests, asks and notes nothing"],
  ]);
});

test("it hears at its tools what its preset says so of, where the words for that have a place", () => {
  const own = { program: "mine", first: ["mine", "{options}"], resume: ["mine", "{session}"], reader: "x" };
  const hears = (preset: string, parts: Agent["parts"] = {}) =>
    withPrograms(aCrew(aMember({ preset, parts }))).roles[0]?.hearsAtTools ?? false;
  expect(["claude", "codex", "opencode", "qwen", "gemini", "copilot"].filter((name) => hears(name))).toEqual([
    "claude",
    "codex",
  ]);
  expect(hears("claude", { resume: ["claude", "--resume", "{session}"] })).toBe(false);
  expect(hears("./mine.yaml", own)).toBe(false);
  expect(hears("./mine.yaml", { ...own, tell: [] })).toBe(true);
  expect(hears("./mine.yaml", { ...own, tell: ["--hook"] })).toBe(false);
});

test("a crew file may tell a program what its preset has words for, and nothing else", () => {
  const words = Object.keys(presetKeys).map((name) => [name, Object.keys(presetNamed(name)?.options ?? {}).sort()]);
  expect(words).toEqual(Object.entries(presetKeys).map(([name, keys]) => [name, [...keys].sort()]));
});
