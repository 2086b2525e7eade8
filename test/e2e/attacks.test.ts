// Attacks of an agent on the host: each is first shown to work on plain git, in the same run, and then to fail on crew. On
// processes code of an agent may run inside its instance, in its group and environment; never in crew's own.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Bench } from "./bench.ts";
import { beadOfOne, folderOf } from "./faults/ends.ts";
import { aTeam } from "./faults/team.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

/** A team whose role `one` runs the script, then waits with what it has prepared until it is told to go on. */
function aTeamWith(script: string, more: Readonly<Record<string, string>> = {}): Bench {
  const wait = `touch "$HOME/ready"; n=0; while [ ! -e "$HOME/go" ] && [ $n -lt 900 ]; do n=$((n + 1)); sleep 0.1; done`;
  const bench = aTeam({ "one.sh": `${script}\n${wait}\n`, ...more });
  open.push(bench);
  return bench;
}

/** The clone of role `one`, prepared. */
async function prepared(bench: Bench): Promise<string> {
  const { code, stderr } = await bench.crew(["up", "-d"]);
  expect(code, stderr).toBe(0);
  await bench.until("crew/*/roles/one/home/ready");
  return join(folderOf(bench, "one"), "work");
}

function goOn(clone: string): void {
  writeFileSync(join(clone, "..", "home", "go"), "");
}

/** A program that notes in whose environment it ran: the instance's marker, or nothing. */
interface Canary {
  readonly command: string;
  /** Each run's marker. */
  readonly runs: () => readonly string[];
  readonly forget: () => void;
}

function canaryIn(bench: Bench): Canary {
  const root = join(bench.repository, "..");
  const [command, log] = [join(root, "canary.sh"), join(root, "canary.log")];
  writeFileSync(command, `#!/bin/sh\nprintf '%s\\n' "by '\${CREW_INSTANCE-}\${CREW_READER-}'" >> '${log}'\nexit 0\n`, {
    mode: 0o755,
  });
  return {
    command,
    runs: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
    forget: () => rmSync(log, { force: true }),
  };
}

/** As a person's shell would: nothing of crew's in the environment. */
function plainGit(cwd: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "A Person",
    GIT_AUTHOR_EMAIL: "person@example.org",
    GIT_COMMITTER_NAME: "A Person",
    GIT_COMMITTER_EMAIL: "person@example.org",
  };
  return execFileSync("git", [...args], { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** A bare repository outside of everything. */
function scratch(bench: Bench): string {
  const path = join(bench.repository, "..", "scratch.git");
  plainGit(join(bench.repository, ".."), "init", "-q", "--bare", path);
  return path;
}

function has(repository: string, oid: string): boolean {
  try {
    plainGit(repository, "cat-file", "-e", oid);
    return true;
  } catch {
    return false;
  }
}

const byNobody = "by ''";

test("hooks, a monitor and filters that an agent sets up in its clone run on the host's git, and never on crew's", async () => {
  const script = `
canary=$(cat canary)
git config core.fsmonitor "$canary"
git config filter.evil.clean "$canary"; git config filter.evil.smudge "$canary"
git config uploadpack.packObjectsHook "$canary"; git config core.alternateRefsCommand "$canary"
git config diff.external "$canary"; git config core.sshCommand "$canary"; git config core.pager "$canary"
git config gpg.program "$canary"; git config commit.gpgSign true
for hook in post-checkout pre-commit post-commit post-index-change reference-transaction post-merge pre-auto-gc; do
  printf '#!/bin/sh\\nexec "%s"\\n' "$canary" > .git/hooks/$hook; chmod +x .git/hooks/$hook
done
echo one > one.txt
`;
  const bench = aTeamWith(
    script.replace("git config core.fsmonitor", "mkdir -p .git/hooks\ngit config core.fsmonitor"),
  );
  const canary = canaryIn(bench);
  bench.write("canary", `${canary.command}\n`);
  bench.commit("Name the canary");
  const clone = await prepared(bench);
  canary.forget();
  plainGit(clone, "status");
  expect(canary.runs(), "the host's own git status runs it").toContain(byNobody);

  canary.forget();
  goOn(clone);
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  expect((await bench.crew(["down", "-v"])).code).toBe(0);
  expect(canary.runs()).not.toContain(byNobody);
});

test("a clone that points to another repository is read by a path fetch, and never by crew", async () => {
  const bench = aTeamWith(`rm -rf .git; printf 'gitdir: %s/.git\\n' "$(cat secret)" > .git`);
  const secret = join(bench.repository, "..", "secret");
  plainGit(join(bench.repository, ".."), "init", "-q", "-b", "main", secret);
  writeFileSync(join(secret, "token"), "t0ken\n");
  plainGit(secret, "add", "-A");
  plainGit(secret, "commit", "-qm", "Secret");
  const stolen = plainGit(secret, "rev-parse", "HEAD");
  bench.write("secret", `${secret}\n`);
  bench.commit("Name the secret");
  const clone = await prepared(bench);
  const naive = scratch(bench);
  plainGit(naive, "fetch", "-q", clone, "+refs/heads/*:refs/x/*");
  expect(has(naive, stolen), "a fetch by path reads it").toBe(true);

  plainGit(secret, "update-ref", `refs/crew/report/${beadOfOne(bench)}.1.1`, "HEAD");
  plainGit(secret, "update-ref", "refs/crew/rescue", "HEAD");
  goOn(clone);
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(5);
  expect(stderr).toContain("one cannot work: work/.git is not a folder");
  const down = await bench.crew(["down", "-v"]);
  expect(down.code).toBe(5);
  expect(down.stderr).toContain("The work of one cannot be rescued: work/.git is not a folder");
  expect(has(bench.repository, stolen)).toBe(false);
});

test("a merge driver that an agent's attributes choose runs on a plain merge, and never on crew's", async () => {
  const change = (line: number) => `sed -i.bak '${line}s/$/ by '"$CREW_ROLE"'/' shared.txt; rm -f shared.txt.bak`;
  const bench = aTeamWith(
    `echo '* merge=evil diff=evil' > .gitattributes; ${change(1)}; git add -A; git commit -qm One`,
    {
      "two.sh": `${change(9)}; git add -A; git commit -qm Two`,
      "shared.txt": "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
    },
  );
  const canary = canaryIn(bench);
  for (const key of ["merge.evil.driver", "diff.evil.textconv", "diff.evil.command"]) {
    bench.git("config", key, canary.command);
  }
  goOn(await prepared(bench));
  const first = await bench.crew(["up", "--wait"]);
  expect(first.code, first.stderr).toBe(5);
  expect(first.stderr).toContain(
    `${beadOfOne(bench)} waits for approval: it changes what is protected: .gitattributes`,
  );
  const order = await bench.crew(["merge", "--dry-run"]);
  expect(order.stdout).toContain(`      crew approve ${beadOfOne(bench)}\n`);

  const naive = join(bench.repository, "..", "naive");
  plainGit(
    join(bench.repository, ".."),
    "clone",
    "-q",
    "--config",
    `merge.evil.driver=${canary.command}`,
    bench.repository,
    naive,
  );
  plainGit(naive, "fetch", "-q", "origin", "+refs/crew/p/*:refs/p/*");
  plainGit(naive, "checkout", "-q", "--detach", `refs/p/team/done/${beadOfOne(bench)}/1.1^1`);
  canary.forget();
  plainGit(naive, "merge", "-q", "--no-edit", "refs/p/team/tip/epic");
  expect(canary.runs(), "plain git merge runs it").toContain(byNobody);

  canary.forget();
  expect((await bench.crew(["approve", beadOfOne(bench)])).code).toBe(0);
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(0);
  expect(canary.runs()).toEqual([]);
  const shared = bench.git("show", "refs/crew/p/team/tip/epic:shared.txt");
  expect(shared).toBe("1 by one\n2\n3\n4\n5\n6\n7\n8\n9 by two");
});

test.each([
  [".git", "hasDotgit"],
  ["..", "hasDotdot"],
])("a tree named %s comes in by a plain fetch, and never by crew's", async (name, check) => {
  const bench = aTeamWith(`
blob=$(echo '[core] fsmonitor = evil' | git hash-object -w --stdin)
tree=$(printf '100644 blob %s\\tconfig\\n' "$blob" | git mktree)
whole=$({ git ls-tree HEAD; printf '40000 tree %s\\t${name}\\n' "$tree"; } | git mktree)
git update-ref HEAD "$(git commit-tree "$whole" -p HEAD -m Raw)"
git rev-parse HEAD > "$HOME/raw"; git read-tree HEAD
`);
  const clone = await prepared(bench);
  const raw = readFileSync(join(clone, "..", "home", "raw"), "utf8").trim();
  const naive = scratch(bench);
  plainGit(naive, "fetch", "-q", clone, `+HEAD:refs/x/report`);
  expect(has(naive, raw), "a plain fetch takes it").toBe(true);

  goOn(clone);
  const { code, stderr } = await bench.crew(["up", "--wait"]);
  expect(code, stderr).toBe(5);
  expect(stderr).toMatch(new RegExp(`is blocked, its attempts are used up: git fsck refuses an object: .*${check}`));
  expect(has(bench.repository, raw)).toBe(false);
});
