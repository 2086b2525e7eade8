// crew doctor: each finding is first made to be, then found, with the command that mends it; and then mended by that command.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Finding } from "../../src/model/health.ts";
import type { Bench, Ended, RunOptions } from "./bench.ts";
import { until } from "./faults/people.ts";
import { aTeam } from "./faults/team.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function team(files: Readonly<Record<string, string | null>> = {}): Bench {
  const made = aTeam(files);
  open.push(made);
  return made;
}

const endless = { "one.sh": "touch $HOME/busy\nsleep 300\n" };

test("nothing is wrong: before anything is up, while it is driven, and after it is down", async () => {
  const bench = team();
  expect(withoutVersions(await bench.crew(["doctor"]))).toEqual({
    code: 0,
    stdout: "✓ git …, sh, setsid\n✓ Nothing is wrong.\n",
  });
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  expect(withoutVersions(await bench.crew(["doctor", "--deep"]))).toEqual({
    code: 0,
    stdout: "✓ git …, sh, setsid\n✓ project team\n✓ Nothing is wrong.\n",
  });
  expect((await bench.crew(["land"])).code).toBe(0);
  expect((await bench.crew(["down"])).code).toBe(0);
  expect(withoutVersions(await bench.crew(["doctor"])).code).toBe(0);
});

test("presets that nobody has tried are told with the roles that run by them, and are no finding", async () => {
  const bench = team();
  bench.write(
    "crew.yaml",
    "name: team\nepic: {title: Team, base: main}\nruntime: process\nroles: {a: {agent: goose}, b: {agent: claude}, c: {agent: amp}, d: {agent: goose}}\n",
  );
  const env = { ANTHROPIC_API_KEY: "key-0123456789", AMP_API_KEY: "key-0123456789" };
  expect(withoutVersions(await bench.crew(["doctor"], { env }))).toEqual({
    code: 0,
    stdout: `✓ git …, sh, setsid
✓ goose for a, d: what crew knows of it is from its documentation, never run
✓ amp for c: what crew knows of it is from its documentation, never run
✓ Nothing is wrong.
`,
  });
});

test("no git, no shell programs, no room: as far as the machine can be looked at", async () => {
  const bench = team();
  const home = join(bench.repository, "..", "home");
  const found = await findings(bench, [], { env: { PATH: home, XDG_STATE_HOME: join(bench.repository, "crew.yaml") } });
  expect(found.map(({ kind, reason }) => `${kind}: ${reason.replaceAll(bench.repository, "<repo>")}`)).toEqual([
    "machine: There is no git: install git 2.39 or newer",
    "machine: There is no setsid: without it an agent's children can outlive a stop; it is in util-linux",
    "machine: Instances need a folder for their files, and it cannot be written: <repo>/crew.yaml is not a folder",
    "repository: git could not be started: it is not on the PATH, or the repository is gone.",
  ]);
});

test("a file with mistakes, before anything is up and after", async () => {
  const bench = team();
  const good = bench.git("show", "HEAD:crew.yaml");
  bench.write("crew.yaml", "rolse: {}\n");
  const [early] = await findings(bench);
  expect(early).toMatchObject({ kind: "file", subject: "crew.yaml" });
  expect(early?.reason).toMatch(/^crew\.yaml:1:1 /);
  bench.write("crew.yaml", `${good}\n`);
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  bench.write("crew.yaml", "rolse: {}\n");
  expect(await kinds(bench)).toEqual(["file team"]);
  bench.write("crew.yaml", `${good}\n`);
  expect(await kinds(bench)).toEqual([]);
});

test("a killed driver and supervisor: nobody drives, the lease is a dead one's, and what they left is told", async () => {
  const bench = team(endless);
  expect((await bench.crew(["up", "-d"])).code).toBe(0);
  await bench.until("crew/*/roles/one/home/busy");
  // So that nothing is under way but the turn of `one`, which never ends.
  await until(() => bench.git("ls-tree", "--name-only", "refs/crew/p/team/tip/epic").includes("two.txt"));
  const ps = JSON.parse((await bench.crew(["ps", "--format", "json"])).stdout) as readonly {
    readonly name: string;
    readonly pid?: number;
  }[];
  const status = JSON.parse((await bench.crew(["status", "--format", "json"])).stdout) as { driver: { pid: number } };
  expect(await kinds(bench)).toEqual([]);
  process.kill(status.driver.pid, "SIGKILL");
  process.kill(ps.find(({ name }) => name === "one")?.pid ?? 0, "SIGKILL");
  const found = await findings(bench);
  // Two leases where the driver was killed with the lock in hand.
  expect([...new Set(found.map(({ kind }) => kind))].filter((kind) => kind !== "process")).toEqual([
    "lease",
    "undriven",
  ]);
  expect(found.find(({ kind }) => kind === "undriven")).toMatchObject({
    reason: "Nobody is driving team, and work is left",
    commands: ["crew up"],
  });
  const strays = found.filter(({ kind }) => kind === "process");
  expect(strays.length).toBeGreaterThan(0);
  for (const { subject, reason, commands } of strays) {
    expect(reason).toBe(`Process ${subject} belongs to one of team, which does not run`);
    expect(commands).toEqual(["crew -p team down", `kill ${subject}`]);
  }
  expect((await bench.crew(["-p", "team", "down"])).code).toBe(0);
  expect(bench.survivors()).toEqual([]);
  await mend(bench, "lease");
  expect(await kinds(bench)).toEqual(["undriven team"]);
});

test("leases of another machine and of nobody", async () => {
  const bench = team();
  const lease = (name: string, text: string) => {
    bench.write("../lease", text);
    bench.git("update-ref", `refs/crew/lease/team/${name}`, bench.git("hash-object", "-w", "../lease"));
  };
  lease("driver", JSON.stringify({ host: "elsewhere", pid: 1, startTime: "1", command: "crew up" }));
  lease("lock", "nobody");
  const found = await findings(bench);
  expect(found.map(({ reason }) => reason)).toEqual([
    "Driving team is held from another machine (pid 1 on elsewhere); nobody here can tell whether it lives",
    "The lock of team is held, and the record does not say by whom",
  ]);
  await mend(bench, "lease");
  expect(await kinds(bench)).toEqual([]);
});

test("lock files: whose git lives is named, and only what nobody holds is to be removed", async () => {
  const bench = team();
  const linked = join(bench.repository, "..", "linked");
  bench.git("worktree", "add", "-q", linked);
  const locks = ["index.lock", "refs/heads/topic.lock", "packed-refs.lock", "worktrees/linked/index.lock"].map((name) =>
    join(bench.repository, ".git", name),
  );
  for (const lock of locks) writeFileSync(lock, "");
  // A git that waits for its input, in another work tree, holds the repository.
  const git = spawn("git", ["cat-file", "--batch"], { cwd: linked, stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise((resolve) => git.once("exit", resolve));
  try {
    const held = await findings(bench);
    expect(held.map(({ subject }) => subject).sort()).toEqual([...locks].sort());
    for (const { subject, reason, commands } of held) {
      expect(reason).toBe(`${subject} is held by git cat-file --batch (pid ${git.pid})`);
      expect(commands).toEqual([`ps -fp ${git.pid}`]);
    }
  } finally {
    git.stdin.end();
    await ended;
  }
  expect((await findings(bench)).flatMap(({ commands }) => commands).sort()).toEqual(
    locks.map((lock) => `rm ${lock}`).sort(),
  );
  expect(locks.every((lock) => existsSync(lock))).toBe(true);
  await mend(bench, "lock");
  expect(await kinds(bench)).toEqual([]);
});

test("refs that crew did not write, records that cannot be read, and objects that are missing", async () => {
  const bench = team();
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  expect((await bench.crew(["down"])).code).toBe(0);
  bench.git("update-ref", "refs/crew/notes", "HEAD");
  bench.git("update-ref", "refs/crew/p/team/strange", "HEAD");
  const strange = await findings(bench);
  expect(strange.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
    "records refs/crew/notes",
    "records refs/crew/p/team/strange",
  ]);
  for (const { commands } of strange) shell(bench, commands.at(-1) ?? "");
  expect(await kinds(bench)).toEqual(["undriven team"]);
  const hold = "refs/crew/p/team/fact/hold/one";
  bench.git("update-ref", hold, bench.git("rev-parse", "HEAD:gate.sh"));
  const [unread] = await findings(bench);
  expect(unread).toMatchObject({ kind: "records", subject: "team" });
  expect(unread?.reason).toContain(hold);
  bench.git("update-ref", "-d", hold);
  // A blob that an order's tree needs: seen only by who looks at all of them.
  const blob = bench.git("rev-parse", "epic/two-files:one.txt");
  const object = join(bench.repository, ".git", "objects", blob.slice(0, 2), blob.slice(2));
  renameSync(object, `${object}.away`);
  expect(await others(bench)).toEqual([]);
  expect(await others(bench, ["--deep"])).toMatchObject([
    {
      kind: "objects",
      reason: `The repository lacks an object of crew's records: ${blob}; fetch from a clone that has it`,
    },
  ]);
  renameSync(`${object}.away`, object);
});

test("a mailbox and a record that an agent spoilt", async () => {
  const bench = team();
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  const [role] = await folders(bench, "one");
  rmSync(join(role ?? "", "outbox"), { recursive: true });
  writeFileSync(join(role ?? "", "outbox"), "");
  expect(await kinds(bench)).toEqual(["mailbox one"]);
  rmSync(join(role ?? "", "outbox"));
  mkdirSync(join(role ?? "", "outbox"));
  writeFileSync(join(role ?? "", "instance.json"), "{");
  const found = (await others(bench)).filter(({ kind }) => kind !== "process");
  expect(found).toMatchObject([{ kind: "instance", subject: "one", commands: ["crew -p team up"] }]);
  expect((await bench.crew(["-p", "team", "up", "--wait"])).code).toBe(0);
  expect(await kinds(bench)).toEqual([]);
});

test("what was left: an import that was killed, the folder of a project without refs, one without a repository", async () => {
  const bench = team();
  expect((await bench.crew(["up", "--wait"])).code).toBe(0);
  expect((await bench.crew(["down"])).code).toBe(0);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);
  const pid = (await exited("true")) ?? 0;
  mkdirSync(join(bench.repository, ".git", "crew", "quarantine", `${hash(hostname())}-${pid}-${hash("x")}-x`), {
    recursive: true,
  });
  expect((await others(bench)).map(({ kind, commands }) => [kind, ...commands])).toEqual([["leftover", "crew gc"]]);
  expect((await bench.crew(["gc", "-y"])).code).toBe(0);
  expect(await others(bench)).toEqual([]);
  for (const ref of bench.git("for-each-ref", "--format=%(refname)", "refs/crew/p/").split("\n"))
    bench.git("update-ref", "-d", ref);
  expect((await findings(bench)).map(({ kind, commands }) => [kind, ...commands])).toEqual([
    ["leftover", "crew gc -p team"],
  ]);
  // Seen from another repository, once its own is gone.
  const other = mkdtempSync(join(tmpdir(), "crew-e2e-other-"));
  try {
    bench.git("clone", "-q", ".", other);
    renameSync(join(bench.repository, ".git"), join(bench.repository, "..", "gone"));
    const orphans = JSON.parse((await bench.crew(["doctor", "--format", "json"], { cwd: other })).stdout) as Diagnosis;
    expect(orphans.findings).toMatchObject([
      {
        kind: "leftover",
        reason: expect.stringContaining("which is not there"),
        commands: [expect.stringMatching(/^ls /)],
      },
    ]);
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("two clones with the same project side by side are fine", async () => {
  const bench = team(endless);
  const clone = join(bench.repository, "..", "clone");
  bench.git("clone", "-q", ".", clone);
  for (const cwd of [bench.repository, clone]) expect((await bench.crew(["up", "-d"], { cwd })).code).toBe(0);
  for (const cwd of [bench.repository, clone]) expect(await findings(bench, [], { cwd })).toEqual([]);
  for (const cwd of [bench.repository, clone]) expect((await bench.crew(["down"], { cwd })).code).toBe(0);
  expect(bench.survivors()).toEqual([]);
});

interface Diagnosis {
  readonly findings: readonly Finding[];
}

/** Exit code 5 exactly where something is found. */
async function findings(
  bench: Bench,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<readonly Finding[]> {
  const { code, stdout, stderr } = await bench.crew(["doctor", "--format", "json", ...args], options);
  const { findings: found } = JSON.parse(stdout || "{}") as Diagnosis;
  expect(code, stderr).toBe(found.length === 0 ? 0 : 5);
  return found;
}

/** But that nobody drives: what is down on purpose has work left too. */
async function others(bench: Bench, args: readonly string[] = []): Promise<readonly Finding[]> {
  return (await findings(bench, args)).filter(({ kind }) => kind !== "undriven");
}

async function kinds(bench: Bench): Promise<readonly string[]> {
  return (await findings(bench)).map(({ kind, subject }) => `${kind} ${subject}`).sort();
}

/** Types the last command of each finding of the kind. */
async function mend(bench: Bench, kind: Finding["kind"]): Promise<void> {
  for (const { commands } of (await findings(bench)).filter((each) => each.kind === kind)) {
    shell(bench, commands.at(-1) ?? "");
  }
}

function shell(bench: Bench, command: string): void {
  const [program, ...args] = command.split(" ");
  if (program === "git") bench.git(...args);
  else if (program === "rm") rmSync(args[0] ?? "");
  else throw new Error(`not typed here: ${command}`);
}

async function folders(bench: Bench, role: string): Promise<readonly string[]> {
  const { readdirSync } = await import("node:fs");
  return readdirSync(join(bench.state, "crew")).map((name) => join(bench.state, "crew", name, "roles", role));
}

async function exited(program: string): Promise<number | undefined> {
  const child = spawn(program);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid;
}

function withoutVersions({ code, stdout }: Ended) {
  return { code, stdout: stdout.replace(/git \d[\d.]*/, "git …") };
}
