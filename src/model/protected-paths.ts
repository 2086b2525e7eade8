// Which paths an agent changes only with a person's approval: what steers agents and editors, what runs by itself, what
// decides who checks what. Pure: matches names, reads nothing.
import { lenientMatcherOf, type PathTest } from "./globs.ts";

/**
 * At any depth, since nested ones are honoured too; a name without a slash is a file or folder of that name. Prose for
 * agents is settings: it steers the next one.
 */
const builtIn: readonly string[] = [
  // crew itself.
  ...["crew.yaml", "crew.yml", "crew.override.yaml", "crew.override.yml", "**/.crew/**"],
  // Agents.
  ...["**/.claude/**", "CLAUDE.md", "CLAUDE.local.md", ".mcp.json", "AGENTS.md", "AGENT.md", "AGENTS.override.md"],
  ...[
    "**/.codex/**",
    "**/.agents/**",
    "**/.gemini/**",
    "GEMINI.md",
    "**/.opencode/**",
    "opencode.json",
    "opencode.jsonc",
  ],
  ...[
    "**/.cursor/**",
    ".cursorrules",
    "**/.windsurf/**",
    ".windsurfrules",
    "**/.clinerules/**",
    "**/.roo/**",
    ".aider*",
  ],
  // Editors and environments that open with the folder.
  ...["**/.vscode/**", "**/.idea/**", "**/.devcontainer/**", ".devcontainer.json", ".envrc", "*.code-workspace"],
  // What runs on somebody's push or commit.
  ...["**/.github/**", ".gitlab-ci.yml", "**/.gitlab/**", "**/.circleci/**", ".travis.yml", "Jenkinsfile"],
  ...["azure-pipelines.yml", "bitbucket-pipelines.yml", "**/.buildkite/**", ".drone.yml", "**/.woodpecker/**"],
  ...["**/.forgejo/**", "**/.gitea/**", "CODEOWNERS"],
  ...["**/.husky/**", "**/.githooks/**", ".pre-commit-config.yaml", "lefthook.yml", ".lefthook.yml"],
  // What git itself obeys.
  ...[".gitattributes", ".gitmodules"],
];

/** True for a path that is protected by the built-in list or one of the globs, whatever case a file system makes of it. */
export function protectedBy(globs: readonly string[]): PathTest {
  const known = tests.get(globs);
  if (known) return known;
  const made = lenientMatcherOf([...builtIn, ...globs]);
  tests.set(globs, made);
  return made;
}

/** Lists never change, and every candidate asks. */
const tests = new WeakMap<readonly string[], PathTest>();
