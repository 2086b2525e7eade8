// A started program is ended as a whole, and nothing of crew's own surroundings reaches it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Program, runProgram } from "../src/program.ts";
import { crewEnvironment, landingEnvironment, personEnvironment } from "../src/repository/environment.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "crew program "));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function shell(script: string, program: Partial<Program> = {}) {
  const argv = ["sh", "-c", script] as const;
  const environment = { PATH: process.env.PATH ?? "" };
  return runProgram({ argv, cwd: root, environment, timeoutMs: 10_000, maxOutputBytes: 1_000, ...program });
}

async function isGone(pid: number): Promise<boolean> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await new Promise((next) => setTimeout(next, 10))) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  }
  return false;
}

function pidIn(name: string): number {
  return Number(readFileSync(join(root, name), "utf8"));
}

test("input that is not known yet: the program has started, and reads it when it is; none where it never comes", async () => {
  const begun = join(root, "begun");
  const later = (async () => {
    while (!existsSync(begun)) await new Promise((next) => setTimeout(next, 5));
    return "late";
  })();
  const text = (ending: Awaited<ReturnType<typeof shell>>) =>
    ending.kind === "exited" ? String(ending.stdout) : ending;
  expect(text(await shell("touch begun; cat", { stdin: later }))).toBe("late");
  const never = Promise.reject(new Error("not worked out"));
  expect(text(await shell("cat; echo end", { stdin: never }))).toBe("end\n");
});

test("an ending says exit code and output", async () => {
  expect(await shell("cat; echo no >&2; exit 3", { stdin: "hello" })).toEqual({
    kind: "exited",
    exitCode: 3,
    stdout: Buffer.from("hello"),
    stderr: "no\n",
  });
  expect(await shell("kill -9 $$")).toEqual({ kind: "killed", by: "SIGKILL", stderr: "" });
  expect(await shell("", { argv: ["/no/such/program"] })).toMatchObject({
    kind: "not-started",
    cause: { code: "ENOENT" },
  });
});

test("a program that ignores its input ends all the same", async () => {
  expect(await shell("exit 0", { stdin: Buffer.alloc(4_000_000) })).toMatchObject({ kind: "exited", exitCode: 0 });
});

test("the time limit ends children and those that ignore TERM", async () => {
  const script =
    "trap '' TERM; (trap '' TERM; echo $$ >a; sleep 300) & sh -c 'echo $$ >b; sleep 300' & wait; sleep 300";
  const ending = await shell(script, { timeoutMs: 300 });
  expect(ending).toMatchObject({ kind: "killed", by: "timeout" });
  expect([await isGone(pidIn("a")), await isGone(pidIn("b"))]).toEqual([true, true]);
});

test("abort ends it, and one that is aborted already is not started", async () => {
  const abort = new AbortController();
  const running = shell("echo $$ >a; sleep 300", { signal: abort.signal });
  setTimeout(() => abort.abort(), 100);
  expect(await running).toMatchObject({ kind: "killed", by: "abort" });
  expect(await shell("echo x >started", { signal: abort.signal })).toMatchObject({ kind: "killed", by: "abort" });
  expect(() => readFileSync(join(root, "started"))).toThrow("ENOENT");
});

test("more output than allowed ends it", async () => {
  expect(await shell("yes")).toMatchObject({ kind: "killed", by: "output" });
  expect(await shell("yes no | head -c 10000000 >&2")).toMatchObject({ kind: "exited", exitCode: 0 });
});

test("a child that outlives it cannot hold crew up, not even from outside of the group", async () => {
  const inside = await shell("sleep 300 & echo $! >a");
  expect(inside).toMatchObject({ kind: "exited", exitCode: 0 });
  expect(await isGone(pidIn("a"))).toBe(true);
  const outside = await shell("setsid sh -c 'echo $$ >b; exec sleep 300' & while [ ! -s b ]; do :; done");
  expect(outside).toMatchObject({ kind: "exited", exitCode: 0 });
  process.kill(pidIn("b"), "SIGKILL");
});

test("crew's environment holds nothing of the person's but PATH", () => {
  const environment = crewEnvironment("/bin");
  const { PATH, HOME, GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM, GIT_ATTR_NOSYSTEM, GIT_TERMINAL_PROMPT } = environment;
  expect({ PATH, HOME, GIT_CONFIG_GLOBAL, GIT_CONFIG_NOSYSTEM, GIT_ATTR_NOSYSTEM, GIT_TERMINAL_PROMPT }).toEqual({
    PATH: "/bin",
    HOME: "/nonexistent",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
  });
  const count = Number(environment.GIT_CONFIG_COUNT);
  const settings = Array.from({ length: count }, (_, n) => [
    environment[`GIT_CONFIG_KEY_${n}`],
    environment[`GIT_CONFIG_VALUE_${n}`],
  ]);
  expect(settings).toContainEqual(["core.hooksPath", "/dev/null"]);
  expect(settings).toContainEqual(["core.fsmonitor", "false"]);
  expect(settings).toContainEqual(["protocol.allow", "never"]);
});

test("the person's environment loses what points git elsewhere, and speaks English", () => {
  const own = {
    PATH: "/bin",
    HOME: "/home/pat",
    LC_ALL: "de_DE.UTF-8",
    GIT_DIR: "/x",
    GIT_INDEX_FILE: "/y",
    GIT_TRACE: "1",
  };
  const expected = {
    PATH: "/bin",
    HOME: "/home/pat",
    LC_CTYPE: "de_DE.UTF-8",
    LC_MESSAGES: "C",
    LANGUAGE: "",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
  };
  expect(personEnvironment(own)).toEqual(expected);
  expect(landingEnvironment(own)).toMatchObject({ ...expected, GIT_CONFIG_KEY_0: "core.hooksPath" });
});
