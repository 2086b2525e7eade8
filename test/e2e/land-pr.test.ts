// land: pr, with a bare repository as the remote and recording stand-ins for gh and glab. The real program on real git: what
// is opened, and how crew sees that it was merged there.
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aForge, type Forge, type Shared, shared, somebodys } from "./remote.ts";

const open: Shared[] = [];
afterEach(() => {
  for (const { bench } of open.splice(0)) bench.remove();
});

function aTeam(more = "land: pr\n", path?: string): Shared {
  const team = shared(more, path);
  open.push(team);
  return team;
}

const branch = "epic/two-files";
const landed = "Landed and closed. 2/2 beads, 100 %.";
const opened = "All merged, pull request open. Once it is merged: crew land";

async function toOpen(team: Shared, forge: Forge): Promise<string> {
  const up = await team.bench.crew(["up", "--wait"], { env: forge.env });
  expect(up.code, up.stderr).toBe(0);
  return await landToOpen(team, forge);
}

async function landToOpen({ bench }: Shared, { env }: Forge): Promise<string> {
  const land = await bench.crew(["land"], { env });
  expect([land.code, land.stderr]).toEqual([0, expect.stringContaining(opened)]);
  return land.stderr;
}

test("the epic's branch is pushed and its pull request opened through gh; said again it is the same one", async () => {
  const team = aTeam();
  const { bench, there } = team;
  const forge = aForge(team, "gh");
  const said = await toOpen(team, forge);
  expect(said).toContain("the pull request https://forge.example/pull/7 waits to be merged into main");
  expect(there("for-each-ref", "--format=%(refname)")).toBe(`refs/heads/${branch}\nrefs/heads/main`);
  expect(there("rev-parse", branch)).toBe(bench.git("rev-parse", "refs/crew/p/team/tip/epic"));
  expect(forge.calls().map((call) => call.map((arg) => arg.replace(/\/[^ ]*body\.md$/, "FILE")))).toEqual([
    ["pr", "list", `--head=${branch}`, "--base=main", "--state=open", "--json=number,url,isCrossRepository"],
    ["pr", "create", `--head=${branch}`, "--base=main", "--title=Two files", "--body-file=FILE"],
  ]);
  const body = forge
    .body()
    .replace(/[0-9a-f]{40}/g, "<oid>")
    .replace(/\b[0-9a-f]{7}\b/g, "<short>")
    .replace(/team-\w+/g, "team");
  expect(body).toMatchInlineSnapshot(`
    "2 of 2 beads of epic team, collected on \`epic/two-files\` from \`main at <short>\`.

    ### Beads

    - [x] team.1 Write one.txt: <oid> by one
    - [x] team.2 Write two.txt: <oid> by two

    ### Gates

    | gate | verdict | command |
    | --- | --- | --- |
    | \`there\` | green | \`test -e crew.yaml\` |

    ### Roles

    | role | branch | orders | turns |
    | --- | --- | --- | --- |
    | one | \`feature/two-files-one\` | 1 | 1 |
    | two | \`feature/two-files-two\` | 1 | 1 |
    "
  `);
  // Main is as it was, here and there, and nothing is closed.
  expect(there("rev-parse", "main")).toBe(bench.git("rev-parse", "main"));
  const status = await bench.crew(["status"], { env: forge.env });
  expect(status.stdout).toContain("Next: crew land");

  const added = await bench.crew(["bead", "add", "--parent", epicOf(team), "-l", "one", "Write three.txt"]);
  expect(added.code, added.stderr).toBe(0);
  await toOpen(team, forge);
  expect(there("rev-parse", branch)).toBe(bench.git("rev-parse", "refs/crew/p/team/tip/epic"));
  expect(
    forge
      .calls()
      .slice(2)
      .map((call) => call.slice(0, 3)),
  ).toEqual([
    ["pr", "list", `--head=${branch}`],
    ["api", "--method=PATCH", "repos/{owner}/{repo}/pulls/7"],
  ]);
  expect(forge.body()).toContain("3 of 3 beads");
});

const ways: readonly [string, (team: Shared) => void][] = [
  [
    "merge",
    ({ theirs }) => {
      theirs("checkout", "-q", "-B", "main", "origin/main");
      theirs("merge", "-q", "--no-ff", "-m", "Merge pull request #7", `origin/${branch}`);
    },
  ],
  [
    "squash",
    ({ theirs }) => {
      theirs("checkout", "-q", "-B", "main", "origin/main");
      theirs("merge", "-q", "--squash", `origin/${branch}`);
      theirs("commit", "-qm", "Two files (#7)");
    },
  ],
  [
    "rebase",
    ({ theirs }) => {
      theirs("checkout", "-q", "-B", "main", `origin/${branch}`);
      theirs("rebase", "-q", "origin/main");
    },
  ],
];

test.each(ways)("merged there by %s, after base moved there: seen, and the beads closed", async (how, mergeIt) => {
  const team = aTeam();
  const { bench, there, theirs } = team;
  const forge = aForge(team, "gh");
  await toOpen(team, forge);
  somebodys(team, "main", "main");
  const early = await bench.crew(["land"], { env: forge.env });
  expect([early.code, early.stderr]).toEqual([0, expect.stringContaining(opened)]);
  mergeIt(team);
  theirs("push", "-q", "origin", "main");
  // Hosts delete the branch once it is merged.
  there("branch", "-D", branch);
  const land = await bench.crew(["land"], { env: forge.env });
  expect([land.code, land.stderr]).toEqual([0, expect.stringContaining(landed)]);
  const beads = (await bench.crew(["bead", "list", "--status", "closed", "--format", "json"])).stdout;
  const as =
    how === "merge" ? /Landed in main as/ : new RegExp(`Landed in main by ${how} as ${there("rev-parse", "main")}`);
  expect(beads.match(new RegExp(as, "g"))?.length ?? beads).toBe(3);
  const down = await bench.crew(["down"]);
  expect([down.code, down.stderr]).toEqual([0, expect.stringContaining("Down.")]);
  expect(there("for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
});

test("a part of it on base is not the whole of it", async () => {
  const team = aTeam();
  const { bench, theirs } = team;
  const forge = aForge(team, "gh");
  await toOpen(team, forge);
  theirs("checkout", "-q", "-B", "main", "origin/main");
  theirs("checkout", `origin/${branch}`, "--", "one.txt");
  theirs("commit", "-qm", "Only one");
  theirs("push", "-q", "origin", "main");
  const land = await bench.crew(["land"], { env: forge.env });
  expect([land.code, land.stderr]).toEqual([0, expect.stringContaining(opened)]);
});

test("a host named gitlab is spoken to with glab, over the person's own ssh", async () => {
  const team = aTeam("land: pr\n", "hosts/team/shop.git");
  const { bench, there } = team;
  const forge = aForge(team, "glab");
  bench.git("remote", "set-url", "origin", "git@gitlab.example.org:team/shop.git");
  const ssh = join(bench.repository, "../ssh");
  writeFileSync(
    ssh,
    `#!/bin/sh\nfor last; do :; done\ncd '${join(bench.repository, "../hosts")}' && exec sh -c "$last"\n`,
  );
  chmodSync(ssh, 0o755);
  const env = { ...forge.env, GIT_SSH_COMMAND: ssh };
  const said = await toOpen(team, { ...forge, env });
  expect(said).toContain("https://forge.example/mr/7");
  expect(there("rev-parse", branch)).toBe(bench.git("rev-parse", "refs/crew/p/team/tip/epic"));
  const project = "projects/team%2Fshop/merge_requests";
  expect(forge.calls().map((call) => call.map((arg) => arg.replace(/\/[^ ]*body\.md$/, "FILE")))).toEqual([
    ["api", `${project}?state=opened&source_branch=epic%2Ftwo-files&target_branch=main`],
    [
      "api",
      "--method=POST",
      project,
      `--raw-field=source_branch=${branch}`,
      "--raw-field=target_branch=main",
      "--raw-field=title=Two files",
      "--field=description=@FILE",
    ],
  ]);
  expect(forge.body()).toContain("2 of 2 beads");
});

test("closed there unmerged, its branch deleted: said, exit 5; crew land opens another, and pushes the branch for it", async () => {
  const team = aTeam();
  const { bench, there } = team;
  const forge = aForge(team, "gh");
  await toOpen(team, forge);
  forge.becomes("CLOSED");
  there("branch", "-D", branch);
  const closed = await bench.crew(["land"], forge);
  const said = closed.stderr.replace(/\s+/g, " ");
  expect([closed.code, said]).toEqual([5, expect.stringContaining("Settled: a person is needed")]);
  expect(said).toContain(
    "the pull request https://forge.example/pull/7 was closed without being merged: reopen it there, or crew land opens another",
  );
  const status = await bench.crew(["status"], forge);
  expect(status.stdout).toContain("Next: crew land");
  expect(await landToOpen(team, forge)).toContain("the pull request https://forge.example/pull/8 waits to be merged");
  expect(there("rev-parse", branch)).toBe(bench.git("rev-parse", "refs/crew/p/team/tip/epic"));
});

test("closed and reopened there: it waits again, and no other is opened", async () => {
  const team = aTeam();
  const { bench } = team;
  const forge = aForge(team, "gh");
  await toOpen(team, forge);
  forge.becomes("CLOSED");
  expect((await bench.crew(["land"], forge)).code).toBe(5);
  forge.becomes("OPEN");
  const said = await landToOpen(team, forge);
  expect(said).toContain("https://forge.example/pull/7 waits to be merged");
  expect(forge.calls().filter(([, verb]) => verb === "create")).toHaveLength(1);
});

test("merged there, but not what was proposed: said, nothing is closed, and crew land opens another for the rest", async () => {
  const team = aTeam();
  const { bench, theirs } = team;
  const forge = aForge(team, "gh");
  await toOpen(team, forge);
  theirs("checkout", "-q", "-B", "main", "origin/main");
  theirs("checkout", `origin/${branch}`, "--", "one.txt");
  theirs("commit", "-qm", "Two files, but for one (#7)");
  theirs("push", "-q", "origin", "main");
  forge.becomes("MERGED");
  const land = await bench.crew(["land"], forge);
  expect([land.code, land.stderr.replace(/\s+/g, " ")]).toEqual([
    5,
    expect.stringContaining("was merged there, yet main does not hold what the epic is here"),
  ]);
  expect((await bench.crew(["bead", "list", "--status", "closed", "--format", "json"])).stdout).not.toContain("team");
  expect(await landToOpen(team, forge)).toContain("https://forge.example/pull/8 waits to be merged");
});

test.each(["gh", "glab"] as const)(
  "a fork's request from a branch of the same name is left alone: %s",
  async (program) => {
    const team = aTeam();
    const forge = aForge(team, program);
    forge.forks();
    expect(await toOpen(team, forge)).toMatch(/forge\.example\/\w+\/7 waits/);
    await team.bench.crew(["bead", "add", "--parent", epicOf(team), "-l", "one", "Write three.txt"]);
    expect(await toOpen(team, forge)).toMatch(/forge\.example\/\w+\/7 waits/);
    expect(forge.calls().flat().join(" ")).not.toMatch(/(pulls|merge_requests)\/3/);
  },
);

test("closed there unmerged: glab tells as well", async () => {
  const team = aTeam();
  const forge = aForge(team, "glab");
  await toOpen(team, forge);
  forge.becomes("CLOSED");
  const closed = await team.bench.crew(["land"], forge);
  expect([closed.code, closed.stderr.replace(/\s+/g, " ")]).toEqual([
    5,
    expect.stringContaining("https://forge.example/mr/7 was closed without being merged"),
  ]);
  expect(await landToOpen(team, forge)).toContain("https://forge.example/mr/8 waits to be merged");
});

test("neither gh nor glab: exit 5 with what to do by hand; merged by hand it is seen. --pr, though the file says merge", async () => {
  const team = aTeam("");
  const { bench, there, theirs } = team;
  const forge = aForge(team);
  await bench.crew(["up", "--wait"], forge);
  const land = await bench.crew(["land", "--pr"], forge);
  expect(land.code, land.stderr).toBe(5);
  const said = land.stderr.replace(/\s+/g, " ");
  expect(said).toContain("Cannot open a pull request: gh is not on the PATH.");
  expect(said).toContain(`open it by hand on origin: "Two files", from ${branch} into main`);
  expect(there("rev-parse", branch)).toBe(bench.git("rev-parse", "refs/crew/p/team/tip/epic"));
  theirs("checkout", "-q", "-B", "main", `origin/${branch}`);
  theirs("push", "-q", "origin", "main");
  const again = await bench.crew(["up", "--wait"], forge);
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining(landed)]);
  // What is temporary is gone.
  expect(readdirSync(join(bench.repository, ".git/crew/quarantine"))).toEqual([]);
});

test("base on the remote force-pushed, then deleted: said with the way out, and nothing is closed", async () => {
  const team = aTeam();
  const { bench, theirs, there } = team;
  const forge = aForge(team, "gh");
  await toOpen(team, forge);
  theirs("checkout", "-q", "--orphan", "anew", "origin/main");
  theirs("commit", "-qm", "Start again");
  theirs("push", "-q", "-f", "origin", "HEAD:refs/heads/main");
  const forced = await bench.crew(["land"], forge);
  expect([forced.code, forced.stderr]).toEqual([
    5,
    expect.stringContaining("main was rewritten: it no longer contains"),
  ]);
  const allowed = await bench.crew(["land", "--allow-rewritten-base"], forge);
  expect([allowed.code, allowed.stderr]).toEqual([0, expect.stringContaining(opened)]);
  there("update-ref", "-d", "refs/heads/main");
  const deleted = await bench.crew(["land", "--allow-rewritten-base"], forge);
  expect(deleted.stderr.replace(/\s+/g, " ")).toContain(
    "origin has no branch main: nothing can be merged into it there.",
  );
  expect(deleted.stderr).not.toContain("Landed and closed");
});

function epicOf({ bench }: Shared): string {
  return JSON.parse(bench.git("cat-file", "blob", "refs/crew/p/team/fact/project")).epic as string;
}
