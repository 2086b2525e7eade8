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
  ...["**/.codex/**", "**/.agents/**", "**/.gemini/**", "GEMINI.md", "**/.qwen/**", "QWEN.md"],
  ...["**/.opencode/**", "opencode.json", "opencode.jsonc", "**/.cursor/**", ".cursorrules", ".aider*", "**/.amp/**"],
  ...["**/.windsurf/**", ".windsurfrules", "**/.clinerules/**", "**/.roo/**", "**/.continue/**", "**/.kiro/**"],
  ...["**/.junie/**", "**/.goose/**", ".goosehints"],
  // Editors and environments that open with the folder.
  ...["**/.vscode/**", "**/.idea/**", "**/.devcontainer/**", ".devcontainer.json", ".envrc", "*.code-workspace"],
  ...["**/.zed/**", "**/.fleet/**", "**/.vs/**", "**/.nvim/**", ".nvim.lua", ".nvimrc", ".exrc", ".vimrc"],
  ...[".dir-locals.el", ".dir-locals-2.el", "*.sublime-project"],
  // What runs on somebody's push or commit.
  ...["**/.github/**", ".gitlab-ci.yml", "**/.gitlab/**", "**/.circleci/**", ".travis.yml", "Jenkinsfile"],
  ...["azure-pipelines.yml", "bitbucket-pipelines.yml", "**/.buildkite/**", ".drone.yml", "**/.woodpecker/**"],
  ...[".woodpecker.yml", ".woodpecker.yaml", ".cirrus.yml", "appveyor.yml", ".appveyor.yml", "buildspec.yml"],
  ...["**/.teamcity/**", "**/.forgejo/**", "**/.gitea/**", "CODEOWNERS"],
  ...["**/.husky/**", "**/.githooks/**", ".pre-commit-config.yaml", ".overcommit.yml"],
  ...["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml", "lefthook-local.yml", "lefthook-local.yaml"],
  // The tracker's files, under whatever other name a file system takes for theirs.
  "/.beads",
  // What git itself obeys.
  ...[".gitattributes", ".gitmodules"],
];

/** No agent's change there comes in at all: the target's stay. */
const neverTaken = /^\.beads(\/|$)/;

/** True for a path that is protected by the built-in list or one of the globs, whatever case a file system makes of it. */
export function protectedBy(globs: readonly string[]): PathTest {
  const known = tests.get(globs);
  if (known) return known;
  const matches = lenientMatcherOf([...builtIn, ...globs]);
  const made: PathTest = (path) => !neverTaken.test(path) && matches(path);
  tests.set(globs, made);
  return made;
}

/** Lists never change, and every candidate asks. */
const tests = new WeakMap<readonly string[], PathTest>();
