// The driver that crew up -d gets ready while it sets up: it drives once all is made, and does not outlive an up that never says so.
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readdirSync, readFileSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

const fileOf = (
  name: string,
  keys = "",
) => `name: ${name}\nepic: {title: Ready, base: main}\nruntime: process\ntracker: git
tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: sleep 600}${keys}}}\n`;

function aTeam(name: string, file = fileOf(name)): Bench {
  const made = aBench({ "crew.yaml": file });
  open.push(made);
  return made;
}

/** Processes that drive the project, or are ready to; not their children that have yet to become git. */
function driversOf(name: string): readonly string[] {
  const drivers = readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && commandOf(pid).includes(`\0--project-name\0${name}\0`),
  );
  return drivers.filter((pid) => !drivers.includes(parentOf(pid)));
}

function parentOf(pid: string): string {
  try {
    return /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

async function gone(name: string): Promise<void> {
  await expect.poll(() => driversOf(name), { timeout: 20_000 }).toEqual([]);
}

/** The one role is, and nothing else is left to do. */
async function atWork({ crew }: Bench): Promise<void> {
  const phase = async () => JSON.parse((await crew(["ps", "--format", "json"])).stdout)[0]?.phase;
  await expect.poll(phase, { timeout: 30_000 }).toBe("working");
}

test("one driver drives once the set-up is done, and none is begun beside it", async () => {
  const name = `ready-${process.pid}`;
  const made = aTeam(name);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  const [driver, ...others] = driversOf(name);
  expect([typeof driver, others]).toEqual(["string", []]);
  expect(made.git("cat-file", "blob", `refs/crew/lease/${name}/driver`)).toContain(`"pid":${driver}`);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect(driversOf(name)).toEqual([driver]);
  expect((await made.crew(["down"])).code).toBe(0);
  await gone(name);
});

test("whoever is killed in the middle of the set-up leaves no driver behind, and the next up has one", async () => {
  const name = `killed-${process.pid}`;
  const made = aTeam(name);
  const killed = await made.crew(["up", "-d"], { env: { CREW_CRASH: "after:instance.create" } });
  expect(killed.signal).toBe("SIGKILL");
  await gone(name);
  expect(made.git("for-each-ref", `refs/crew/lease/${name}/driver`)).toBe("");
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect(driversOf(name)).toHaveLength(1);
  expect((await made.crew(["down"])).code).toBe(0);
});

test("two that go up at once have one driver", async () => {
  const name = `both-${process.pid}`;
  const made = aTeam(name);
  const both = await Promise.all([made.crew(["up", "-d"]), made.crew(["up", "-d"])]);
  expect(both.map(({ code, stderr }) => [code, code === 0 ? "" : stderr])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  await expect.poll(() => driversOf(name).length, { timeout: 20_000 }).toBe(1);
  expect((await made.crew(["down"])).code).toBe(0);
  await gone(name);
});

test("who is at work is left as he is, which up says, and why", async () => {
  const name = `drifted-${process.pid}`;
  const made = aTeam(name);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await atWork(made);
  made.write("crew.yaml", fileOf(name, ", environment: {CHANGED: 1}"));
  const { code, stderr } = await made.crew(["up", "-d"]);
  expect([code, stderr]).toEqual([0, expect.stringContaining("environment.CHANGED: (unset) → 1")]);
  expect(stderr.replace(/\s+/g, " ")).toBe(
    "= instance dev: environment.CHANGED: (unset) → 1; branch and work kept; replaced after its turn Set up. The driver goes on: crew status ",
  );
  expect((await made.crew(["down"])).code).toBe(0);
});

test("a driver that ends while up looks leaves its place to another one", async () => {
  const name = `ended-${process.pid}`;
  const made = aTeam(name);
  const pipe = join(made.repository, ".env");
  execFileSync("mkfifo", [pipe]);
  // Whoever reads the file has looked for a driver before, and waits for what is in it.
  let onRead = () => {};
  let isOver = false;
  const telling = (async () => {
    while (!isOver) {
      const told = await openFile(pipe, "w");
      onRead();
      await told.write("A=b\n").catch(() => undefined);
      await told.close();
    }
  })();
  try {
    expect(await made.crew(["up", "-d"])).toMatchObject({ code: 0 });
    await atWork(made);
    const [first = ""] = driversOf(name);
    process.kill(Number(first), "SIGSTOP");
    onRead = () => {
      onRead = () => {};
      process.kill(Number(first), "SIGKILL");
    };
    const { code, stderr } = await made.crew(["up", "-d"]);
    expect([code, stderr]).toEqual([0, "Set up. The driver goes on: crew status\n"]);
    expect(driversOf(name).filter((pid) => pid !== first)).toHaveLength(1);
    expect((await made.crew(["down"])).code).toBe(0);
  } finally {
    isOver = true;
    closeSync(openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK));
    await telling;
  }
});
