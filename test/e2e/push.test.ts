// push: true, with a bare repository beside the person's as the remote. The real program on real git: what is there
// afterwards, what somebody else put there, and what happens while it is away.
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Bench } from "./bench.ts";
import { type Shared, shared, somebodys } from "./remote.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function aTeam(): Shared {
  const team = shared("push: true\n");
  open.push(team.bench);
  return team;
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

function arrived({ there }: Shared): ReadonlyMap<string, string> {
  return refsIn(there("for-each-ref", format, "refs/crew/", "refs/heads/feature/", "refs/heads/epic/"));
}

test("branches and the project's refs are on the remote as they are here; archived, they go from there", async () => {
  const team = aTeam();
  const { bench, there } = team;
  mkdirSync(join(bench.repository, ".git/hooks"), { recursive: true });
  const hook = join(bench.repository, ".git/hooks/pre-push");
  writeFileSync(hook, '#!/bin/sh\ntouch "$HOME/hook-ran"\nexit 1\n');
  chmodSync(hook, 0o755);
  const up = await bench.crew(["up", "--wait"]);
  expect([up.code, up.stderr]).toEqual([0, expect.stringContaining("All merged. Next: crew land")]);
  expect(arrived(team)).toEqual(ours(team));
  expect([...arrived(team).keys()].filter((ref) => ref.startsWith("refs/heads/"))).toEqual([
    "refs/heads/epic/two-files",
    "refs/heads/feature/two-files-one",
    "refs/heads/feature/two-files-two",
  ]);
  const land = await bench.crew(["land"]);
  expect([land.code, land.stderr]).toEqual([0, expect.stringContaining("Landed and closed.")]);
  expect(arrived(team)).toEqual(ours(team));
  // Landing on the remote is not what push means.
  expect(there("rev-parse", "main")).not.toBe(bench.git("rev-parse", "main"));
  const down = await bench.crew(["down"]);
  expect([down.code, down.stderr]).toEqual([0, expect.stringContaining("Down.")]);
  expect([...arrived(team).keys()]).toEqual(["refs/heads/epic/two-files"]);
  expect(existsSync(join(bench.environment.HOME ?? "", "hook-ran"))).toBe(false);
});

test("somebody else's commit on the remote: not overwritten, told with both commits; taken, it is pushed on", async () => {
  const team = aTeam();
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
  const [here, rest] = [ours(team), arrived(team)].map((refs) => [...refs].filter(([ref]) => !ref.endsWith(branch)));
  expect(rest).toEqual(here);
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
  expect(arrived(team)).toEqual(ours(team));
  const reached = there("merge-base", "--is-ancestor", theirCommit, "epic/two-files");
  expect(reached).toBe("");
});

test("a branch that crew pushed and somebody moved on: what is new is pushed only on top of theirs", async () => {
  const team = aTeam();
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
  const team = aTeam();
  const { bench, remote } = team;
  renameSync(remote, `${remote}.away`);
  const up = await bench.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect(up.stderr).toContain("could not push to remote origin: origin did not take it");
  expect(up.stderr).toContain("All merged. Next: crew land");
  renameSync(`${remote}.away`, remote);
  const again = await bench.crew(["up", "--wait"]);
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining("could not push")]);
  expect(arrived(team)).toEqual(ours(team));
  renameSync(remote, `${remote}.away`);
  const land = await bench.crew(["land"]);
  expect([land.code, land.stderr]).toEqual([0, expect.stringContaining("Landed and closed.")]);
});

test("the remote refuses: said in its own words, and of unsigned commits what to do", async () => {
  const team = aTeam();
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
  const refs = [...arrived(team).keys()];
  expect(refs.filter((ref) => ref.startsWith("refs/heads/"))).toEqual([]);
  expect(refs).toContain("refs/crew/p/team/tip/epic");
});

test("no remote: the crew works, and a person is told how to make one", async () => {
  const { bench } = aTeam();
  bench.git("remote", "remove", "origin");
  const up = await bench.crew(["up", "--wait"]);
  expect(up.code, up.stderr).toBe(0);
  expect(up.stderr).toContain("nothing can be pushed: the repository has no remote");
  expect(up.stderr).toContain("git remote add origin <address>");
});

function epicOf(bench: Bench): string {
  return JSON.parse(bench.git("cat-file", "blob", "refs/crew/p/team/fact/project")).epic as string;
}
