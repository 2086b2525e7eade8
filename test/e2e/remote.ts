// A bare repository beside a bench's own as its remote, somebody else's clone of it, and recording stand-ins for the
// programs that open pull requests.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { aBench, type Bench } from "./bench.ts";

const crewFile = `name: team
epic: {title: Two files, base: main}
tasks:
  one: {title: "Write one.txt", role: one}
  two: {title: "Write two.txt", role: two}
defaults: {agent: {command: sh agent.sh, max_attempts: 1}}
roles: {one: {}, two: {}}
gates: {there: test -e crew.yaml}
runtime: process
tracker: git
`;

const agent = `file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
echo "$file" > "$file"
git add -- "$file"
git commit -qm "Write $file"
`;

export interface Shared {
  readonly bench: Bench;
  readonly remote: string;
  /** git in the remote. */
  there(...args: readonly string[]): string;
  /** git in somebody else's clone, up to date with the remote. */
  theirs(...args: readonly string[]): string;
  readonly clone: string;
}

/** `more` is added to the crew file; `path` is where the remote lies, beside the repository. */
export function shared(more = "", path = "remote.git"): Shared {
  const bench = aBench({ "crew.yaml": crewFile + more, "agent.sh": agent });
  const remote = join(bench.repository, "..", path);
  const clone = join(bench.repository, "../clone");
  const run = (cwd: string, args: readonly string[]) =>
    execFileSync("git", [...args], {
      cwd,
      env: bench.environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  mkdirSync(dirname(remote), { recursive: true });
  run(dirname(remote), ["init", "-q", "--bare", "-b", "main", remote]);
  bench.git("remote", "add", "origin", `../${path}`);
  bench.git("push", "-q", "-u", "origin", "main");
  return {
    bench,
    remote,
    clone,
    there: (...args) => run(remote, args),
    theirs: (...args) => {
      if (!existsSync(clone)) run(dirname(clone), ["clone", "-q", remote, clone]);
      run(clone, ["fetch", "-q", "origin"]);
      return run(clone, args);
    },
  };
}

/** A commit of somebody else on top of a branch of the remote, pushed as another (or the same). */
export function somebodys({ theirs, clone }: Shared, from: string, to: string): string {
  theirs("checkout", "-q", "--detach", `origin/${from}`);
  writeFileSync(join(clone, "theirs.txt"), "theirs\n");
  theirs("add", "-A");
  theirs("commit", "-qm", "Theirs");
  theirs("push", "-q", "origin", `HEAD:refs/heads/${to}`);
  return theirs("rev-parse", "HEAD");
}

export interface Forge {
  /** With the program on the PATH, and no other of its kind. */
  readonly env: Readonly<Record<string, string>>;
  /** The arguments of every call, in order. */
  calls(): readonly (readonly string[])[];
  /** What the pull request says. */
  body(): string;
  /** Somebody ends or reopens there what was opened last, which is number 7, the next one 8, and so on. */
  becomes(state: "OPEN" | "CLOSED" | "MERGED"): void;
  /** Somebody's fork has a branch of the same name, and a request of it is open. */
  forks(): void;
}

const answers = {
  gh: `url=https://forge.example/pull/$number
fork='{"number":3,"url":"https://forge.example/pull/3","isCrossRepository":true}'
case "$1 $2" in
"pr list") listed "{\\"number\\":$number,\\"url\\":\\"$url\\"}" ;;
"pr create") create; echo "https://forge.example/pull/$number" ;;
"pr view") echo "{\\"state\\":\\"$state\\"}" ;;
*) echo '{}' ;;
esac`,
  glab: `request() {
  lower=$(echo "$state" | tr A-Z a-z | sed s/open/opened/)
  echo "{\\"iid\\":$number,\\"web_url\\":\\"https://forge.example/mr/$number\\",\\"state\\":\\"$lower\\",\\"source_project_id\\":1,\\"target_project_id\\":1}"
}
fork='{"iid":3,"web_url":"https://forge.example/mr/3","source_project_id":2,"target_project_id":1}'
case "$2" in
*state=opened*) listed "$(request)" ;;
--method=POST) create; request ;;
*) request ;;
esac`,
};

/** `program` absent: neither of them is there. */
export function aForge({ bench }: Pick<Shared, "bench">, program?: "gh" | "glab"): Forge {
  const at = join(bench.repository, "../forge");
  const bin = join(at, "bin");
  mkdirSync(bin, { recursive: true });
  for (const folder of (process.env.PATH ?? "").split(delimiter).filter((each) => existsSync(each))) {
    for (const name of readdirSync(folder)) {
      if (name !== "gh" && name !== "glab" && !existsSync(join(bin, name)))
        symlinkSync(join(folder, name), join(bin, name));
    }
  }
  if (program !== undefined) {
    const script = `#!/bin/sh
at='${at}'
for arg in "$@"; do
  printf '%s\\036' "$arg" >> "$at/calls"
  case $arg in
    --body-file=*) cp "\${arg#--body-file=}" "$at/body.md" ;;
    *=@*) cp "\${arg#*=@}" "$at/body.md" ;;
  esac
done
printf '\\n' >> "$at/calls"
number=$(cat "$at/number" 2>/dev/null || echo 6)
state=$(cat "$at/state" 2>/dev/null || echo NONE)
create() { number=$((number + 1)); state=OPEN; echo "$number" > "$at/number"; echo OPEN > "$at/state"; }
listed() {
  test "$state" = OPEN || set --
  if [ -e "$at/fork" ]; then echo "[$fork\${1:+,$1}]"; else echo "[$1]"; fi
}
${answers[program]}
`;
    writeFileSync(join(bin, program), script);
    chmodSync(join(bin, program), 0o755);
  }
  const read = (name: string) => (existsSync(join(at, name)) ? readFileSync(join(at, name), "utf8") : "");
  return {
    env: { PATH: bin },
    calls: () =>
      read("calls")
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split("\x1e").slice(0, -1)),
    body: () => read("body.md"),
    becomes: (state) => writeFileSync(join(at, "state"), `${state}\n`),
    forks: () => writeFileSync(join(at, "fork"), ""),
  };
}
