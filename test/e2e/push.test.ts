// push: true, with a bare repository beside the person's as the remote. The real program on real git: what is there
// afterwards, what somebody else put there, and what happens while it is away.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

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
push: true
`;

const agent = `file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
while [ -e "$HOME/../../../wait" ]; do sleep 0.05; done
echo "$file" > "$file"
git add -- "$file"
git commit -qm "Write $file"
`;

interface Shared {
  readonly bench: Bench;
  /** git in the remote. */
  readonly there: (...args: readonly string[]) => string;
  readonly remote: string;
}

function shared(more = ""): Shared {
  const bench = aBench({ "crew.yaml": crewFile + more, "agent.sh": agent });
  open.push(bench);
  const remote = join(bench.repository, "../remote.git");
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", remote], { env: bench.environment });
  bench.git("remote", "add", "origin", "../remote.git");
  bench.git("push", "-q", "-u", "origin", "main");
  const there = (...args: readonly string[]) =>
    execFileSync("git", ["-C", remote, ...args], { env: bench.environment, encoding: "utf8" }).trim();
  return { bench, there, remote };
}

const refsIn = (text: string) =>
  new Map(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ") as [string, string]),
  );
const format = "--format=%(refname) %(objectname)";

/** What crew has of the project here that belongs on the remote. */
function ours({ bench }: Shared): ReadonlyMap<string, string> {
  const refs = refsIn(bench.git("for-each-ref", format, "refs/crew/p/", "refs/heads/feature/", "refs/heads/epic/"));
  return new Map([...refs].filter(([ref]) => !/^refs\/crew\/p\/team\/(pushed\/|fact\/remote$)/.test(ref)));
}

function theirs({ there }: Shared): ReadonlyMap<string, string> {
  return refsIn(there("for-each-ref", format, "refs/crew/", "refs/heads/feature/", "refs/heads/epic/"));
}

/** A commit of somebody else, pushed from a clone of their own. */
function somebodys({ bench, remote }: Shared, from: string, to: string): string {
  const clone = join(bench.repository, `../clone-${to.replaceAll("/", "-")}`);
  const git = (...args: readonly string[]) =>
    execFileSync("git", [...args], { cwd: clone, env: bench.environment, encoding: "utf8" }).trim();
  execFileSync("git", ["clone", "-q", "-b", from, remote, clone], { env: bench.environment });
  writeFileSync(join(clone, "theirs.txt"), "theirs\n");
  git("add", "-A");
  git("commit", "-qm", "Theirs");
  git("push", "-q", "origin", `HEAD:refs/heads/${to}`);
  return git("rev-parse", "HEAD");
}

test("branches and the project's refs are on the remote as they are here; archived, they go from there", async () => {
  const team = shared();
  const { bench, there } = team;
  mkdirSync(join(bench.repository, ".git/hooks"), { recursive: true });
  const hook = join(bench.repository, ".git/hooks/pre-push");
  writeFileSync(hook, '#!/bin/sh\ntouch "$HOME/hook-ran"\nexit 1\n');
  chmodSync(hook, 0o755);
  const up = await bench.crew(["up", "--wait"]);
  expect([up.code, up.stderr]).toEqual([0, expect.stringContaining("All merged. Next: crew land")]);
  expect(theirs(team)).toEqual(ours(team));
  expect([...theirs(team).keys()].filter((ref) => ref.startsWith("refs/heads/"))).toEqual([
    "refs/heads/epic/two-files",
    "refs/heads/feature/two-files-one",
    "refs/heads/feature/two-files-two",
  ]);
  const land = await bench.crew(["land"]);
  expect([land.code, land.stderr]).toEqual([0, expect.stringContaining("Landed and closed.")]);
  expect(theirs(team)).toEqual(ours(team));
  // Landing on the remote is not what push means.
  expect(there("rev-parse", "main")).not.toBe(bench.git("rev-parse", "main"));
  const down = await bench.crew(["down"]);
  expect([down.code, down.stderr]).toEqual([0, expect.stringContaining("Down.")]);
  expect([...theirs(team).keys()]).toEqual(["refs/heads/epic/two-files"]);
  expect(existsSync(join(bench.environment.HOME ?? "", "hook-ran"))).toBe(false);
});

test("somebody else's commit on the remote: not overwritten, told with both commits; taken, it is pushed on", async () => {
  const team = shared();
  const { bench, there } = team;
  const branch = "feature/two-files-one";
  const theirCommit = somebodys(team, "main", branch);
  const up = await bench.crew(["up", "--wait"]);
  expect(there("rev-parse", branch)).toBe(theirCommit);
  const crews = bench.git("rev-parse", branch);
  const words = `branch ${branch} on origin is at ${theirCommit.slice(0, 7)}, which is not crew's`;
  expect(up.code).toBe(0);
  expect(up.stderr.replace(/\s+/g, " ")).toContain(words);
  expect(up.stderr.replace(/\s+/g, " ")).toContain(`does not overwrite it with ${crews.slice(0, 7)}`);
  // All else arrived.
  const [here, arrived] = [ours(team), theirs(team)].map((refs) => [...refs].filter(([ref]) => !ref.endsWith(branch)));
  expect(arrived).toEqual(here);
  const status = JSON.parse((await bench.crew(["status", "--format", "json"])).stdout);
  expect(status.attention.map(({ kind }: { readonly kind: string }) => kind)).toEqual(["remote-moved"]);

  // A person takes both together, and the remote's is no longer in the way.
  bench.git("fetch", "-q", "origin", branch);
  bench.git("switch", "-q", branch);
  bench.git("merge", "-q", "-m", "Take theirs", "FETCH_HEAD");
  bench.git("switch", "-q", "main");
  const again = await bench.crew(["up", "--wait"]);
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse((await bench.crew(["status", "--format", "json"])).stdout).attention).toEqual([]);
  expect(theirs(team)).toEqual(ours(team));
  const reached = there("merge-base", "--is-ancestor", theirCommit, "epic/two-files");
  expect(reached).toBe("");
});

test("a branch that crew pushed and somebody moved on: what is new is pushed only on top of theirs", async () => {
  const team = shared();
  const { bench, there } = team;
  await bench.crew(["up", "--wait"]);
  const branch = "epic/two-files";
  const theirCommit = somebodys(team, branch, branch);
  const [before] = [bench.git("rev-parse", branch)];
  expect((await bench.crew(["bead", "add", "--parent", epicOf(bench), "-l", "one", "Write three.txt"])).code).toBe(0);
  const up = await bench.crew(["up", "--wait"]);
  expect([up.code, bench.git("rev-parse", branch) === before]).toEqual([0, false]);
  expect(there("rev-parse", branch)).toBe(theirCommit);
  expect(up.stderr.replace(/\s+/g, " ")).toContain(`crew last pushed ${before.slice(0, 7)}`);
});

test("the remote is away: the crew goes on and says so; back again, the same command pushes all of it", async () => {
  const team = shared();
  const { bench, remote } = team;
  renameSync(remote, `${remote}.away`);
  const up = await bench.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect(up.stderr).toContain("could not push to remote origin: origin did not take it");
  expect(up.stderr).toContain("All merged. Next: crew land");
  renameSync(`${remote}.away`, remote);
  const again = await bench.crew(["up", "--wait"]);
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("could not push")]);
  expect(theirs(team)).toEqual(ours(team));
  renameSync(remote, `${remote}.away`);
  const land = await bench.crew(["land"]);
  expect([land.code, land.stderr]).toEqual([0, expect.stringContaining("Landed and closed.")]);
});

test("the remote refuses: said in its own words, and of unsigned commits what to do", async () => {
  const team = shared();
  const { bench, remote } = team;
  const hook = join(remote, "hooks/update");
  mkdirSync(join(remote, "hooks"), { recursive: true });
  const refuse = `#!/bin/sh
case $1 in refs/heads/epic/*) echo "Commits must have verified signatures." >&2; exit 1 ;; esac
case $1 in refs/heads/feature/*) echo "No features here." >&2; exit 1 ;; esac
`;
  writeFileSync(hook, refuse);
  chmodSync(hook, 0o755);
  const up = await bench.crew(["up", "--wait"]);
  const said = up.stderr.replace(/\s+/g, " ");
  expect(up.code, up.stderr).toBe(0);
  expect(said).toContain(
    "crew's commits are unsigned: a pull request that is squashed there lands as one signed commit",
  );
  expect(said).toContain("crew land --pr");
  expect(said).toContain("No features here.");
  const refs = [...theirs(team).keys()];
  expect(refs.filter((ref) => ref.startsWith("refs/heads/"))).toEqual([]);
  expect(refs).toContain("refs/crew/p/team/tip/epic");
});

test("no remote: the crew works, and a person is told how to make one", async () => {
  const { bench } = shared();
  bench.git("remote", "remove", "origin");
  const up = await bench.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect(up.stderr).toContain("nothing can be pushed: the repository has no remote");
  expect(up.stderr).toContain("git remote add origin <address>");
});

function epicOf(bench: Bench): string {
  return JSON.parse(bench.git("cat-file", "blob", "refs/crew/p/team/fact/project")).epic as string;
}
