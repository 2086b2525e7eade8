// A scratch repository whose beads a real bd keeps, with the small team that the scenarios here bring to its end.
import { execFileSync } from "node:child_process";
import { bdEnvironment } from "../../../src/beads/bd/environment.ts";
import { type BdVersion, binaryOf } from "../../beads/bd/binaries.ts";
import { initBd } from "../../beads/bd/workspace.ts";
import { type WrappedBd, wrappedBd } from "../../beads/bd/wrapped.ts";
import { aBench, type Bench } from "../bench.ts";

export interface BdPlace extends Bench {
  readonly wrapped: WrappedBd;
  /** Runs the real bd in the repository, as a person there would. Returns stdout. */
  bd(...args: readonly string[]): string;
  /** Every bead as bd exports it, by id. */
  issues(): ReadonlyMap<string, Issue>;
  comments(id: string): readonly { readonly author: string; readonly text: string }[];
}

export interface Issue {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assignee?: string;
  readonly labels?: readonly string[];
  readonly dependencies?: readonly { readonly depends_on_id: string; readonly type: string }[];
}

/** Two roles, four leaves with an edge between the roles; each agent says what it does through its own bd. */
const agent = `
prompt=$(cat)
bead=$(printf '%s\\n' "$prompt" | sed -n 's/^Bead: \\([^ ]*\\) .*/\\1/p' | head -n 1)
file=$(printf '%s\\n' "$prompt" | sed -n 's/^Bead: .*Write //p' | head -n 1)
bd comments add "$bead" "Writing $file" || exit 1
printf 'This is %s.\\n' "$file" > "$file"
git add -- "$file"
git commit -qm "Write $file"
bd close "$bead" --reason "$file is there" 2> /dev/null
`;

export const titles = ["Write one.txt", "Write two.txt", "Write three.txt", "Write four.txt"] as const;

/** A feature with two leaves, one of which waits for the other. */
export const few = `tasks:
  front:
    title: Front
    type: feature
    tasks:
      one: {title: Write one.txt, role: writer}
      two: {title: Write two.txt, role: reader, blocked_by: [front.one]}
`;

const tasks = `${few}  three: {title: Write three.txt, role: writer}
  four: {title: Write four.txt, role: reader, blocked_by: [three]}
`;

export function crewFile(program: string, parts = tasks): string {
  return `name: story
epic: {title: "[STORY] Files", branch: epic/story, base: main}
${parts}defaults: {agent: {command: sh agent.sh}}
roles: {writer: {}, reader: {}}
gates: {files: test -e agent.sh}
runtime: process
tracker: {kind: bd, command: ${program}}
`;
}

export function aBdPlace(version: BdVersion, parts?: string): BdPlace {
  const wrapped = wrappedBd(binaryOf(version));
  const bench = aBench({ "crew.yaml": crewFile(wrapped.path, parts), "agent.sh": agent.trimStart() });
  initBd(version, bench.repository);
  const workspace = { root: bench.repository, beadsDir: `${bench.repository}/.beads` };
  const bd = (...args: readonly string[]) =>
    execFileSync(binaryOf(version), args, {
      cwd: bench.repository,
      env: bdEnvironment(process.env, workspace, "ann"),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  return {
    ...bench,
    wrapped,
    bd,
    issues: () =>
      new Map(
        bd("export")
          .split("\n")
          .filter((line) => line.startsWith("{"))
          .map((line) => JSON.parse(line) as Issue)
          .map((issue) => [issue.id, issue]),
      ),
    comments: (id) => JSON.parse(bd("comments", id, "--json")),
    remove: () => {
      bench.remove();
      wrapped.remove();
    },
  };
}
