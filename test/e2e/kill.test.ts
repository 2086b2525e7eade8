// crew kill and crew restart by the real program: what a person ends stays ended, and the order in hand goes on after.
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

/** Notes each beginning, and writes once a person has made the file in its home. */
const agent = `echo begun >> "$HOME/begun"
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo one > one.txt
`;

async function atWork(): Promise<Bench> {
  const made = aBench({
    "crew.yaml": `name: kill\nepic: {title: Kill, base: main}\nruntime: process\ntracker: git
tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: sh agent.sh}}}\n`,
    "agent.sh": agent,
  });
  open.push(made);
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  await begun(made, 1);
  return made;
}

async function begun(made: Bench, times: number): Promise<void> {
  const path = await made.until("crew/*/roles/dev/home/begun");
  while (readFileSync(path, "utf8") !== "begun\n".repeat(times))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function isRunning(made: Bench): Promise<boolean> {
  const rows = JSON.parse((await made.crew(["ps", "--format", "json"])).stdout) as readonly {
    readonly state: string;
  }[];
  return rows.some(({ state }) => state === "running");
}

async function finish(made: Bench): Promise<void> {
  made.touch(`${made.find("crew/*/roles/dev/home")[0]}/go`);
  const ended = await made.crew(["up", "--wait"]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(made.git("for-each-ref", "refs/crew/p/kill/order/").split("\n")).toHaveLength(1);
}

test("a killed role stays ended beside the driver until it is started, however often; no attempt is spent", async () => {
  const made = await atWork();
  // More often than an agent may end from inside before it is quarantined.
  for (let n = 1; n <= 4; n += 1) {
    const killed = await made.crew(["kill", "dev"]);
    expect([killed.code, killed.stderr]).toEqual([0, "dev is killed until crew start dev.\n"]);
    expect(await isRunning(made)).toBe(false);
    if (n === 1) expect((await made.crew(["up", "--wait"])).stderr).toContain("dev is stopped: its work waits");
    expect((await made.crew(["start", "dev"])).code).toBe(0);
    await begun(made, n + 1);
  }
  expect((await made.crew(["kill", "-s", "usr1"])).stderr).toBe("SIGUSR1 is sent to dev.\n");
  expect(await isRunning(made)).toBe(true);
  expect((await made.crew(["kill", "-s", "15"])).stderr).toBe(
    "SIGTERM is sent to dev: stopped until crew start dev.\n",
  );
  expect((await made.crew(["kill"])).stderr).toBe("No role is running.\n");
  expect((await made.crew(["kill", "-s", "NONE"])).stderr).toContain("! There is no signal NONE.\n");
  expect((await made.crew(["start"])).code).toBe(0);
  await finish(made);
});

test("restart ends and starts anew, also what is held back or killed, and leaves the order in hand", async () => {
  const made = await atWork();
  const words = (text: string) => text.replaceAll(/^.*✓ /gm, "");
  const first = await made.crew(["restart", "-t", "5", "dev"]);
  expect([first.code, words(first.stderr)]).toEqual([0, "stopped dev\nstarted dev\n"]);
  await begun(made, 2);
  expect((await made.crew(["kill"])).code).toBe(0);
  expect((await made.crew(["restart"])).code).toBe(0);
  await begun(made, 3);
  expect((await made.crew(["pause"])).code).toBe(0);
  made.killDriver();
  const last = await made.crew(["restart"]);
  expect([last.code, words(last.stderr)]).toEqual([0, "stopped dev\nstarted dev\nNobody is driving: crew up\n"]);
  await begun(made, 4);
  expect((await made.crew(["restart", "nobody"])).stderr).toBe(
    "! There is no role nobody in crew.yaml\n  Roles: dev\n",
  );
  await finish(made);
});
