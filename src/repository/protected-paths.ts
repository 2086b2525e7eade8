// Which paths an agent changes only with a person's approval: what steers agents and editors, what runs by itself, what
// decides who checks what. Pure: matches names, reads nothing.
import picomatch from "picomatch";

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

/** True for a path that is protected by the built-in list or one of the globs. */
export function protectedBy(globs: readonly string[]): (path: string) => boolean {
  // A `!` would protect all but the path; without the `s`, a line break in a name ends what `**` matches.
  const options = { dot: true, nonegate: true, flags: "s" };
  const matches = picomatch(
    [...builtIn, ...globs].map((glob) => folded(anchored(glob))).flatMap((glob) => [glob, `${glob}/**`]),
    options,
  );
  return (path) => matches(folded(path));
}

/** As in .gitignore: a name without a slash is that name anywhere, `/x` is at the top, `x/` is only what is in it. */
function anchored(glob: string): string {
  if (!glob.slice(0, -1).includes("/")) return `**/${glob}${glob.endsWith("/") ? "**" : ""}`;
  return `${glob.replace(/^\//, "")}${glob.endsWith("/") ? "**" : ""}`;
}

/**
 * A name as the most lenient file system takes it: without regard to case and Unicode form, and without the characters
 * that HFS+ ignores, or the dots and spaces that Windows drops from an end.
 */
function folded(path: string): string {
  return path
    .normalize("NFC")
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .toUpperCase()
    .toLowerCase()
    .replace(/[. ]+(?=\/|$)/g, "");
}
