// What the process runtime promises beyond the contract: identity, isolation of environments, hostile folders, nothing left.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OrderMessage } from "../../src/agents/mailbox.ts";
import { CrewError } from "../../src/errors.ts";
import type { GateRun, Mail } from "../../src/model/world.ts";
import type { NewGate, Runtime } from "../../src/ports/runtime.ts";
import { collect, until } from "./contract.ts";
import { order as orderOf } from "./orders.ts";
import { noPack, type ProcessHarness, processHarness } from "./process-harness.ts";

let harness: ProcessHarness;
let runtime: Runtime;
beforeEach(async () => {
  harness = await processHarness();
  runtime = harness.runtime;
});
afterEach(() => harness.close());

const never = new AbortController().signal;

describe("an instance", () => {
  test("that a crew was killed while it made leaves no secrets, once the project is taken down", async () => {
    await createRole();
    const secrets = join(harness.role(), "secrets");
    mkdirSync(secrets, { recursive: true });
    writeFileSync(join(secrets, "WORD"), "hunter2");
    await runtime.clear();
    expect(existsSync(secrets)).toBe(true);
    rmSync(join(harness.role(), "instance.json"));
    await runtime.clear();
    expect(existsSync(secrets)).toBe(false);
  });

  test("lives in a session of its own with an environment from scratch", async () => {
    const host = {
      PATH: process.env.PATH ?? "",
      LC_TIME: "C",
      SECRET_OF_THE_HOST: "x",
      GIT_DIR: "/nowhere",
      HOME: "/host",
    };
    runtime = harness.again(host);
    await createRole({ COLOR: "blue" });
    const { pid = 0 } = await seen();
    expect(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[3]).toBe(`${pid}`); // its session
    expect(Object.fromEntries(harness.processes().get(pid) ?? [])).toEqual({
      PATH: process.env.PATH,
      LANG: "C.UTF-8",
      LC_TIME: "C",
      HOME: join(harness.role(), "home"),
      TERM: "dumb",
      COLOR: "blue",
      CREW_ROLE: "dev",
      CREW_INSTANCE: expect.stringMatching(/^\[shop.*\/dev\]$/),
      CREW_STATE: join(harness.project, "roles/dev/state"),
    });
  });

  test("is started once by many at a time, also with a large environment", async () => {
    await createRole({ BIG: "x".repeat(100_000) }, { start: false });
    await Promise.all(Array.from({ length: 5 }, () => harness.again().startInstance("dev")));
    await mailWhen((mail) => mail.status.phase === "idle");
    // A helper that it has just begun bears its name until it is another program.
    const supervisors = () => [...harness.processes().keys()].filter((pid) => commandOf(pid).includes("supervisor.sh"));
    const { pid } = await seen();
    await until("one supervisor", async () => supervisors().join() === `${pid}` || undefined);
  });

  test("whose pause was cut off is seen so, and goes on as a whole", async () => {
    await createRole();
    await runtime.deliver("dev", order("b-1.1.1", `sleep ${long(411)}`));
    await until("the agent at work", async () => sleeping(411).length > 0 || undefined);
    // The agent is frozen before the first wait, the supervisor after it.
    const cutOff = harness.again({}, () => Promise.reject(new Error("cut off")));
    await expect(cutOff.pauseInstance("dev")).rejects.toThrow("cut off");
    expect(await seen()).toMatchObject({ running: true, halfPaused: true });
    await runtime.resumeInstance("dev");
    expect((await seen()).halfPaused).toBeUndefined();
    const states = [...harness.processes().keys()].map((pid) => readFileSync(`/proc/${pid}/stat`, "utf8"));
    expect(states.filter((stat) => stat.includes(") T "))).toEqual([]);
    await runtime.pauseInstance("dev");
    expect(await seen()).toMatchObject({ running: true, paused: true });
    expect((await seen()).halfPaused).toBeUndefined();
  });

  test("killed in mid-turn is seen as stopped, and started again it ends what was left and goes on", async () => {
    await createRole();
    await runtime.deliver(
      "dev",
      order("b-1.1.1", `[ -e half ] || { echo half >half; setsid sleep ${long(410)}; }; echo rest >rest`),
    );
    await until(
      "the agent at work",
      async () => (existsSync(join(harness.role(), "work/half")) && sleeping(410).length > 0) || undefined,
    );
    const { pid = 0 } = await seen();
    process.kill(pid, "SIGKILL");
    await until("its end to be seen", async () => ((await seen()).running ? undefined : true));
    expect(sleeping(410)).toHaveLength(1);
    await runtime.startInstance("dev");
    const { outbox } = await mailWhen((mail) => mail.outbox.length > 0);
    expect(outbox).toMatchObject([{ order: "b-1.1.1", state: "done", turns: 1 }]);
    expect(sleeping(410)).toEqual([]);
  });

  test("that does not answer is stopped all the same, with what wiped its environment, and its work is kept", async () => {
    await createRole();
    await runtime.deliver(
      "dev",
      order(
        "b-1.1.1",
        `echo w >work.txt; trap '' TERM; env -i sleep ${long(421)} & setsid sleep ${long(422)} & sleep ${long(423)}`,
      ),
    );
    await until("the agent at work", async () => sleeping(421, 422, 423).length === 3 || undefined);
    process.kill((await seen()).pid ?? 0, "SIGSTOP");
    await runtime.stopInstance("dev", { graceMs: 300 });
    expect([sleeping(421, 422, 423), [...harness.processes().keys()]]).toEqual([[], []]);
    expect(await seen()).toMatchObject({ running: false, mail: { inbox: ["b-1.1.1"] } });
    expect(inClone("show", "refs/crew/rescue:work.txt")).toBe("w");
  });

  test("is not whatever process its claim names", async () => {
    await createRole({}, { start: false });
    const innocent = spawn("sleep", [long(431)], { stdio: "ignore" });
    try {
      const start = readFileSync(`/proc/${innocent.pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19];
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      writeFileSync(join(harness.role(), "pid"), `${innocent.pid} ${start}@${boot}\n`);
      expect((await seen()).running).toBe(false);
      await runtime.deliver("dev", order("b-1.1.1", "true"));
      await runtime.stopInstance("dev", { graceMs: 100 });
      expect(innocent.exitCode ?? innocent.signalCode).toBe(null);
      await runtime.startInstance("dev");
      await mailWhen((mail) => mail.outbox.length > 0);
      expect(sleeping(431)).toEqual([innocent.pid]);
    } finally {
      innocent.kill("SIGKILL");
    }
  });
});

describe("a volume", () => {
  test("is made whole or not at all, and clears what an interrupted one left", async () => {
    mkdirSync(join(harness.project, "roles/.new@dev@abcdef/work"), { recursive: true });
    const volume = { role: "dev", branch: "feature/dev", start: "1".repeat(40) };
    await expect(runtime.createVolume(volume)).rejects.toThrow(/^The clone of dev cannot be made: /);
    expect(readdirSync(join(harness.project, "roles"))).toEqual([]);
    await runtime.createVolume({ ...volume, start: harness.start });
    expect(inClone("rev-parse", "--abbrev-ref", "HEAD")).toBe("feature/dev");
    expect(inClone("log", "--format=%H %s")).toBe(`${harness.start} One`);
    expect([inClone("config", "user.name"), inClone("config", "user.email")]).toEqual(["crew/dev", "dev@crew.invalid"]);
    expect(readdirSync(join(harness.role(), "work/.git/objects")).filter((name) => name.length === 2)).toEqual([]);
  });

  test("begun by a crew that was killed: its clone is ended before another is made", async () => {
    const left = join(harness.project, "roles/.new@dev@abcdef");
    mkdirSync(left, { recursive: true });
    const reader = { PATH: process.env.PATH, CREW_READER: `[${basename(harness.project)}/dev]` };
    const writes = `while mkdir -p "$0/work/$$" && : >"$0/work/$$/x"; do sleep 0.01; done`;
    const writer = spawn("sh", ["-c", writes, left], { env: reader, stdio: "ignore" });
    await until("the clone under way", async () => existsSync(join(left, "work")) || undefined);
    await runtime.createVolume({ role: "dev", branch: "feature/dev", start: harness.start });
    expect(writer.signalCode ?? (await once(writer, "exit"))[1]).toBe("SIGKILL");
    expect(readdirSync(join(harness.project, "roles"))).toEqual(["dev"]);
  });

  test("that is only half removed is seen, and removed with all that was begun beside it", async () => {
    for (const path of [
      "roles/.gone@dev@abcdef/it/work",
      "roles/.new@other@abcdef",
      "gates/.new@f00d@abcdef/parts",
      "gate-logs/kept",
    ])
      mkdirSync(join(harness.project, path), { recursive: true });
    expect(await runtime.observe()).toMatchObject({ volumes: new Set(), halfRemoved: new Set(["dev"]) });
    await runtime.removeVolume("dev");
    expect(existsSync(harness.project)).toBe(false);
  });

  test("borrows from a shallow repository at any path", async () => {
    harness.git("commit", "-q", "--allow-empty", "-m", "Two");
    const odd = join(harness.root, 'odd\n"path\\ #');
    execFileSync("git", ["clone", "-q", "--depth", "1", `file://${harness.repository}`, odd], { stdio: "pipe" });
    const start = execFileSync("git", ["-C", odd, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
    const source = {
      objectDirectory: join(odd, ".git/objects"),
      objectFormat: "sha1",
      shallowFile: join(odd, ".git/shallow"),
      pinned: noPack,
      pack: noPack,
    } as const;
    const borrowing = harness.again({}, undefined, source);
    await borrowing.createVolume({ role: "dev", branch: "feature/dev", start });
    expect(inClone("log", "--format=%s")).toBe("Two");
  });

  test("that holds a repository of its own is not removed before a person did", async () => {
    await createRole();
    const nested = join(harness.role(), "work/deep/sub");
    spawnSync("git", ["init", "-q", nested]);
    await runtime.stopInstance("dev", { graceMs: 5_000 });
    await runtime.removeInstance("dev");
    await expect(runtime.removeVolume("dev")).rejects.toMatchObject({ code: "needs-you", at: nested });
    expect(existsSync(nested)).toBe(true);
    rmSync(nested, { recursive: true });
    await runtime.removeVolume("dev");
  });

  test("takes the project's folder with it when it is the last", async () => {
    await createRole();
    await runtime.startGate(gate("k.1", "true"));
    await gateWhen("k.1");
    await runtime.removeGate("k.1");
    await runtime.stopInstance("dev", { graceMs: 5_000 });
    await runtime.removeInstance("dev");
    mkdirSync(join(harness.role(), "home/cache/deep"), { recursive: true, mode: 0o500 });
    await runtime.removeVolume("dev");
    expect(readdirSync(harness.stateDirectory)).toEqual([]);
  });
});

describe("upload-pack", () => {
  const uploadArgv = () => {
    const uploadPack = runtime.uploadPack("dev");
    return uploadPack.kind === "program" ? uploadPack.argv : [];
  };
  const fetch = (ref: string, environment: Readonly<Record<string, string>> = {}) => {
    const target = join(harness.root, "fetched");
    spawnSync("git", ["init", "-q", "--bare", target]);
    writeFileSync(
      join(target, "upload.sh"),
      uploadArgv()
        .map((part) => `'${part.replaceAll("'", "'\\''")}'`)
        .join(" "),
    );
    const args = [
      "-C",
      target,
      "-c",
      "protocol.ext.allow=always",
      "fetch",
      "-q",
      "ext::sh upload.sh",
      `+${ref}:refs/got`,
    ];
    return spawnSync("git", args, { encoding: "utf8", env: { PATH: process.env.PATH, ...environment } });
  };

  test("serves a report by its ref and by its commit, whether the instance runs or not", async () => {
    await createRole();
    await runtime.deliver("dev", order("b-1.1.1", "echo x >x"));
    const { outbox } = await mailWhen((mail) => mail.outbox.length > 0);
    const commit = outbox[0]?.commit ?? "";
    expect(fetch("refs/crew/report/b-1.1.1")).toMatchObject({ status: 0, stderr: "" });
    await runtime.stopInstance("dev", { graceMs: 5_000 });
    expect(fetch(commit)).toMatchObject({ status: 0, stderr: "" });
    expect(fetch("refs/crew/rescue")).toMatchObject({ status: 0, stderr: "" });
    expect(spawnSync("git", ["-C", join(harness.root, "fetched"), "log", "-1", "--format=%P", "refs/got"]).status).toBe(
      0,
    );
  });

  test("runs no script that an agent could have replaced, and shows nothing of the caller's environment", async () => {
    await createRole({}, { start: false });
    const seen = join(harness.root, "seen");
    writeFileSync(join(harness.role(), "bin/supervisor.sh"), `env >'${seen}'\n`);
    const fetched = fetch("refs/heads/feature/dev", { TOKEN_OF_THE_HOST: "secret", GIT_CONFIG_COUNT: "0" });
    expect(fetched).toMatchObject({ status: 0, stderr: "" });
    expect(await runtime.snapshot("dev")).toBe(true);
    expect(existsSync(seen)).toBe(false);
    const [env, flag, ...rest] = uploadArgv();
    expect([env, flag]).toEqual(["/usr/bin/env", "-i"]);
    const variables = rest.slice(0, rest.indexOf("/bin/sh")).map((each) => each.split("=")[0]);
    expect(variables).toContain("CREW_READER");
    expect(variables).not.toContain("CREW_INSTANCE");
  });

  test("refuses a clone that became a file or a link, and so does the rescue", async () => {
    await createRole({}, { start: false });
    expect(fetch("refs/heads/feature/dev").status).toBe(0);
    const clone = join(harness.role(), "work/.git");
    renameSync(clone, join(harness.root, "elsewhere"));
    writeFileSync(clone, `gitdir: ${join(harness.repository, ".git")}\n`);
    expect(fetch("refs/heads/main").status).not.toBe(0);
    await expect(runtime.rescue("dev")).rejects.toMatchObject({
      code: "needs-you",
      message: expect.stringContaining("work/.git is not a folder"),
    });
    rmSync(clone);
    symlinkSync(join(harness.repository, ".git"), clone);
    expect(fetch("refs/heads/main").status).not.toBe(0);
    await expect(runtime.rescue("dev")).rejects.toThrow(CrewError);
    expect(harness.git("for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
  });
});

describe("a folder that an agent spoiled", () => {
  const damages: Record<string, (role: string) => void> = {
    "status is a link": (role) => replace(join(role, "status"), (path) => symlinkSync("/etc/hostname", path)),
    "status is a folder": (role) => replace(join(role, "status"), (path) => mkdirSync(path)),
    "status is a pipe": (role) => replace(join(role, "status"), (path) => execFileSync("mkfifo", [path])),
    "status is huge": (role) =>
      replace(join(role, "status"), (path) => writeFileSync(path, Buffer.alloc(50_000_000, "x"))),
    "status is no text": (role) =>
      replace(join(role, "status"), (path) => writeFileSync(path, Buffer.from([0, 255, 254, 10, 10]))),
    "status names no phase": (role) =>
      replace(join(role, "status"), (path) => writeFileSync(path, "Phase: landed\nTurn: 1\nSince: 1\n")),
    "outbox is a link": (role) => replace(join(role, "outbox"), (path) => symlinkSync("/etc", path)),
    "outbox is gone": (role) => rmSync(join(role, "outbox"), { recursive: true }),
    "inbox/new is a file": (role) => replace(join(role, "inbox/new"), (path) => writeFileSync(path, "")),
    "inbox/cur is flooded": (role) => {
      for (let n = 0; n < 1_200; n += 1) writeFileSync(join(role, `inbox/cur/b-${n}.1.1`), "");
    },
    "a report is a link": (role) => symlinkSync("/etc/passwd", join(role, "outbox/b-1.1.1")),
    "a report is a folder": (role) => mkdirSync(join(role, "outbox/b-1.1.1")),
    "a report is huge": (role) => writeFileSync(join(role, "outbox/b-1.1.1"), report("b-1.1.1", "x".repeat(100_000))),
    "a report names another order": (role) => writeFileSync(join(role, "outbox/b-1.1.1"), report("b-2.1.1", "")),
    "a report has a state that only crew gives": (role) =>
      writeFileSync(join(role, "outbox/b-1.1.1"), report("b-1.1.1", "").replace("done", "refused")),
  };

  test("is a value, and nothing is thrown", async () => {
    await createRole({}, { start: false });
    const pristine = join(harness.root, "pristine");
    cpSync(harness.role(), pristine, { recursive: true });
    expect((await seen()).mail).toMatchObject({ status: { phase: "starting" }, inbox: [], outbox: [] });
    const seenAs: Record<string, unknown> = {};
    for (const [name, damage] of Object.entries(damages)) {
      rmSync(harness.role(), { recursive: true });
      cpSync(pristine, harness.role(), { recursive: true });
      damage(harness.role());
      seenAs[name] = (await seen()).mail;
    }
    expect(seenAs).toEqual(Object.fromEntries(Object.keys(damages).map((name) => [name, "unreadable"])));
  });

  test("begins anew with the next start", async () => {
    await createRole({}, { start: false });
    damages["a report is a folder"]?.(harness.role());
    damages["outbox is gone"]?.(harness.role());
    expect((await seen()).mail).toBe("unreadable");
    await runtime.startInstance("dev");
    expect((await seen()).mail).not.toBe("unreadable");
    await runtime.deliver("dev", order("b-1.1.1", "echo x >x"));
    expect((await mailWhen((mail) => mail.outbox.length > 0)).outbox).toMatchObject([{ state: "done" }]);
  });

  test("shows reports without what could fool a terminal, and ignores files that are no report", async () => {
    await createRole({}, { start: false });
    const outbox = join(harness.role(), "outbox");
    writeFileSync(
      join(outbox, "b-1.1.1"),
      report("b-1.1.1", "a\u001b[31mred\u001b[0m\u202e\u0007\u0000b\tc\n", "no\u009b\u2066te"),
    );
    writeFileSync(join(outbox, "README"), "nothing");
    writeFileSync(join(outbox, ".b-3.1.1.new"), "half");
    expect((await seen()).mail).toMatchObject({
      outbox: [
        { order: "b-1.1.1", commit: "a".repeat(40), state: "done", turns: 2, note: "note", detail: "aredb\tc\n" },
      ],
    });
  });

  test("without a good record is no instance, and creating it again mends that", async () => {
    await createRole({}, { start: false });
    for (const text of [
      "",
      "{",
      "[]",
      '{"version":1,"spec":{"role":"other","environment":{}}}',
      '{"version":1,"spec":{"role":"dev","environment":{"A":1}}}',
    ]) {
      writeFileSync(join(harness.role(), "instance.json"), text);
      expect(await runtime.observe()).toMatchObject({ instances: new Map(), volumes: new Set(["dev"]) });
    }
    await runtime.createInstance({ role: "dev", environment: {} });
    expect((await seen()).spec).toEqual({ role: "dev", environment: {} });
  });

  test("is not written through: a mailbox that became a link takes no mail", async () => {
    await createRole({}, { start: false });
    for (const name of ["inbox/msg", "inbox/new", "inbox"]) {
      const aside = join(harness.root, name.replace("/", "-"));
      renameSync(join(harness.role(), name), aside);
      symlinkSync(aside, join(harness.role(), name));
      const before = execFileSync("find", [aside], { encoding: "utf8" });
      await expect(runtime.deliver("dev", order("b-1.1.1", "true"))).rejects.toThrow(CrewError);
      if (name !== "inbox/new") expect(execFileSync("find", [aside], { encoding: "utf8" })).toBe(before);
      rmSync(join(harness.role(), name));
      renameSync(aside, join(harness.role(), name));
    }
    await expect(runtime.deliver("dev", order("../../x", "true"))).rejects.toThrow(CrewError);
  });
});

test("a look at the live work runs nothing of the agent's", async () => {
  await createRole({}, { start: false });
  writeFileSync(join(harness.role(), "bin/supervisor.sh"), "exit 1\n");
  expect(await runtime.snapshot("dev")).toBe(true);
});

describe("a reader that a killed crew left at work", () => {
  test.each([
    ["a rescue", () => runtime.rescue("dev")],
    ["a start", () => runtime.startInstance("dev")],
  ])("is ended before %s clears the locks, and none of this crew's", async (_what, act) => {
    await createRole({}, { start: false });
    const env = { PATH: process.env.PATH, CREW_READER: `[${basename(harness.project)}/dev]` };
    spawnSync("sh", ["-c", `sleep ${long(471)} >/dev/null 2>&1 &`], { env });
    const own = spawn("sleep", [long(472)], { env, stdio: "ignore" });
    await until("both at work", async () => sleeping(471, 472).length === 2 || undefined);
    await act();
    expect(sleeping(471, 472)).toEqual([own.pid]);
    own.kill("SIGKILL");
  });
});

describe("a gate", () => {
  test("runs in a fresh clone of exactly the candidate, alone, and leaves nothing running", async () => {
    harness.git("checkout", "-q", "-b", "candidate");
    writeFileSync(join(harness.repository, "b.txt"), "two\n");
    harness.git("add", "-A");
    harness.git("commit", "-q", "-m", "Two");
    const commit = harness.git("rev-parse", "HEAD");
    harness.git("checkout", "-q", "main");
    const setup = "echo ready >ready";
    const run = `setsid sleep ${long(441)} & env -i sleep ${long(442)} & ls; cat ready; git log --format=%s; echo "$CI $COLOR $SECRET_OF_THE_HOST"; exit 3`;
    runtime = harness.again({ SECRET_OF_THE_HOST: "x", COLOR: "green" });
    await runtime.startGate({ ...gate("k.1", run), commit, setup, environment: { COLOR: "blue" } });
    const { result } = await gateWhen("k.1");
    expect(result).toEqual({
      kind: "exited",
      exitCode: 3,
      output: "a.txt\nb.txt\nready\nready\nTwo\nOne\ntrue blue \n",
    });
    await until("its end", async () => harness.processes().size === 0 || undefined);
    expect(sleeping(441, 442)).toEqual([]);
  });

  test("whose own files fill the disk is not begun again and again: it says so, and a person looks", async () => {
    // Stands for a disk that is full as long as the gate's file is there.
    const bin = join(harness.root, "full bin");
    mkdirSync(bin);
    const dd = `#!/bin/sh\nroom=\${2#of=}\nif [ -e "\${room%/*}/work/big" ]; then echo "dd: $room: No space left on device" >&2; exit 1; fi\nPATH=\${PATH#*:} exec dd "$@"\n`;
    writeFileSync(join(bin, "dd"), dd, { mode: 0o755 });
    const runtime = harness.again({ PATH: `${bin}:${process.env.PATH}` });
    await runtime.startGate(gate("k.1", "echo much >big; echo cannot write; exit 1"));
    expect((await gateWhen("k.1")).result).toMatchObject({
      kind: "setup-failed",
      output: `cannot write\nno space was left on the disk of ${join(harness.project, "gates/k.1")} until the files of this gate were removed\n`,
    });
  });

  test("is ended when its time is over", async () => {
    await runtime.startGate({ ...gate("k.1", `printf begun; trap '' TERM; sleep ${long(451)}`), timeoutSeconds: 2 });
    expect((await gateWhen("k.1")).result).toMatchObject({ kind: "timed-out", output: "begun\n" });
    expect(sleeping(451)).toEqual([]);
    const last = () => collect(runtime.logs("gate:test", { follow: false, tail: 2, signal: never }));
    const ended = ["begun", expect.stringMatching(/^--- crew: stopped after 2 s, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ---$/)];
    expect(await last()).toEqual(ended);
    await runtime.removeGate("k.1");
    expect(await last()).toEqual(ended);
  });

  test("keeps what it has said where its log has just grown too long", async () => {
    await runtime.startGate({ ...gate("k.1", "true") });
    await gateWhen("k.1");
    const log = join(harness.project, "gates/k.1/log/gate");
    renameSync(log, `${log}.1`);
    writeFileSync(`${log}.1`, "said before\n");
    await runtime.removeGate("k.1");
    const all = () => collect(runtime.logs("gate:test", { follow: false, signal: never }));
    expect(await all()).toEqual(["said before"]);
    await runtime.startGate({ ...gate("k.2", "echo once more"), repeats: "k.1" });
    await gateWhen("k.2");
    await runtime.removeGate("k.2");
    expect((await all()).filter((line) => !/^--- crew: (clone|gate)/.test(line))).toEqual([
      "said before",
      "--- crew: red: once more, to tell a flaky gate ---",
      "once more",
    ]);
  });

  test.each(["between", "after"])("keeps all of its log where it is killed %s taking it", async (when) => {
    await runtime.startGate({ ...gate("k.1", "echo said last") });
    await gateWhen("k.1");
    const log = join(harness.project, "gates/k.1/log/gate");
    writeFileSync(`${log}.1`, "said first\n");
    const kept = join(harness.project, "gate-logs", createHash("sha256").update("test").digest("hex").slice(0, 32));
    mkdirSync(`${kept}.name`, { recursive: true });
    await expect(runtime.removeGate("k.1")).rejects.toThrow(/EISDIR|directory/);
    rmdirSync(`${kept}.name`);
    if (when === "between") renameSync(kept, log);
    await runtime.removeGate("k.1");
    await runtime.startGate({ ...gate("k.2", "echo once more"), repeats: "k.1" });
    await gateWhen("k.2");
    const all = await collect(runtime.logs("gate:test", { follow: false, signal: never }));
    expect(all.filter((line) => !/^--- crew: (clone|gate)/.test(line))).toEqual([
      "said first",
      "said last",
      "--- crew: red: once more, to tell a flaky gate ---",
      "once more",
    ]);
  });

  test("whose clone is broken off makes it anew", async () => {
    // The first two that check out are ended as by a kill.
    const bin = join(harness.root, "killed bin");
    mkdirSync(bin);
    const tries = join(harness.root, "tries");
    const git = `#!/bin/sh\ncase " $* " in *" checkout "*) echo one >>'${tries}'; [ "$(wc -l <'${tries}')" -ge 3 ] || kill -9 $$ ;; esac\nPATH=\${PATH#*:} exec git "$@"\n`;
    writeFileSync(join(bin, "git"), git, { mode: 0o755 });
    const runtime = harness.again({ PATH: `${bin}:${process.env.PATH}` });
    await runtime.startGate(gate("k.1", "ls"));
    expect((await gateWhen("k.1")).result).toMatchObject({ kind: "exited", exitCode: 0, output: "a.txt\n" });
    expect(readFileSync(tries, "utf8")).toBe("one\none\none\n");
  });

  test("of a candidate that cannot be had is no red one", async () => {
    await runtime.startGate({ ...gate("k.1", "true"), commit: "1".repeat(40) });
    expect((await gateWhen("k.1")).result).toMatchObject({
      kind: "setup-failed",
      output: expect.stringContaining("1".repeat(40)),
    });
  });

  test("that was killed is begun anew, its leftovers ended first", async () => {
    await runtime.startGate(gate("k.1", `[ -e '${join(harness.root, "again")}' ] || sleep ${long(461)}`));
    const pid = Number.parseInt(readFileSync(join(harness.project, "gates/k.1/pid"), "utf8"), 10);
    await until("it at work", async () => sleeping(461).length === 1 || undefined);
    process.kill(pid, "SIGKILL");
    await until("its end to be seen", async () =>
      (await runtime.observe()).gates.get("k.1")?.running ? undefined : true,
    );
    expect((await runtime.observe()).gates.get("k.1")).toEqual({ key: "k.1", gate: "test", running: false });
    writeFileSync(join(harness.root, "again"), "");
    await runtime.startGate(gate("k.1", `[ -e '${join(harness.root, "again")}' ] || sleep ${long(461)}`));
    expect((await gateWhen("k.1")).result).toMatchObject({ kind: "exited", exitCode: 0 });
    expect(sleeping(461)).toEqual([]);
  });

  test("keeps its last log when it is removed", async () => {
    for (const [key, words] of [
      ["k.1", "first"],
      ["k.2", "second"],
    ] as const) {
      await runtime.startGate({ ...gate(key, `printf '\\033[1m${words}\\033[0m\\n'`), gate: "npm test" });
      await gateWhen(key);
    }
    const last = () => collect(runtime.logs("gate:npm test", { follow: false, tail: 1, signal: never }));
    expect(await last()).toEqual(["second"]);
    await runtime.removeGate("k.1");
    await runtime.removeGate("k.2");
    expect(await last()).toEqual(["second"]);
  });
});

describe("logs", () => {
  test("are followed over a rotation, line by line, until the signal", async () => {
    await createRole({}, { start: false });
    const path = join(harness.role(), "log/agent");
    writeFileSync(path, "old 1\nold 2\nha");
    const stop = new AbortController();
    const lines: string[] = [];
    const following = (async () => {
      for await (const line of runtime.logs("dev", { follow: true, tail: 1, signal: stop.signal })) lines.push(line);
    })();
    await until("the old line", async () => lines.length === 1 || undefined);
    appendFileSync(path, "lf\nwhole\n");
    await until("the new ones", async () => lines.length === 3 || undefined);
    appendFileSync(path, "before\n");
    renameSync(path, `${path}.1`);
    writeFileSync(path, "after\n");
    await until("both sides of the rotation", async () => lines.length === 5 || undefined);
    stop.abort();
    await following;
    expect(lines).toEqual(["old 2", "half", "whole", "before", "after"]);
  });
});

async function createRole(environment: Readonly<Record<string, string>> = {}, { start = true } = {}): Promise<void> {
  await runtime.createVolume({ role: "dev", branch: "feature/dev", start: harness.start });
  await runtime.createInstance({ role: "dev", environment });
  if (start) await runtime.startInstance("dev");
}

function order(id: string, agent: string): OrderMessage {
  return orderOf(id, agent, harness.start);
}

function gate(key: string, run: string): NewGate {
  return {
    key,
    gate: "test",

    commit: harness.start,
    run,
    timeoutSeconds: 900,
    environment: {},
  };
}

function report(order: string, detail: string, note = ""): string {
  return `Order: ${order}\nCommit: ${"a".repeat(40)}\nState: done\nTurns: 2\nNote: ${note}\n\n${detail}`;
}

function replace(path: string, by: (path: string) => void): void {
  rmSync(path, { recursive: true, force: true });
  by(path);
}

async function seen() {
  const instance = (await runtime.observe()).instances.get("dev");
  if (!instance) throw new Error("no instance");
  return instance;
}

async function mailWhen(isReached: (mail: Mail) => boolean): Promise<Mail> {
  return await until("mail", async () => {
    const { mail } = await seen();
    return mail !== "unreadable" && isReached(mail) ? mail : undefined;
  });
}

async function gateWhen(key: string): Promise<GateRun> {
  return await until(`the end of gate ${key}`, async () => {
    const run = (await runtime.observe()).gates.get(key);
    return run?.result ? run : undefined;
  });
}

function inClone(...args: string[]): string {
  return execFileSync("git", ["-C", join(harness.role(), "work"), ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** A duration that no other process on the machine sleeps for. */
function long(n: number): string {
  return `${n}${`${process.pid}`.padStart(7, "0")}`;
}

/** Pids of `sleep <long>`. */
function sleeping(...seconds: readonly number[]): number[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => seconds.some((each) => commandOf(pid) === `sleep ${long(each)} `));
}
