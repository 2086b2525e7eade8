// What counts as a protected path: the built-in list at any depth, under every name that a file system takes for the same.
import { expect, test } from "vitest";
import { protectedBy } from "../../src/model/protected-paths.ts";

const isProtected = protectedBy(["migrations/**", "LICENSE", "docs/*.md", "/top.txt", "vault/", "infra"]);

const yes = [
  "crew.yaml",
  "crew.override.yaml",
  ".crew/specialties/rust.md",
  ".claude/settings.json",
  ".claude", // a link in the folder's place
  "packages/api/.claude/skills/x/SKILL.md",
  "CLAUDE.md",
  "packages/api/AGENTS.md",
  ".mcp.json",
  ".codex/config.toml",
  ".cursor/rules/x.mdc",
  ".qwen/settings.json",
  "docs/QWEN.md",
  ".zed/tasks.json",
  ".exrc",
  "lefthook-local.yml",
  ".cirrus.yml",
  ".Beads/hooks/on_close", // a file system without case runs it as the tracker's
  ".b\u200ceads/hooks/on_close",
  ".vscode/tasks.json",
  ".idea/workspace.xml",
  ".devcontainer/devcontainer.json",
  ".devcontainer.json",
  ".envrc",
  ".github/workflows/ci.yml",
  ".gitlab-ci.yml",
  ".circleci/config.yml",
  ".husky/pre-commit",
  ".githooks/pre-push",
  ".pre-commit-config.yaml",
  ".gitattributes",
  "src/.gitattributes",
  ".gitmodules",
  ".GITHUB/Workflows/CI.yml",
  "Crew.YAML",
  ".hu\u017fky/pre-commit", // a long s folds to s
  ".g\u200cithub/x",
  ".vscode./tasks.json",
  "agents.md. ",
  "migrations/1/up.sql",
  "MIGRATIONS",
  "src/LICENSE",
  "docs/a.md",
  "top.txt",
  "a/vault/key",
  "infra",
  "a/infra/main.tf",
  "top.txt/a",
  ".aider.tags/x",
  "docs/crew.yaml/x", // a folder of that name
  ".github/workflows/a\nb.yml",
  "a\u2028b/CLAUDE.md",
];

const no = [
  "src/app.ts",
  "github/x",
  "crew.yaml.md",
  ".gitignore",
  "src/claude.ts",
  "old-migrations/1.sql",
  "docs/a/b.md",
  "docs/a.mdx",
  "a/top.txt",
  ".beads/issues.jsonl", // the target's stay as they are, whatever an agent does
];

test.each(yes)("%j is protected", (path) => expect(isProtected(path)).toBe(true));
test.each(no)("%j is not", (path) => expect(isProtected(path)).toBe(false));

test("a glob with an accent meets the name in either form", () => {
  expect(protectedBy(["caf\u00e9/**"])("cafe\u0301/x")).toBe(true);
});

test("a glob cannot take away protection", () => {
  expect(protectedBy(["!crew.yaml"])("crew.yaml")).toBe(true);
  expect(protectedBy(["!crew.yaml"])("src/app.ts")).toBe(false);
});
