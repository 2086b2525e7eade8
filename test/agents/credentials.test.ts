// Which credential a role's agent is given: the best that is there, exactly one, and none where the role brings its own.
import { expect, test } from "vitest";
import { missingWords, withCredentials } from "../../src/agents/credentials.ts";
import { presetNamed } from "../../src/agents/presets/index.ts";
import { presetKeys, toldVariables } from "../../src/config/supported.ts";
import type { Role } from "../../src/model/crew.ts";
import { aCrew, aRole } from "../builders/crew.ts";

const limits = { turnTimeoutMs: 1_000, maxAttempts: 1 };
const given = (role: Partial<Role>, environment: Record<string, string>) => {
  const crew = aCrew(aRole("dev", role));
  const { crew: after, missing } = withCredentials(crew, [environment]);
  const [dev] = after.roles;
  return {
    secrets: (dev?.secrets ?? []).map(({ name, file, readers, value }) =>
      [name, file, `${readers}`, value?.()].join(" "),
    ),
    signsInWith: dev?.credential?.variable,
    missing: missing.map(missingWords).map(({ message, hint }) => `${message} ${hint}.`),
  };
};
const claude = { agent: { preset: "claude", ...limits } };

test("the subscription comes before a key, and nothing else is delivered", () => {
  const all = { ANTHROPIC_API_KEY: "key", CLAUDE_CODE_OAUTH_TOKEN: "token", OPENAI_API_KEY: "other" };
  expect(given(claude, all)).toEqual({
    secrets: ["CLAUDE_CODE_OAUTH_TOKEN /run/secrets/CLAUDE_CODE_OAUTH_TOKEN agent token"],
    signsInWith: "CLAUDE_CODE_OAUTH_TOKEN",
    missing: [],
  });
  expect(given(claude, { ...all, CLAUDE_CODE_OAUTH_TOKEN: "" }).signsInWith).toBe("ANTHROPIC_API_KEY");
});

test("what is missing is named with the way to it", () => {
  expect(given(claude, {})).toEqual({
    secrets: ["CLAUDE_CODE_OAUTH_TOKEN /run/secrets/CLAUDE_CODE_OAUTH_TOKEN agent "],
    signsInWith: "CLAUDE_CODE_OAUTH_TOKEN",
    missing: ["No credential for claude. Run claude setup-token, export CLAUDE_CODE_OAUTH_TOKEN, then crew up."],
  });
  expect(given({ agent: { preset: "codex", ...limits } }, {}).missing).toEqual([
    "No credential for codex. Export CODEX_API_KEY, then crew up.",
  ]);
});

test("a role that brings its own gets none: a variable, a secret, another way to sign in, a command", () => {
  const none = { secrets: [], signsInWith: undefined, missing: [] };
  const environment = { CLAUDE_CODE_OAUTH_TOKEN: "token" };
  expect(given({ ...claude, environment: { ANTHROPIC_AUTH_TOKEN: "own" } }, environment)).toEqual(none);
  expect(given({ ...claude, environment: { CLAUDE_CODE_USE_BEDROCK: "1" } }, environment)).toEqual(none);
  expect(given({ agent: { command: "claude", ...limits } }, environment)).toEqual(none);
  const secret = { name: "ANTHROPIC_API_KEY", file: "/run/secrets/ANTHROPIC_API_KEY", readers: ["agent"] } as const;
  expect(given({ ...claude, secrets: [secret] }, environment)).toEqual({
    ...none,
    secrets: ["ANTHROPIC_API_KEY /run/secrets/ANTHROPIC_API_KEY agent "],
  });
});

test("where the model's name says whose it is, that provider's credential is the one", () => {
  const environment = { ANTHROPIC_API_KEY: "a", OPENAI_API_KEY: "o" };
  const opencode = (model: string) => given({ agent: { preset: "opencode", model, ...limits } }, environment);
  expect(opencode("openai/gpt").signsInWith).toBe("OPENAI_API_KEY");
  expect(opencode("openrouter/any").missing).toEqual([
    "No credential for opencode. Export OPENROUTER_API_KEY, then crew up.",
  ]);
  expect(opencode("mine/model").signsInWith).toBe("ANTHROPIC_API_KEY");
});

test("where a variable of the role names the provider, that one's credential is the one, and of an unknown one none", () => {
  const environment = { ANTHROPIC_API_KEY: "a", OPENAI_API_KEY: "o" };
  const goose = (own: Readonly<Record<string, string>>, agent = {}) =>
    given(
      { agent: { preset: "goose", model: "anthropic/claude", ...limits, ...agent }, environment: own },
      environment,
    );
  expect(goose({ GOOSE_PROVIDER: "openai" }).signsInWith).toBe("OPENAI_API_KEY");
  expect(goose({}, { parts: { environment: { GOOSE_PROVIDER: "openai" } } }).signsInWith).toBe("OPENAI_API_KEY");
  expect(goose({ GOOSE_PROVIDER: "google" }).missing).toEqual([
    "No credential for goose. Export GOOGLE_API_KEY, then crew up.",
  ]);
  expect(goose({ GOOSE_PROVIDER: "ollama" })).toEqual({ secrets: [], signsInWith: undefined, missing: [] });
  expect(goose({}).signsInWith).toBe("ANTHROPIC_API_KEY");
  expect(goose({ GOOSE_PROVIDER: "" }).signsInWith).toBe("ANTHROPIC_API_KEY");
  // A file that says its own credentials has said which provider they are for.
  const credentials = [{ variable: "OPENAI_API_KEY", billing: "per token" as const }];
  expect(goose({ GOOSE_PROVIDER: "ollama" }, { parts: { credentials } }).signsInWith).toBe("OPENAI_API_KEY");
});

test("a file is allowed to say what its program can be told, and no more", () => {
  for (const [name, keys] of Object.entries(presetKeys)) {
    expect([name, [...keys].sort()]).toEqual([name, Object.keys(presetNamed(name)?.options ?? {}).sort()]);
  }
  const told = Object.keys(presetKeys).flatMap((name) => {
    const variables = presetNamed(name)?.variables;
    return variables ? [[name, Object.keys(variables)]] : [];
  });
  expect(Object.fromEntries(told)).toEqual(toldVariables);
});
